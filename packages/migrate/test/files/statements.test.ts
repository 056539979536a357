import { describe, expect, it } from "vitest";

import { sqlPieces } from "../../src/files/statements.ts";

const texts = (sql: string): readonly string[] | undefined => sqlPieces(sql)?.map(({ text }) => text);

describe("an SQL text", () => {
  it.each<[string, readonly string[]]>([
    ["select 1; select 2;", ["select 1", "select 2"]],
    ["select 1", ["select 1"]],
    [";;\n ; ", []],
    ["select ';' ; select ''';'", ["select ';'", "select ''';'"]],
    [`select E'\\';' ; select 1`, [`select E'\\';'`, "select 1"]],
    // A backslash is a letter in any other text.
    [`select '\\'; select 1`, [`select '\\'`, "select 1"]],
    // Only an E of its own makes it an escape.
    [`select note'\\'; select 1`, [`select note'\\'`, "select 1"]],
    [`select ";" as "a"";"`, [`select ";" as "a"";"`]],
    ["select $$;$$; select $a$ $$ ; $b$ $a$", ["select $$;$$", "select $a$ $$ ; $b$ $a$"]],
    ["select a$1;b$2", ["select a$1", "b$2"]],
    ["update x set y = $1; select $2", ["update x set y = $1", "select $2"]],
    ["select 1 -- ;\n + 1; select 2", ["select 1 -- ;\n + 1", "select 2"]],
    ["select 1 /* ; /* ; */ ; */ + 1", ["select 1 /* ; /* ; */ ; */ + 1"]],
    ["/* ; */ select 1", ["select 1"]],
  ])("%j is taken apart at its semicolons", (sql, expected) => {
    expect(texts(sql)).toEqual(expected);
  });

  it.each(["select 'a", 'select "a', "select $$ a", "select $a$ $b$", "/* a", "select E'\\'"])(
    "%j has no end",
    (sql) => {
      expect(sqlPieces(sql)).toBeUndefined();
    },
  );

  it("shows the comments between statements, and where things are", () => {
    expect(sqlPieces("-- one\nselect 1 -- two\n;\n-- three\n\nselect '\n' ;select 3")).toEqual([
      { kind: "comment", text: "-- one", line: 1 },
      { kind: "statement", text: "select 1 -- two", line: 2 },
      { kind: "comment", text: "-- three", line: 4 },
      { kind: "statement", text: "select '\n'", line: 6 },
      { kind: "statement", text: "select 3", line: 7 },
    ]);
  });

  it("takes no comment for a marker that stands inside a text", () => {
    const sql = "select '\n-- lucent: alone\n', $$\n-- lucent: alone\n$$";
    expect(sqlPieces(sql)).toEqual([{ kind: "statement", text: sql, line: 1 }]);
  });
});
