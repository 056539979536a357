import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { columnName, objectName, tableName } from "../../src/blueprint/names.ts";
import { BootError } from "../../src/errors.ts";

test("names of tables and columns are snake_case", () => {
  expect(tableName("blog-posts")).toBe("blog_posts");
  expect(columnName("createdAt")).toBe("created_at");
  expect(columnName("aBC")).toBe("a_b_c");
  expect(columnName("plain")).toBe("plain");
});

test("two field names never give one column", () => {
  const names = ["ab", "aB", "a1B", "aBc", "abC", "aBC"];
  expect(new Set(names.map(columnName)).size).toBe(names.length);
});

test("a name of 63 bytes stays as it is, a longer one is cut and ends with a digest of itself", () => {
  const fits = "a".repeat(59);
  expect(objectName([fits], "idx")).toBe(`${fits}_idx`);
  const long = objectName([`${fits}b`], "idx");
  expect(long).toMatch(/^a{50}_[0-9a-f]{8}_idx$/);
  expect(Buffer.byteLength(long)).toBe(63);
});

test("long names that differ only behind the cut stay different", () => {
  const columns = ["x", "y", "z"].map((end) =>
    objectName(["t".repeat(48), `${"c".repeat(60)}_${end}`], "idx"),
  );
  expect(new Set(columns).size).toBe(3);
  expect(columns.every((name) => Buffer.byteLength(name) <= 63)).toBe(true);
});

test("the longest slug and the longest field name stay within 63 bytes for every suffix", () => {
  const table = tableName(`a${"-b".repeat(23)}c`);
  const column = columnName(`a${"B".repeat(47)}`);
  for (const suffix of ["pkey", "key", "idx", "fkey", "check"]) {
    expect(Buffer.byteLength(objectName([table, column], suffix))).toBeLessThanOrEqual(63);
  }
});

test("a field name whose column would be longer than 63 bytes is refused, since Postgres would cut it", () => {
  const fields = { [`a${"B".repeat(40)}`]: { type: "text" } } as const;
  expect(() => describe({ collections: [{ slug: "posts", fields }] })).toThrow(BootError);
});
