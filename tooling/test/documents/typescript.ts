import { execFile } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { workspaceBinary } from "../../run/tools.ts";
import { repository } from "../../services/places.ts";
import type { Block, Document } from "./markdown.ts";

/**
 * Type-checks the blocks of all documents; answers the compiler's errors as `document:line: message`.
 *
 * A block is a module. `<!-- file: name.ts -->` above it, or `// name.ts` as its first line, names it for the other
 * blocks of its document; a relative import that is no block is a file in `src` beside the document. One run of the
 * compiler does for all documents but those that name accounts, which says something of every file of a run.
 */
export async function typeProblems(documents: readonly Document[]): Promise<readonly string[]> {
  const others = documents.filter((document) => !namesAccounts(document));
  const alone = documents.filter(namesAccounts).map((document) => [document]);
  return (await Promise.all([others, ...alone].map(problemsTogether))).flat();
}

/** Whether it merges into `Accounts`, or is about an application, which may. */
function namesAccounts({ path, blocks }: Document): boolean {
  return path.startsWith("apps/") || blocks.some(({ code }) => code.includes("interface Accounts"));
}

async function problemsTogether(documents: readonly Document[]): Promise<readonly string[]> {
  const parent = join(repository, ".lucent");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "documents-"));
  try {
    linkPackages(folder);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
    const problems: string[] = [];
    const origins = new Map<string, string>();
    for (const document of documents) problems.push(...writeBlocks(folder, document, origins));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration([...origins.keys()])));
    return [...problems, ...(await compile(folder, origins))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The packages of the workspace and what they depend on: each once, or two copies of a type would not match. */
function linkPackages(folder: string): void {
  const found = new Map<string, string>();
  for (const path of globSync("packages/*", { cwd: repository }))
    found.set(path.replace(/^packages./, "@lucent/"), path);
  const folders = ["packages/core", "apps/*"].map((owner) => `${owner}/node_modules`);
  const dependencies = folders.flatMap((each) =>
    globSync([`${each}/*`, `${each}/@*/*`], { cwd: repository }),
  );
  for (const path of dependencies) {
    const name = path.replace(/^.*node_modules./, "").replaceAll("\\", "/");
    if (!/^@[^/]+$/.test(name) && !found.has(name)) found.set(name, path);
  }
  for (const [name, path] of found) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(repository, path), link, "junction");
  }
}

function configuration(files: readonly string[]): object {
  return {
    extends: "../../tsconfig.base.json",
    // An example shows a value without using it.
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    files,
  };
}

/** Writes the blocks to where their lines have the numbers that they have in the document. */
function writeBlocks(folder: string, document: Document, origins: Map<string, string>): readonly string[] {
  const { path } = document;
  const home = path.replaceAll("/", "__");
  const blocks = document.blocks.filter(({ language }) => language === "ts");
  const names = new Set(blocks.flatMap(({ file }) => file ?? []));
  const problems: string[] = [];
  for (const block of blocks) {
    const file = `${home}/${block.file ?? `line-${block.line}.ts`}`;
    if (origins.has(file)) problems.push(`${path}:${block.line}: a second block named ${block.file}`);
    origins.set(file, path);
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(
      join(folder, file),
      "\n".repeat(block.line - 1) + resolved(block, folder, { file, path, names }),
    );
  }
  return problems;
}

interface Place {
  readonly file: string;
  readonly path: string;
  readonly names: ReadonlySet<string>;
}

function resolved({ code }: Block, folder: string, { file, path, names }: Place): string {
  return code.replaceAll(/(?<=\bfrom ")\.\/([^"]+)(?=")/g, (specifier, name: string) => {
    const source = join(repository, dirname(path), "src", name);
    if (names.has(name) || !existsSync(source)) return specifier;
    return relative(dirname(join(folder, file)), source).replaceAll("\\", "/");
  });
}

function compile(folder: string, origins: ReadonlyMap<string, string>): Promise<readonly string[]> {
  return new Promise((resolve) => {
    execFile(
      workspaceBinary("tsc"),
      ["-p", folder, "--pretty", "false"],
      { cwd: folder },
      (error, stdout) => {
        const lines = stdout.split("\n").filter((line) => line.includes("error TS"));
        if (error !== null && lines.length === 0) lines.push(`the compiler failed: ${error.message}`);
        resolve(lines.map((line) => inDocument(line, origins)));
      },
    );
  });
}

function inDocument(line: string, origins: ReadonlyMap<string, string>): string {
  const [, file = "", number = "", message = ""] = /^(.+)\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
  const path = origins.get(file.replaceAll("\\", "/"));
  return path === undefined ? line.replace(/^(?:\.\.\/)+/, "") : `${path}:${number}: ${message}`;
}
