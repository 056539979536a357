import type { Column, Table } from "@lucent/core";
import { describe, expect, it } from "vitest";

import type { Live } from "../../src/model/live.ts";
import { nextColumnName } from "../../src/temporary.ts";
import {
  column,
  id,
  indexOn,
  liveOf,
  tableOf,
  withColumn,
  withManaged,
  withoutManaged,
} from "../world/tables.ts";
import { compare, outline } from "./outline.ts";

const withColumns = (columns: readonly Column[], changes: Partial<Table> = {}): Table =>
  tableOf("posts", { columns: [id, ...columns], ...changes });
const renamed = column("headline", { previousName: "title", nullable: false });
const before = liveOf(withColumns([column("title")], { indexes: [indexOn("posts_title_idx", ["title"])] }));
const wanted = withColumns([renamed], { indexes: [indexOn("posts_headline_idx", ["headline"])] });
const expand = ["posts.headline"];

/** What the first phase leaves. */
const begun = withManaged(
  withColumn(before, "posts", { headline: {} }),
  "posts",
  "column headline",
  "expand title headline",
);

describe("a rename in two phases", () => {
  it("begins with a second column, and keeps what is on the first one", () => {
    const { changes, names } = compare([wanted], before, { expand });
    expect(changes).toMatchObject([
      {
        kind: "expand",
        column: { name: "headline" },
        from: { name: "title", type: "text", next: "headline" },
      },
      { kind: "createIndex", index: { name: "posts_headline_idx" } },
    ]);
    expect(changes).toHaveLength(2);
    expect([names.column("posts", "headline"), names.column("posts", "title")]).toEqual([undefined, "title"]);
  });

  it("is an ordinary rename where it is not asked for", () => {
    expect(outline([wanted], before)[0]).toBe("renameColumn posts.headline < title");
  });

  it("is quiet until its second phase, but for a note", () => {
    const after = withManaged(
      {
        ...begun,
        ...liveOf(
          withColumns([column("title"), column("headline")], {
            indexes: [...wanted.indexes, indexOn("posts_title_idx", ["title"])],
          }),
        ),
      },
      "posts",
      "expand title headline",
    );
    const { changes, notes } = compare([wanted], after, { expand });
    expect(changes).toEqual([]);
    expect(notes).toEqual([expect.stringContaining("lucent migrate contract")]);
    expect(compare([wanted], after).changes).toEqual([]);
  });

  it("goes on with a copy that was interrupted", () => {
    const copying = withManaged(begun, "posts", "backfill headline");
    expect(outline([wanted], copying)).toContain("expand posts.headline");
  });

  it("ends with the old column, and compares nothing else", () => {
    const more = { ...wanted, columns: [...wanted.columns, column("extra")] };
    expect(compare([more], begun, { contract: true }).changes).toMatchObject([
      {
        kind: "contract",
        column: { name: "headline", nullable: false },
        from: { name: "title", type: "text", next: "headline" },
      },
    ]);
    expect(compare([more], begun, { contract: true }).changes).toHaveLength(1);
  });

  it("says where there is nothing to end", () => {
    expect(compare([wanted], before, { contract: true })).toMatchObject({
      changes: [],
      notes: ["No change in two phases waits for its end."],
    });
  });

  it("does not end what would drop a column that is asked for again, or of another type", () => {
    const both = { ...wanted, columns: [...wanted.columns, column("title")] };
    expect(outline([both], begun, { contract: true })).toEqual(["UNSUPPORTED posts.headline"]);
    const number = withColumns([{ ...renamed, type: "bigint" }]);
    expect(outline([number], begun, { contract: true })).toEqual(["UNSUPPORTED posts.headline"]);
    expect(outline([withColumns([])], begun, { contract: true })).toEqual(["UNSUPPORTED posts.headline"]);
  });

  it("keeps both columns where nobody asks for the second one any more", () => {
    const old = withColumns([column("title")], { indexes: [indexOn("posts_title_idx", ["title"])] });
    const { changes, notes } = compare([old], begun);
    expect(changes).toEqual([]);
    expect(notes).toHaveLength(1);
  });

  it("forgets what was begun where one of the two is gone", () => {
    const gone = withManaged(before, "posts", "expand title headline");
    expect(outline([wanted], gone)[0]).toBe("renameColumn posts.headline < title");
  });

  it.each<[string, Table, Live]>([
    [
      "the other name is in use",
      withColumns([renamed, column("title")]),
      liveOf(withColumns([column("title")])),
    ],
    [
      "the column is generated",
      withColumns([renamed]),
      withColumn(liveOf(withColumns([column("title")])), "posts", { title: { generated: true } }),
    ],
    [
      "it is a foreign key",
      withColumns([{ ...renamed, type: "uuid" }], {
        foreignKeys: [
          { name: "posts_headline_fkey", column: "headline", references: "posts", onDelete: "cascade" },
        ],
      }),
      liveOf(withColumns([column("title", { type: "uuid" })])),
    ],
  ])("is refused where %s", (_, table, live) => {
    expect(outline([table], live, { expand })).toContain("UNSUPPORTED posts.headline");
  });

  it("does not let either column be renamed meanwhile", () => {
    const again = withColumns([column("caption", { previousName: "headline" })]);
    expect(outline([again], begun)).toContain("UNSUPPORTED posts.headline");
  });
});

describe("a change of type in two phases", () => {
  const next = nextColumnName("posts", "stars");
  const index = indexOn("posts_stars_idx", ["stars"]);
  const checks = [{ name: "posts_stars_check", column: "stars", options: ["1"] }];
  const text = liveOf(withColumns([column("stars")], { indexes: [index], checks }));
  const number = withColumns([column("stars", { type: "bigint", nullable: false })], {
    indexes: [{ ...index, unique: true }],
  });
  const asked = { expand: ["posts.stars"] };
  const waiting = withManaged(
    withColumn(text, "posts", { [next]: { type: "bigint" } }),
    "posts",
    `column ${next}`,
    `expand stars ${next}`,
  );

  it("begins with a second column under a temporary name", () => {
    const { changes } = compare([number], text, asked);
    expect(changes).toMatchObject([
      { kind: "expand", column: { name: "stars" }, from: { name: "stars", type: "text", next } },
    ]);
    expect(changes).toHaveLength(1);
  });

  it("is quiet until its second phase, with all that is on the column", () => {
    expect(compare([number], waiting)).toMatchObject({
      changes: [],
      notes: [expect.stringContaining("lucent migrate contract")],
    });
  });

  it("ends with the second column in the first one's place", () => {
    expect(compare([number], waiting, { contract: true }).changes).toMatchObject([
      { kind: "contract", column: { name: "stars" }, from: { name: "stars", type: "text", next } },
    ]);
  });

  it("takes nobody else's column", () => {
    expect(outline([number], withoutManaged(text, "posts", "column stars"), asked)).toContain(
      "NAME_TAKEN posts.stars",
    );
  });

  it("begins nothing where the type is the same", () => {
    const same = withColumns([column("stars")], { indexes: [index], checks });
    expect(outline([same], text, asked)).toEqual([]);
  });
});
