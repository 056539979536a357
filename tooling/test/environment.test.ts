import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { describe, expect, test } from "vitest";

import { repository } from "../services/places.ts";

// docs/environment.md against the code, from both sides: a variable that nobody documents is found by nobody, and one
// that nobody reads sends its reader looking for an effect that isn't there.

const page = readFileSync(join(repository, "docs/environment.md"), "utf8");

/** Variables by the part of the repository that reads them. */
type Readers = ReadonlyMap<string, ReadonlySet<string>>;

const name = /^[A-Za-z_][A-Za-z0-9_]*$/;
// Behind white space only: the same signs stand in the globs of file names.
const comment = /(?<=^|\s)\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/** The variables that a source file reads, and every use of the environment that can't be told. */
function readsOf(source: string): { readonly names: readonly string[]; readonly unclear: readonly string[] } {
  const code = source.replaceAll(comment, "");
  const names: string[] = [];
  const unclear: string[] = [];
  for (const { 0: use, 1: dot, 2: literal, 3: computed, index } of code.matchAll(
    /\b(?:process|Bun|import\.meta)\.env\b(?:\??\.(\w+)|(?:\?\.)?\["(\w+)"\]|(\[))?/g,
  )) {
    const read = dot ?? literal;
    if (read !== undefined) names.push(read);
    // A name that is handed in is one of those that the file itself spells out.
    else if (computed !== undefined) names.push(...spelledOut(code));
    else if (!isPassedOn(code, index, use)) unclear.push(code.slice(index - 30, index + 30).trim());
  }
  // What was handed in under this name is the environment as well.
  for (const [, read = ""] of code.matchAll(/\benvironment(?:\["|, ")(\w+)"[\])]/g)) names.push(read);
  const list = /\bvariables = \[([^\]]*)\] as const/.exec(code)?.[1] ?? "";
  for (const [, listed = ""] of list.matchAll(/"(\w+)"/g)) names.push(listed);
  return { names, unclear };
}

function spelledOut(code: string): readonly string[] {
  return [...code.matchAll(/"([A-Z][A-Z0-9]*_[A-Z0-9_]+)"/g)].map(([, found = ""]) => found);
}

/** Whether the whole environment goes on to a program, or to a reader that has a list of its own. */
function isPassedOn(code: string, at: number, use: string): boolean {
  const before = code.slice(0, at);
  const isDefault = before.endsWith(": Readonly<Record<string, string | undefined>> = ");
  return (
    isDefault ||
    /\benvironment(?:: (?:environment \?\? )?| = )$/.test(before) ||
    before.endsWith("...") ||
    (before.endsWith("Object.entries(") && code[at + use.length] === ")")
  );
}

/** The part of the repository that a file belongs to, as the page names it. */
function readerOf(file: string): string {
  const [top = "", second = ""] = file.split("/");
  return top === "packages" || top === "apps" ? second : second === "bench" ? "bench" : "tooling";
}

const files = globSync(["packages/*/src/**/*.ts", "apps/*/src/**/*.ts", "tooling/**/*.ts"], {
  cwd: repository,
})
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !file.includes("node_modules/") && file !== relative(repository, import.meta.filename))
  .toSorted();

function readInCode(): { readonly readers: Readers; readonly unclear: readonly string[] } {
  const readers = new Map<string, Set<string>>();
  const unclear: string[] = [];
  for (const file of files) {
    const found = readsOf(readFileSync(join(repository, file), "utf8"));
    for (const variable of found.names)
      readers.set(variable, (readers.get(variable) ?? new Set()).add(readerOf(file)));
    unclear.push(...found.unclear.map((use) => `${file}: ${use}`));
  }
  return { readers, unclear };
}

/** The rows of the page's tables: the variable in the first column, who reads it in the second. */
function documentedOn(text: string): { readonly readers: Readers; readonly repeated: readonly string[] } {
  const readers = new Map<string, Set<string>>();
  const repeated: string[] = [];
  for (const [, variable = "", cell = ""] of text.matchAll(/^\| *`(\w+)` *\|([^|]*)\|/gm)) {
    if (readers.has(variable)) repeated.push(variable);
    readers.set(variable, new Set(cell.split(",").map((reader) => reader.trim())));
  }
  return { readers, repeated };
}

/** One line for each variable and reader that the second knows and the first does not. */
function missingIn(some: Readers, all: Readers): readonly string[] {
  return [...all].flatMap(([variable, readers]) =>
    [...readers]
      .filter((reader) => some.get(variable)?.has(reader) !== true)
      .map((reader) => `${variable}: ${reader}`),
  );
}

const code = readInCode();
const documented = documentedOn(page);

describe("docs/environment.md", () => {
  test("says of every variable who reads it", () => {
    expect(code.unclear).toEqual([]);
    expect([...code.readers.keys()].filter((variable) => !name.test(variable))).toEqual([]);
    expect(missingIn(documented.readers, code.readers)).toEqual([]);
  });

  test("names no variable and no reader that the code does not have", () => {
    expect(missingIn(code.readers, documented.readers)).toEqual([]);
    expect(documented.repeated).toEqual([]);
  });

  test("is about the variables that there are at least", () => {
    expect([...documented.readers.keys()]).toEqual(
      expect.arrayContaining(["DATABASE_URL", "SESSION_SECRET", "API_URL", "APP_URL", "NODE_ENV", "CI"]),
    );
    expect(files.length).toBeGreaterThan(100);
  });
});

describe("the reader of the sources", () => {
  const environment = "process.env";

  test("finds each form of reading a variable", () => {
    const { names, unclear } = readsOf(`
      a(${environment}["FIRST"] ?? ""); b(${environment}.SECOND); c(Bun.env.THIRD);
      const read = (key) => ${environment}[key]; read("FOURTH_ONE");
      if (environment["FIFTH"] === "x") export const variables = ["SIXTH", "SEVENTH"] as const;
    `);
    expect(names).toEqual(["FIRST", "SECOND", "THIRD", "FOURTH_ONE", "FIFTH", "SIXTH", "SEVENTH"]);
    expect(unclear).toEqual([]);
  });

  test("leaves comments and the environment of child processes alone, and nothing else", () => {
    const harmless = `/* ${environment}.NONE */ spawn(file, { env: { ...${environment} } }); // ${environment}.NONE`;
    expect(readsOf(harmless)).toEqual({ names: [], unclear: [] });
    const handedOn = `run({ environment: ${environment} }); const { environment = ${environment} } = options;`;
    expect(readsOf(handedOn)).toEqual({ names: [], unclear: [] });
    expect(readsOf(`const { HIDDEN } = ${environment};`).unclear).toHaveLength(1);
    expect(readsOf(`const all = ${environment}; all.HIDDEN;`).unclear).toHaveLength(1);
  });

  test("tells what is missing on either side", () => {
    const small = documentedOn("| `A` | core |\n| `B` | core, example |\n| `B` | core |");
    expect(small.repeated).toEqual(["B"]);
    const both = documentedOn("| `A` | core |\n| `B` | core, example |").readers;
    expect(missingIn(both, new Map([["C", new Set(["core"])]]))).toEqual(["C: core"]);
    expect(
      missingIn(
        new Map([
          ["A", new Set(["core"])],
          ["B", new Set(["core"])],
        ]),
        both,
      ),
    ).toEqual(["B: example"]);
  });
});
