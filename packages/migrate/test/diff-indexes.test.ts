import { searchVector } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { type Change, diff } from "../src/diff.ts";
import type { Live, LiveIndex } from "../src/introspect.ts";
import { column, liveOf, tableOf, withTable } from "./world/tables.ts";

const anyIndex: LiveIndex = {
  columns: [],
  unique: false,
  valid: true,
  plain: true,
  method: "btree",
  expression: undefined,
  predicate: undefined,
};

const links = tableOf("posts_tags_links", {
  columns: [
    column("owner_id", { type: "uuid" }),
    column("target_id", { type: "uuid" }),
    column("deleted_at"),
  ],
  primaryKey: { name: "links_pkey", columns: ["owner_id", "target_id"] },
  indexes: [
    { name: "words", columns: [], unique: false, method: "gin", words: ["owner_id", "target_id"] },
    {
      name: "live",
      columns: [{ name: "owner_id", descending: false }],
      unique: true,
      whereNull: "deleted_at",
    },
  ],
});
const there = liveOf(links);
const changed = (name: string, changes: Partial<LiveIndex>) =>
  withTable(there, links.name, {
    indexes: new Map([
      ...(there.tables.get(links.name)?.indexes ?? []),
      [name, { ...anyIndex, ...there.tables.get(links.name)?.indexes.get(name), ...changes }],
    ]),
  });
const withKey = (columns: readonly string[]) =>
  withTable(there, links.name, {
    constraints: new Map([
      [
        "links_pkey",
        {
          kind: "p",
          column: undefined,
          columns,
          references: undefined,
          onDelete: undefined,
          strict: true,
          options: undefined,
        },
      ],
    ]),
  });
const changesOf = (live: Live): readonly Change[] => diff({ tables: [links] }, live);
const kindsOf = (live: Live): readonly string[] => changesOf(live).map(({ kind }) => kind);

describe("diff of indexes over expressions, of some rows, and of keys with two columns", () => {
  it("finds nothing where the server only spells them differently", () => {
    const expression = `to_tsvector('simple'::regconfig, "left"(((COALESCE(owner_id, ''::text) || ' '::text) || COALESCE(target_id, ''::text)), 100000))`;
    expect(kindsOf(there)).toEqual([]);
    expect(kindsOf(changed("words", { expression }))).toEqual([]);
  });

  it.each([
    ["an index over other words", changed("words", { expression: searchVector(["owner_id"]) })],
    [
      "an index over words in another language",
      changed("words", { expression: "to_tsvector('english'::regconfig, owner_id)" }),
    ],
    ["an index over no words", changed("words", { expression: undefined })],
    ["an index that holds all rows", changed("live", { predicate: undefined })],
    ["an index that holds other rows", changed("live", { predicate: "(owner_id IS NULL)" })],
    ["an index that holds the other rows", changed("live", { predicate: "(deleted_at IS NOT NULL)" })],
  ])("sees %s", (_, live) => {
    expect(kindsOf(live)).toEqual(["index"]);
  });

  it("compares the columns of a primary key in order", () => {
    expect(kindsOf(withKey(["owner_id", "target_id"]))).toEqual([]);
    expect(kindsOf(withKey(["target_id", "owner_id"]))).toEqual(["primaryKey"]);
    expect(kindsOf(withKey(["owner_id"]))).toEqual(["primaryKey"]);
  });

  it("knows whether the rows that an index picks could be told apart before", () => {
    const bare = (name: string) => {
      const table = there.tables.get(links.name);
      const columns = new Map([...(table?.columns ?? [])].filter(([each]) => each !== name));
      const live = withTable(there, links.name, { columns, indexes: new Map() });
      return { ...live, taken: new Map() };
    };
    const picks = (live: Live) =>
      changesOf(live).flatMap((change) =>
        change.kind === "createIndex" && change.index.unique ? [[change.settled, change.picks]] : [],
      );
    expect(picks(bare("deleted_at"))).toEqual([[true, false]]);
    expect(picks(bare("none"))).toEqual([[true, true]]);
    expect(picks(bare("owner_id"))).toEqual([[false, true]]);
  });
});
