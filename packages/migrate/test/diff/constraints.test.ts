import type { ForeignKey, OptionsCheck, Table } from "@lucent/core";
import { describe, expect, it } from "vitest";

import type { Live, LiveConstraint } from "../../src/model/live.ts";
import { nextConstraintName } from "../../src/temporary.ts";
import {
  column,
  id,
  liveOf,
  tableOf,
  withConstraint,
  withManaged,
  withoutManaged,
  withoutObjects,
} from "../world/tables.ts";
import { compare, outline } from "./outline.ts";

const check: OptionsCheck = { name: "posts_state_check", column: "state", options: ["draft", "done"] };
const key: ForeignKey = {
  name: "posts_author_fkey",
  column: "author",
  references: "users",
  onDelete: "restrict",
};
const others = [tableOf("users"), tableOf("people")];
const tableWith = (changes: Partial<Table>): readonly Table[] => [
  ...others,
  tableOf("posts", {
    columns: [id, column("state"), column("other"), column("author", { type: "uuid" })],
    checks: [check],
    foreignKeys: [key],
    ...changes,
  }),
];
const tables = tableWith({});
const there = liveOf(...tables);
const changed = (name: string, changes: Partial<LiveConstraint>): Live =>
  withConstraint(there, "posts", { [name]: changes });

describe("checks", () => {
  it("adds one that is missing", () => {
    expect(outline(tables, withoutObjects(there, "posts", check.name))).toEqual([
      `addCheck posts.${check.name}`,
    ]);
  });

  it("does not see the order of options", () => {
    expect(outline(tables, changed(check.name, { options: ["done", "draft"] }))).toEqual([]);
  });

  it("K03 replaces one with other options, and says which there are", () => {
    expect(compare(tables, changed(check.name, { options: ["draft"] })).changes).toMatchObject([
      { kind: "replaceCheck", options: ["draft"], next: undefined },
    ]);
    expect(compare(tables, changed(check.name, { options: undefined })).changes).toMatchObject([
      { kind: "replaceCheck", options: undefined },
    ]);
    expect(compare(tables, changed(check.name, { columns: ["other"] })).changes).toMatchObject([
      { kind: "replaceCheck", options: undefined },
    ]);
  });

  it.each([true, false])("goes on with the replacement of an interrupted run, validated: %s", (validated) => {
    const name = nextConstraintName("posts", check);
    const live = withConstraint(changed(check.name, { options: ["draft"] }), "posts", {
      [name]: { columns: ["state"], options: check.options, validated },
    });
    expect(compare(tables, live).changes).toMatchObject([
      { kind: "replaceCheck", next: { name, validated } },
    ]);
  });

  it("drops the replacement of another plan", () => {
    const stale = nextConstraintName("posts", { ...check, options: ["draft", "gone"] });
    const live = withConstraint(changed(check.name, { options: ["draft"] }), "posts", {
      [stale]: { columns: ["state"], options: ["draft", "gone"] },
    });
    expect(outline(tables, live)).toEqual([
      `replaceCheck posts.${check.name}`,
      `dropConstraint posts.${stale}`,
    ]);
  });

  it("A15 validates one that never was", () => {
    expect(compare(tables, changed(check.name, { validated: false })).changes).toMatchObject([
      { kind: "validate", name: check.name, constraint: check },
    ]);
  });

  it("drops ours that nobody asks for, and nobody else's", () => {
    const live = withConstraint(there, "posts", { dba_check: { columns: ["state"] } });
    expect(outline(tableWith({ checks: [] }), live)).toEqual([`dropConstraint posts.${check.name}`]);
  });

  it("refuses a name that somebody else's has, unless it is the same", () => {
    const foreign = withoutManaged(there, "posts", `constraint ${check.name}`);
    expect(outline(tables, foreign)).toEqual([`adopt posts.(constraint ${check.name})`]);
    const other = withConstraint(foreign, "posts", { [check.name]: { options: ["x"] } });
    expect(outline(tables, other)).toEqual([`NAME_TAKEN posts.${check.name}`]);
  });

  it("renames and replaces at once", () => {
    const renamed = tableWith({
      columns: [
        id,
        column("phase", { previousName: "state" }),
        column("other"),
        column("author", { type: "uuid" }),
      ],
      checks: [{ name: "posts_phase_check", column: "phase", options: ["draft"] }],
    });
    expect(compare(renamed, there).changes.slice(1)).toMatchObject([
      { kind: "renameObject", from: check.name, to: "posts_phase_check" },
      { kind: "replaceCheck", options: check.options },
    ]);
  });
});

describe("foreign keys", () => {
  it("J01 adds one that is missing", () => {
    expect(outline(tables, withoutObjects(there, "posts", key.name))).toEqual([
      `addForeignKey posts.${key.name}`,
    ]);
  });

  it.each<[string, Partial<LiveConstraint>]>([
    ["does something else on delete", { onDelete: "c" }],
    ["refers to another table", { references: { table: "people", column: "id" } }],
    ["refers to another schema", { references: { table: undefined, column: "id" } }],
    ["refers to another column", { references: { table: "users", column: "title" } }],
    ["can be deferred", { plain: false }],
  ])("J03 replaces one that %s", (_, changes) => {
    expect(compare(tables, changed(key.name, changes)).changes).toMatchObject([
      { kind: "replaceForeignKey", next: undefined },
    ]);
  });

  it("A15 validates one that never was", () => {
    expect(outline(tables, changed(key.name, { validated: false }))).toEqual([`validate posts.${key.name}`]);
  });

  it("goes on with the replacement of an interrupted run", () => {
    const name = nextConstraintName("posts", key);
    const live = withConstraint(changed(key.name, { onDelete: "c" }), "posts", {
      [name]: {
        kind: "f",
        columns: ["author"],
        references: { table: "users", column: "id" },
        onDelete: "r",
        validated: false,
      },
    });
    expect(compare(tables, live).changes).toMatchObject([
      { kind: "replaceForeignKey", next: { name, validated: false } },
    ]);
  });

  it("drops ours that nobody asks for", () => {
    expect(outline(tableWith({ foreignKeys: [] }), there)).toEqual([`dropConstraint posts.${key.name}`]);
  });

  it("refuses a name that somebody else's has", () => {
    const foreign = withoutManaged(changed(key.name, { onDelete: "c" }), "posts", `constraint ${key.name}`);
    expect(outline(tables, foreign)).toEqual([`NAME_TAKEN posts.${key.name}`]);
  });

  it("replaces one of ours on another column", () => {
    const live = withManaged(changed(key.name, { columns: ["other"] }), "posts");
    expect(outline(tables, live)).toEqual([`replaceForeignKey posts.${key.name}`]);
  });
});
