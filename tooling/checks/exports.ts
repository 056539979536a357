import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { exportedNames, type Module, origin, parseModule, reachable } from "./declarations.ts";
import {
  type Check,
  isRecord,
  listFiles,
  packageNames,
  parseObject,
  program,
  readText,
  root,
  run,
} from "./repository.ts";

const header = `Written by \`node tooling/checks/index.ts exports --update\`.
A change here is a change for users: say it in a changeset.
`;

type Modules = ReadonlyMap<string, Module>;
type Entry = readonly [subpath: string, file: string];

/** The public declarations of each package, committed as `api.txt`, and a doc comment on every export. */
export const exports: Check = {
  name: "exports",
  async run({ update }) {
    const files = await listFiles();
    const modules = await emitModules(files.filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file)));
    if (typeof modules === "string") return [`declarations: ${modules}`];
    const reports = await Promise.all(packageNames(files).map((name) => compare(name, modules, update)));
    return [...reports.flat(), ...undocumented(modules)];
  },
};

/** Declarations depend on their own source only (`isolatedDeclarations`), so nothing is resolved or built first. */
async function emitModules(sources: readonly string[]): Promise<Modules | string> {
  const out = await mkdtemp(join(tmpdir(), "lucent-api-"));
  try {
    const flags = "--ignoreConfig --noResolve --noCheck --declaration --emitDeclarationOnly";
    const target =
      "--module NodeNext --target ES2023 --skipLibCheck --types node --rootDir packages --outDir";
    const emitted = await run([program("tsc"), ...flags.split(" "), ...target.split(" "), out, ...sources]);
    if (!emitted.ok) return emitted.output;
    const entries = sources.map(async (source) => {
      const file = source.slice("packages/".length);
      return [
        file,
        parseModule(file, await readFile(join(out, file.replace(/\.ts$/, ".d.ts")), "utf8")),
      ] as const;
    });
    return new Map(await Promise.all(entries));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function compare(name: string, modules: Modules, update: boolean): Promise<readonly string[]> {
  const file = `packages/${name}/api.txt`;
  const entries = await entryFiles(name);
  const absent = entries.filter(([, source]) => !modules.has(source));
  if (absent.length > 0)
    return absent.map(
      ([subpath, source]) => `packages/${name}/package.json: "${subpath}" names ${source}, which is missing`,
    );
  const report = describe(name, entries, modules);
  const committed = await readText(file).catch(() => "");
  if (committed === report) return [];
  if (update) {
    await writeFile(root + file, report);
    return [];
  }
  return [
    `${file}: ${firstDifference(committed, report)}; \`node tooling/checks/index.ts exports --update\` rewrites it`,
  ];
}

function describe(name: string, entries: readonly Entry[], modules: Modules): string {
  const named = entries.map(([subpath, file]) => {
    const module = modules.get(file);
    return { subpath, file, names: module === undefined ? [] : exportedNames(module) };
  });
  const lists = named.map(({ subpath, names }) =>
    [`@lucent/${name}${subpath.slice(1)}`, ...names.map((each) => `  ${each}`)].join("\n"),
  );
  const places = named.flatMap(({ file, names }) => names.map((each) => ({ file, name: each })));
  const declarations = [...reachable(modules, places)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, statements]) => {
      const inOrder = modules.get(file)?.statements.filter((statement) => statements.has(statement)) ?? [];
      return [`// ${file}`, ...inOrder.map((statement) => statement.text)].join("\n");
    });
  return [header, ...lists, ...declarations].join("\n\n").replace("\n\n\n", "\n\n") + "\n";
}

async function entryFiles(name: string): Promise<readonly Entry[]> {
  const manifest = parseObject(await readText(`packages/${name}/package.json`));
  const listed = manifest?.["exports"];
  return Object.entries(isRecord(listed) ? listed : {}).flatMap(([subpath, target]) => {
    const source = isRecord(target) ? target["lucent-source"] : undefined;
    return typeof source === "string" ? [[subpath, source.replace("./", `${name}/`)] as const] : [];
  });
}

function firstDifference(before: string, after: string): string {
  if (before === "") return "missing";
  const old = before.split("\n");
  const fresh = after.split("\n");
  const at = fresh.findIndex((line, index) => line !== old[index]);
  const line = at < 0 ? fresh.length : at;
  return `line ${line + 1} is "${old[line] ?? "(end)"}", the sources say "${fresh[line] ?? "(end)"}"`;
}

function undocumented(modules: Modules): readonly string[] {
  return [...modules].flatMap(([file, module]) =>
    exportedNames(module).flatMap((name) => {
      const place = origin(modules, { file, name });
      const declarations = modules
        .get(place?.file ?? "")
        ?.statements.filter((statement) => statement.names.includes(place?.name ?? ""));
      const bare = place?.file === file && declarations?.some((statement) => statement.documented) === false;
      return bare ? [`packages/${file}: ${name} has no doc comment`] : [];
    }),
  );
}
