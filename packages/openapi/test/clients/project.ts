import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { type Block, blocksOf, repository } from "./documents.ts";

/** What a client is made for. */
export interface ClientOptions {
  /** The OpenAPI document. */
  readonly document: string;
  /** Where the server is. */
  readonly origin: string;
  /** The files that are wanted of those that the documents show. */
  readonly shown: readonly string[];
  /** Files beside them, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages beside those that make the types and the requests: where each lies in the repository. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** A folder with a client of the API, as somebody makes it who reads the documents. */
export interface ClientProject {
  readonly folder: string;
  /** What the compiler has against it. */
  compile(): Promise<string>;
  /** Runs a file on the runtime of this process; answers what it printed. */
  run(file: string, args?: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

const packages: Readonly<Record<string, string>> = {
  "openapi-fetch": "packages/openapi/node_modules/openapi-fetch",
};
// With the TypeScript that it needs beside it, as `npx` would bring both.
const generator = "tooling/openapi-typescript/node_modules/openapi-typescript/bin/cli.js";

/** Makes a client, with types that are generated as the documents say. */
export async function clientProject(wanted: ClientOptions): Promise<ClientProject> {
  const parent = join(repository, ".lucent");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "client-"));
  const run = (file: string, args: readonly string[] = []): Promise<string> =>
    printed(process.execPath, [file, ...args], folder);
  for (const [name, path] of Object.entries({ ...packages, ...wanted.packages })) {
    const link = join(folder, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(repository, path), link, "junction");
  }
  const files = { ...shownFiles(["client-types.ts", ...wanted.shown]), ...wanted.files };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text.replaceAll("http://localhost:3000", wanted.origin));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  await writeFile(join(folder, "openapi.json"), wanted.document);
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(configuration));
  await run("client-types.ts");
  await printed(process.execPath, [join(repository, generator), ...generatorArguments()], folder);
  return {
    folder,
    run,
    compile: () =>
      printed(join(repository, "node_modules/.bin/tsc"), ["-p", folder, "--pretty", "false"], folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What the documents give to the generator. */
function generatorArguments(): readonly string[] {
  const commands = blocksOf("docs/clients.md").flatMap(({ code }) => code.split("\n"));
  const [, given] =
    commands.map((line) => line.split(/ openapi-typescript@\d+ /)).find(([, rest]) => rest) ?? [];
  if (given === undefined) throw new Error("docs/clients.md does not say how types are made.");
  return given.split(" ");
}

const configuration = {
  extends: "../../tsconfig.base.json",
  compilerOptions: { noUnusedLocals: false },
  files: [],
  include: ["*.ts"],
};

/** Files of the documents, which say in their first line what they are called. */
export function shownFiles(names: readonly string[]): Readonly<Record<string, string>> {
  const blocks = ["docs/openapi.md", "docs/clients.md"].flatMap(blocksOf);
  return Object.fromEntries(
    names.map((name) => {
      const found = blocks.filter((block) => nameOf(block) === name);
      if (found.length !== 1) throw new Error(`${name} is shown ${found.length} times.`);
      return [name, found[0]?.code ?? ""];
    }),
  );
}

/** What a block says that it is called. */
export function nameOf({ code }: Block): string | undefined {
  return /^(?:\/\/|#) (\S+)\n/.exec(code)?.[1];
}

/** What a program prints, on either stream where it fails. */
export function printed(file: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (stdout.includes("error TS")) resolve(stdout);
      else reject(new Error(`${args.join(" ")} failed.\n${stdout}${stderr}`, { cause: error }));
    });
  });
}
