import type { Index } from "@lucent/core";
import { describe, expect, it } from "vitest";

import type { Live, LiveIndex } from "../../src/model/live.ts";
import { nextIndexName, retiredIndexName } from "../../src/temporary.ts";
import {
  anyIndex,
  column,
  id,
  indexOn,
  liveOf,
  tableOf,
  withConstraint,
  withIndex,
  withManaged,
  withoutManaged,
  withoutObjects,
} from "../world/tables.ts";
import { compare, outline } from "./outline.ts";

const name = "posts_title_idx";
const tableWith = (...indexes: readonly Index[]): ReturnType<typeof tableOf> =>
  tableOf("posts", {
    columns: [id, column("title"), column("body"), column("tags", { type: "text[]" })],
    indexes,
  });
const plain = indexOn(name, ["title"]);
const posts = tableWith(plain);
const there = liveOf(posts);
const onTitle = { columns: [{ name: "title", descending: false }] };
const changed = (changes: Partial<LiveIndex>): Live => withIndex(there, "posts", { [name]: changes });

describe("indexes", () => {
  it("L01 makes one that is missing", () => {
    expect(compare([posts], withoutObjects(there, "posts", name)).changes).toMatchObject([
      { kind: "createIndex", leftover: undefined },
    ]);
  });

  it.each<[string, Partial<LiveIndex>]>([
    ["columns", { columns: [{ name: "body", descending: false }] }],
    ["more columns", { columns: [...onTitle.columns, { name: "body", descending: false }] }],
    ["order", { columns: [{ name: "title", descending: true }] }],
    ["uniqueness", { unique: true }],
    ["method", { method: "hash" }],
    ["expression", { columns: [], expression: "lower(title)" }],
    ["condition", { predicate: "(body IS NULL)" }],
    ["anything unusual", { plain: false }],
  ])("L04 replaces one of other %s", (_, changes) => {
    expect(compare([posts], changed(changes)).changes).toMatchObject([
      { kind: "replaceIndex", next: undefined },
    ]);
  });

  it("I05 sees the order of columns", () => {
    const wanted = tableWith(indexOn(name, ["title", "body"], { unique: true }));
    const live = liveOf(tableWith(indexOn(name, ["body", "title"], { unique: true })));
    expect(outline([wanted], live)).toEqual([`replaceIndex posts.${name}`]);
  });

  it("A06 reads words and conditions in the server's spelling", () => {
    const wanted = tableWith(
      indexOn("posts_search", [], { method: "gin", words: ["title", "body"] }),
      indexOn("posts_title_key", ["title"], { unique: true, whereNull: "body" }),
    );
    const expression =
      "to_tsvector('simple'::regconfig, \"left\"(((COALESCE(title, ''::text) || ' '::text) || COALESCE(body, ''::text)), 100000))";
    const live = withIndex(liveOf(wanted), "posts", { posts_search: { expression } });
    expect(outline([wanted], live)).toEqual([]);
  });

  it.each([true, false])("goes on with the replacement of an interrupted run, valid: %s", (valid) => {
    const next = nextIndexName("posts", name);
    const live = withIndex(changed({ unique: true }), "posts", {
      [next]: { ...anyIndex, ...onTitle, valid },
    });
    expect(compare([posts], live).changes).toMatchObject([
      { kind: "replaceIndex", next: { name: next, ready: valid } },
    ]);
  });

  it("does not go on with a replacement of another definition", () => {
    const next = nextIndexName("posts", name);
    const live = withIndex(changed({ unique: true }), "posts", {
      [next]: { columns: [{ name: "body", descending: false }] },
    });
    expect(compare([posts], live).changes).toMatchObject([{ kind: "replaceIndex", next: { ready: false } }]);
  });

  it("gives a finished replacement its name where the old index is gone", () => {
    const next = nextIndexName("posts", name);
    const live = withIndex(withoutObjects(there, "posts", name), "posts", { [next]: onTitle });
    expect(outline([posts], live)).toEqual([`renameObject posts.${name} < ${next}`]);
  });

  it("drops what interrupted runs left of no use", () => {
    const [next, old] = [nextIndexName("posts", name), retiredIndexName("posts", name)];
    const live = withIndex(there, "posts", { [next]: { valid: false }, [old]: onTitle });
    expect(outline([posts], live)).toEqual([`dropIndex posts.${next}`, `dropIndex posts.${old}`]);
  });

  it("L02 builds ours again where the build was interrupted", () => {
    expect(compare([posts], changed({ valid: false })).changes).toMatchObject([
      { kind: "createIndex", leftover: name },
    ]);
  });

  it("L03 refuses somebody else's interrupted build under the name, and leaves others", () => {
    const foreign = withoutManaged(changed({ valid: false }), "posts", `index ${name}`);
    expect(outline([posts], foreign)).toEqual([`NAME_TAKEN posts.${name}`]);
    expect(outline([posts], withIndex(there, "posts", { other: { ...onTitle, valid: false } }))).toEqual([]);
  });

  it("L06 does not see what somebody else made", () => {
    expect(outline([posts], withIndex(there, "posts", { dba: { plain: false, method: "gin" } }))).toEqual([]);
  });

  it("L09 does not see what a REINDEX left", () => {
    expect(outline([posts], withIndex(there, "posts", { [`${name}_ccnew`]: onTitle }))).toEqual([]);
  });

  it("L11 takes over somebody else's index of the name, if it is the same", () => {
    const foreign = withoutManaged(there, "posts", `index ${name}`);
    expect(outline([posts], foreign)).toEqual([`adopt posts.(index ${name})`]);
    const other = withoutManaged(changed({ unique: true }), "posts", `index ${name}`);
    expect(outline([posts], other)).toEqual([`NAME_TAKEN posts.${name}`]);
  });

  it("L11 refuses a name that another table's index has", () => {
    const live = withoutObjects(there, "posts", name);
    const taken = { ...live, taken: new Map([...live.taken, [name, "an index"]]) };
    expect(outline([posts], taken)).toEqual([`NAME_TAKEN posts.${name}`]);
  });

  it("I07 renames ours of the same structure, and nobody else's", () => {
    const live = withIndex(withoutObjects(there, "posts", name), "posts", { other: onTitle });
    expect(outline([posts], withManaged(live, "posts", "index other"))).toEqual([
      `renameObject posts.${name} < other`,
    ]);
    expect(outline([posts], live)).toEqual([`createIndex posts.${name}`]);
  });

  it("does not rename onto a name that stays in use", () => {
    const live = withManaged(
      withIndex(changed({ unique: true }), "posts", { other: onTitle }),
      "posts",
      "index other",
    );
    expect(outline([posts], live)).toEqual([`replaceIndex posts.${name}`, "dropIndex posts.other"]);
  });

  it("D18 drops ours that nobody asks for", () => {
    expect(outline([tableWith()], there)).toEqual([`dropIndex posts.${name}`]);
  });

  it("L10 takes a unique constraint's index for the unique index, time and again", () => {
    const unique = tableWith(indexOn("posts_title_key", ["title"], { unique: true }));
    const constraint = { kind: "u", columns: ["title"] };
    const live = withConstraint(
      withIndex(liveOf(unique), "posts", { posts_title_key: { constraint: "posts_title_key" } }),
      "posts",
      { posts_title_key: constraint },
    );
    expect(outline([unique], live)).toEqual([]);
    expect(outline([tableWith()], live)).toEqual([
      "dropIndex posts.posts_title_key",
      "DEPENDENT_OBJECT posts.posts_title_key",
    ]);
  });
});
