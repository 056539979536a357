import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { repository } from "../services/places.ts";

const tests = join(repository, "packages/migrate/test");
const document = readFileSync(join(repository, "docs/migration-catalogue.md"), "utf8");

/** How many cases each letter has. */
const sizes = {
  A: 15,
  B: 16,
  C: 18,
  D: 18,
  E: 12,
  F: 4,
  G: 26,
  H: 9,
  I: 9,
  J: 9,
  K: 3,
  L: 11,
  M: 7,
  N: 6,
  P: 15,
  Q: 13,
  R: 5,
};

interface Row {
  readonly id: string;
  readonly where: string;
  /** The files that it names. */
  readonly files: readonly string[];
}

/** The rows of every table. */
function rowsOf(text: string): readonly Row[] {
  return [...text.matchAll(/^\| ([A-R]\d\d) +\| [^|]+ \| ([^|]+?) +\|$/gm)].map(
    ([, id = "", where = ""]) => ({
      id,
      where,
      files: [...where.matchAll(/`([^`]+\.ts)`/g)].map(([, file = ""]) => file),
    }),
  );
}

/** The ids that open a test's name. */
function testedIds(text: string): readonly string[] {
  return [...text.matchAll(/["'`]((?:[A-R]\d\d:? )+)/g)].flatMap(
    ([, ids = ""]) => ids.match(/[A-R]\d\d/g) ?? [],
  );
}

function pathOf(file: string): string {
  return /^(?:packages|tooling)\//.test(file) ? join(repository, file) : join(tests, file);
}

describe("docs/migration-catalogue.md", () => {
  const rows = rowsOf(document);

  test("has each case once", () => {
    const all = Object.entries(sizes).flatMap(([letter, size]) =>
      Array.from({ length: size }, (_, at) => `${letter}${String(at + 1).padStart(2, "0")}`),
    );
    expect(rows.map(({ id }) => id)).toEqual(all);
  });

  test("says of every case which test shows it, or why there is none", () => {
    const open = rows.filter(({ where, files }) => files.length === 0 && !/^out of scope: \S/.test(where));
    expect(open).toEqual([]);
  });

  test("says of no test that it is there when it is not", () => {
    const missing = rows.flatMap(({ id, files }) =>
      files
        .filter((file) => !existsSync(pathOf(file)) || !shows(pathOf(file), id))
        .map((file) => `${id}: ${file}`),
    );
    expect(missing).toEqual([]);
  });

  test("knows every id that opens a test's name, and where it is", () => {
    const known = new Set(rows.flatMap(({ id, files }) => files.map((file) => `${id}: ${file}`)));
    const unknown = readdirSync(tests, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .flatMap((file) => testedIds(readFileSync(join(tests, file), "utf8")).map((id) => `${id}: ${file}`))
      .filter((place) => !known.has(place));
    expect(unknown).toEqual([]);
  });
});

/** A bench has no tests: its text names the id. */
function shows(path: string, id: string): boolean {
  const text = readFileSync(path, "utf8");
  return path.endsWith(".test.ts") ? testedIds(text).includes(id) : new RegExp(`\\b${id}\\b`).test(text);
}

test("an id counts where it opens a name, and nowhere else", () => {
  const text = `test("A01 B02 a name", () => {}); test("B03: one", () => {}); // C03\ntest("after D04 all", () => {});`;
  expect(testedIds(text)).toEqual(["A01", "B02", "B03"]);
  expect(rowsOf("| A01 | what | `a.test.ts`, `b.test.ts` |\n| A02 | what | out of scope: none   |")).toEqual([
    { id: "A01", where: "`a.test.ts`, `b.test.ts`", files: ["a.test.ts", "b.test.ts"] },
    { id: "A02", where: "out of scope: none", files: [] },
  ]);
});
