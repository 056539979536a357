import { describe, expect, it } from "vitest";

import { type DataMigration, dataProblems } from "../src/data.ts";
import { readCursors, writeCursors } from "../src/data/cursors.ts";

const named = (...ids: readonly string[]): readonly DataMigration[] =>
  ids.map((id) => ({ id, up: async () => undefined }));

describe("dataProblems", () => {
  it("finds nothing wrong with ids that tell migrations apart", () => {
    expect(dataProblems(named("2026-01-slugs", "b"))).toEqual([]);
  });

  it.each(["", "A", "a b", "-a", "a-", "a--b", "ä", "a\n"])("refuses the id %j", (id) => {
    expect(dataProblems(named(id))).toHaveLength(1);
  });

  it("names an id that is there twice", () => {
    expect(dataProblems(named("a", "b", "a", "a"))).toEqual(['Two data migrations have the id "a".']);
  });
});

describe("cursors", () => {
  it.each([
    [[]],
    [[["a", "1"]]],
    [
      [
        ["a", null],
        ["__proto__", '"]]'],
      ],
    ],
  ] as const)("survive %j", (entries) => {
    const cursors = new Map<string, string | null>(entries);
    expect(readCursors(writeCursors(cursors))).toEqual(cursors);
  });

  it("are none where nothing is stored", () => {
    expect(readCursors(null)).toEqual(new Map());
  });

  it.each(["{}", "[1]", "[[1,2]]", '[["a"]]', '[["a",1]]', "null"])("can't be read from %s", (text) => {
    expect(() => readCursors(text)).toThrow(TypeError);
  });
});
