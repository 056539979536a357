import { describe, expect, it } from "vitest";

import type { Change } from "../../src/model/change.ts";
import type { GradedChange } from "../../src/model/graded.ts";
import { column, liveOf, withConstraint } from "../world/tables.ts";
import { check, foreignKey, groupsFor, index, posts, shape, users } from "./scene.ts";

describe("render, in several steps for many rows", () => {
  const online = (change: GradedChange["change"], more: Partial<GradedChange> = {}): unknown =>
    shape(groupsFor([{ change, online: true, ...more }]));
  const title = column("title", { nullable: false });

  it("requires a column", () => {
    const added =
      /^alter table "public"\."posts" add constraint "(lucent_filled_[0-9a-f]{8})" check \("title" is not null\) not valid$/;
    const [first, second, third] = groupsFor([
      { change: { kind: "setNotNull", table: posts, column: title, leftover: undefined }, online: true },
    ]);
    const name = added.exec(first?.steps[0]?.statements[0] ?? "")?.[1] ?? "none";
    expect(shape([second, third].flatMap((group) => (group === undefined ? [] : [group])))).toEqual([
      ["transaction", `alter table "public"."posts" validate constraint "${name}"`],
      [
        "transaction",
        'alter table "public"."posts" alter column "title" set not null',
        `alter table "public"."posts" drop constraint "${name}"`,
      ],
    ]);
    expect(first?.after).toEqual([{ table: "posts", add: [`constraint ${name}`], remove: [] }]);
    expect(third?.after).toEqual([{ table: "posts", add: [], remove: [`constraint ${name}`] }]);
  });

  it("goes on with a check that an interrupted run left", () => {
    const leftover = (validated: boolean): Change => ({
      kind: "setNotNull",
      table: posts,
      column: title,
      leftover: { name: "left", validated },
    });
    const last = [
      "transaction",
      'alter table "public"."posts" alter column "title" set not null',
      'alter table "public"."posts" drop constraint "left"',
    ];
    const changes = [leftover(false), leftover(true)];
    expect(changes.map((change) => (change.kind === "refuse" ? [] : online(change)))).toEqual([
      [["transaction", 'alter table "public"."posts" validate constraint "left"'], last],
      [last],
    ]);
  });

  it("adds and replaces options", () => {
    const list = `"title" = any (array['a', 'it''s']::text[])`;
    expect(online({ kind: "addCheck", table: posts, check })).toEqual([
      [
        "transaction",
        `alter table "public"."posts" add constraint "posts_title_check" check (${list}) not valid`,
      ],
      ["transaction", 'alter table "public"."posts" validate constraint "posts_title_check"'],
    ]);
    const next = { name: "next", validated: false };
    expect(online({ kind: "replaceCheck", table: posts, check, options: undefined, next })).toEqual([
      ["transaction", 'alter table "public"."posts" validate constraint "next"'],
      [
        "transaction",
        'alter table "public"."posts" drop constraint "posts_title_check"',
        'alter table "public"."posts" rename constraint "next" to "posts_title_check"',
      ],
    ]);
  });

  it("replaces a foreign key without a moment in which there is none", () => {
    const live = withConstraint(liveOf(posts, users), "posts", {
      posts_author_fkey: { kind: "f", columns: ["author"], references: { table: "users", column: "id" } },
    });
    const change = { kind: "replaceForeignKey", table: posts, foreignKey, next: undefined } as const;
    const [added, proved, swapped] = groupsFor([{ change, online: true }], { live });
    const name = /add constraint "(lucent_next_\w+)"/.exec(added?.steps[0]?.statements.at(-1) ?? "")?.[1];
    expect(added?.steps[0]?.statements.at(-1)).toMatch(/ on delete cascade not valid$/);
    expect(proved?.steps[0]).toMatchObject({
      kind: "validate",
      hazard: "slow",
      locks: [
        { table: "posts", mode: "SHARE UPDATE EXCLUSIVE" },
        { table: "users", mode: "ROW SHARE" },
      ],
      statements: [`alter table "public"."posts" validate constraint "${name}"`],
    });
    expect(swapped?.steps[0]?.statements).toEqual([
      'lock table "public"."posts" in access exclusive mode',
      'lock table "public"."users" in access exclusive mode',
      'alter table "public"."posts" drop constraint "posts_author_fkey"',
      `alter table "public"."posts" rename constraint "${name}" to "posts_author_fkey"`,
    ]);
  });

  it("replaces an index under another name, and drops the old one last", () => {
    const groups = groupsFor([
      {
        change: { kind: "replaceIndex", table: posts, index, next: { name: "next", ready: true } },
        online: true,
      },
    ]);
    const retired = /rename to "(lucent_old_\w+)"/.exec(groups[0]?.steps[0]?.statements[0] ?? "")?.[1];
    expect(shape(groups)).toEqual([
      [
        "transaction",
        `alter index "public"."posts_title_idx" rename to "${retired}"`,
        'alter index "public"."next" rename to "posts_title_idx"',
      ],
      ["alone", `drop index concurrently "public"."${retired}"`],
    ]);
    expect(groups[0]?.steps[0]?.locks).toEqual([]);
    expect(groups[0]?.after).toEqual([
      {
        table: "posts",
        add: [`index ${retired}`, "index posts_title_idx"].toSorted(),
        remove: ["index next"],
      },
    ]);
  });
});
