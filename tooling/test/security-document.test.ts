import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { repository } from "../services/places.ts";

const packages = join(repository, "packages");
const document = readFileSync(join(repository, "docs/security-tests.md"), "utf8");

interface Row {
  readonly id: string;
  /** The first file that it names; `undefined` where the test is still to come. */
  readonly file: string | undefined;
}

/** The rows of every table. */
function rowsOf(text: string): readonly Row[] {
  return [...text.matchAll(/^\| (T-[A-Z]+-\d\d) +\| [^|]+ \| ([^|]+?) +\|$/gm)].map(
    ([, id = "", where = ""]) => ({
      id,
      file: /`([^`]+)`/.exec(where)?.[1],
    }),
  );
}

/** The ids that open a test's name, behind those of the catalogue of migrations: of one test, or of a table of them. */
function testedIds(text: string): readonly string[] {
  return [...text.matchAll(/["'`](?:[A-R]\d\d )*((?:[TR]-[A-Z]+-\d+ )+)/g)].flatMap(
    ([, ids = ""]) => ids.match(/T-[A-Z]+-\d+/g) ?? [],
  );
}

/** Below the packages; the page leaves `core/test/` out. */
function testFiles(): readonly string[] {
  return readdirSync(packages)
    .map((name) => join(name, "test"))
    .filter((folder) => existsSync(join(packages, folder)))
    .flatMap((folder) =>
      readdirSync(join(packages, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".test.ts"))
        .map((file) => join(folder, file)),
    );
}

function pathOf(file: string): string {
  return join(packages, file.includes("/test/") ? file : join("core/test", file));
}

describe("docs/security-tests.md", () => {
  const rows = rowsOf(document);

  test("has each id once", () => {
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(document.match(/^\| T-/gm)?.length);
    expect(ids.length).toBeGreaterThan(200);
  });

  test("says of no test that it is there when it is not", () => {
    const missing = rows.filter(
      ({ id, file }) => file !== undefined && !testedIds(readFileSync(pathOf(file), "utf8")).includes(id),
    );
    expect(missing).toEqual([]);
  });

  test("knows every id that opens a test's name, and where it is", () => {
    const known = new Set(rows.filter(({ file }) => file !== undefined).map(({ id }) => id));
    const unknown = testFiles().flatMap((file) =>
      testedIds(readFileSync(pathOf(file), "utf8"))
        .filter((id) => !known.has(id))
        .map((id) => `${file}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });
});

test("an id counts where it opens a name, and nowhere else", () => {
  const text = `test("B04 T-ACL-01 R-AC-2 T-ORA-02 a name", () => {}); // T-DOS-01\ntest("after T-DOS-02 all", () => {});`;
  expect(testedIds(text)).toEqual(["T-ACL-01", "T-ORA-02"]);
  expect(rowsOf("| T-ACL-01 | what | `a.test.ts`; rest: auth |\n| T-ACL-02 | what | auth   |")).toEqual([
    { id: "T-ACL-01", file: "a.test.ts" },
    { id: "T-ACL-02", file: undefined },
  ]);
});
