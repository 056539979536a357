import type { Column } from "@lucent/core";
import { describe, expect, it } from "vitest";

import type { Live, LiveColumn } from "../../src/model/live.ts";
import { filledCheckName } from "../../src/temporary.ts";
import {
  column,
  id,
  indexOn,
  liveOf,
  tableOf,
  withColumn,
  withConstraint,
  withManaged,
  withoutManaged,
  withTable,
} from "../world/tables.ts";
import { compare, outline } from "./outline.ts";

const wanted = (changes: Partial<Column>): ReturnType<typeof tableOf> =>
  tableOf("posts", { columns: [id, column("title", changes)] });
const title = (changes: Partial<LiveColumn>): Live =>
  withColumn(liveOf(wanted({})), "posts", { title: changes });

describe("columns", () => {
  it("A04 takes a type for the same as the server spells it", () => {
    const type = "numeric(10,2)";
    expect(outline([wanted({ type })], title({ type }))).toEqual([]);
  });

  it("E07 adds what is missing", () => {
    const more = { ...wanted({}), columns: [id, column("title"), column("body", { nullable: false })] };
    expect(outline([more], liveOf(wanted({})))).toEqual(["addColumn posts.body"]);
  });

  it("E01 requires what could be empty", () => {
    expect(compare([wanted({ nullable: false })], title({})).changes).toMatchObject([
      { kind: "setNotNull", leftover: undefined },
    ]);
  });

  it.each([false, true])("E11 goes on with the check of an interrupted run, validated: %s", (validated) => {
    const name = filledCheckName("posts", "title");
    const live = withConstraint(title({}), "posts", { [name]: { columns: ["title"], validated } });
    expect(compare([wanted({ nullable: false })], live).changes).toMatchObject([
      { kind: "setNotNull", leftover: { name, validated } },
    ]);
    expect(outline([wanted({})], live)).toEqual([`dropConstraint posts.${name}`]);
  });

  it("E10 no longer requires", () => {
    expect(outline([wanted({})], title({ nullable: false }))).toEqual(["dropNotNull posts.title"]);
  });

  it("E12 does not let a key be empty", () => {
    const nullable = { ...wanted({}), columns: [{ ...id, nullable: true }, column("title")] };
    expect(outline([nullable], liveOf(wanted({})))).toEqual(["UNSUPPORTED posts.id"]);
  });

  it("F01 sets another default, and drops one that nobody asks for", () => {
    const live = title({ default: "'a'::text" });
    expect(outline([wanted({ default: { value: "a" } })], live)).toEqual([]);
    expect(outline([wanted({ default: { value: "b" } })], live)).toEqual(["setDefault posts.title"]);
    expect(outline([wanted({})], live)).toEqual(["dropDefault posts.title"]);
  });

  it("F02 drops a default that stands in the way of a type, and sets the new one", () => {
    const live = title({ type: "character varying", default: "'x'::character varying" });
    const { changes } = compare([wanted({ type: "bigint", default: { value: "0" } })], live);
    expect(changes).toMatchObject([
      { kind: "changeType", from: "character varying", default: "'x'::character varying" },
      { kind: "setDefault" },
    ]);
    expect(outline([wanted({ type: "bigint" })], live)).toEqual([
      "changeType posts.title < character varying",
    ]);
  });

  it("D14 takes another field of the same name for a change of type", () => {
    expect(outline([wanted({ type: "bigint" })], title({}))).toEqual(["changeType posts.title < text"]);
  });

  it("G13 lets go of the check when a select becomes a multiselect, and adds it again", () => {
    const checks = [{ name: "posts_title_check", column: "title", options: ["a", "b"] }];
    const live = liveOf({ ...wanted({}), checks });
    const { changes } = compare([{ ...wanted({ type: "text[]" }), checks }], live);
    expect(changes).toMatchObject([
      { kind: "changeType", from: "text", constraints: ["posts_title_check"], indexes: [] },
      { kind: "addCheck", check: { name: "posts_title_check" } },
    ]);
    expect(changes).toHaveLength(2);
  });

  it("G14 lets go of an index that the new type has no order for, and makes the new one", () => {
    const gin = [indexOn("posts_title_idx", ["title"], { method: "gin" })];
    const btree = [indexOn("posts_title_idx", ["title"])];
    const live = liveOf({ ...wanted({ type: "text[]" }), indexes: gin });
    const { changes } = compare([{ ...wanted({}), indexes: btree }], live);
    expect(changes).toMatchObject([
      { kind: "changeType", from: "text[]", indexes: ["posts_title_idx"] },
      { kind: "createIndex", leftover: undefined },
    ]);
    expect(changes).toHaveLength(2);
  });

  it("G22 takes everything along that fits the new type", () => {
    const parts = {
      indexes: [indexOn("posts_title_key", ["title"], { unique: true })],
      checks: [{ name: "posts_title_check", column: "title", options: ["a"] }],
    };
    const live = withColumn(liveOf({ ...wanted({}), ...parts }), "posts", {
      title: { type: "character varying(50)" },
    });
    expect(compare([{ ...wanted({}), ...parts }], live).changes).toMatchObject([
      { kind: "changeType", constraints: [], indexes: [] },
    ]);
  });

  it("lets go of a foreign key that nobody asks for on a column whose type changes", () => {
    const key = {
      name: "posts_title_fkey",
      column: "title",
      references: "posts",
      onDelete: "restrict",
    } as const;
    const live = liveOf({ ...wanted({ type: "uuid" }), foreignKeys: [key] });
    expect(compare([wanted({})], live).changes).toMatchObject([
      { kind: "changeType", constraints: ["posts_title_fkey"] },
    ]);
  });

  it("refuses a column whose values the database makes", () => {
    expect(outline([wanted({})], title({ generated: true }))).toEqual(["UNSUPPORTED posts.title"]);
  });

  it("E05 goes on filling a column", () => {
    const live = withManaged(
      title({ default: "gen_random_uuid()", type: "uuid" }),
      "posts",
      "backfill title",
    );
    const filled = wanted({ type: "uuid", nullable: false, default: { call: "gen_random_uuid" } });
    expect(outline([filled], live)).toEqual(["fillColumn posts.title", "setNotNull posts.title"]);
    expect(outline([wanted({ type: "uuid" })], live)).toEqual(["dropDefault posts.title"]);
  });

  it("takes over somebody else's column that is as it should be, and no other", () => {
    const foreign = withoutManaged(liveOf(wanted({})), "posts", "column title");
    expect(outline([wanted({})], foreign)).toEqual(["adopt posts.(column title)"]);
    expect(outline([wanted({ type: "bigint" })], foreign)).toEqual(["NAME_TAKEN posts.title"]);
    expect(outline([wanted({ nullable: false })], foreign)).toEqual(["NAME_TAKEN posts.title"]);
  });

  it("counts columns that were dropped before", () => {
    const more = { ...wanted({}), columns: [id, column("title"), column("body"), column("note")] };
    const live = (slots: number): Live => withTable(liveOf(wanted({})), "posts", { slots });
    expect(outline([more], live(1598))).toEqual(["addColumn posts.body", "addColumn posts.note"]);
    expect(outline([more], live(1599))).toContain("LIMIT posts");
    expect(outline([wanted({})], live(1600))).toEqual([]);
  });

  it("I09 refuses another primary key", () => {
    const two = {
      ...wanted({ nullable: false }),
      primaryKey: { name: "posts_pkey", columns: ["id", "title"] },
    };
    expect(outline([two], liveOf(wanted({ nullable: false })))).toEqual(["UNSUPPORTED posts.posts_pkey"]);
    const turned = { ...two, primaryKey: { name: "posts_pkey", columns: ["title", "id"] } };
    expect(outline([turned], liveOf(two))).toEqual(["UNSUPPORTED posts.posts_pkey"]);
  });
});
