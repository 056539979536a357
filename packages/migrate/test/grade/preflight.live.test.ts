import { randomUUID } from "node:crypto";

import type { Runner, Statement } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { grade } from "../../src/grade.ts";
import type { Change } from "../../src/model/change.ts";
import { noDecisions } from "../../src/model/decisions.ts";
import { column, desiredOf, id, indexOn, liveOf, tableOf, withTable } from "../world/tables.ts";
import { type Scratch, scratch } from "./database.ts";
import { gradeOn } from "./grading.ts";

let world: Scratch;
beforeAll(async () => {
  world = await scratch();
  await world.sql("create table public.posts (id uuid primary key, title text)");
  await world.sql("create table public.users (id uuid primary key)");
});
afterAll(() => world.end());

const title = column("title");
const posts = tableOf("posts", { columns: [id, title] });
const users = tableOf("users", { columns: [id] });
const live = liveOf(posts, users);
const add: Change = { kind: "addColumn", table: posts, column: column("more") };
const relax: Change = { kind: "dropNotNull", table: posts, column: title };
const index: Change = {
  kind: "createIndex",
  table: posts,
  index: indexOn("posts_title_idx", ["title"]),
  leftover: undefined,
};
const adopt: Change = { kind: "adopt", table: posts, objects: ["column title"] };
const orphan: Change = {
  kind: "orphanColumn",
  table: posts,
  column: "title",
  type: "text",
  blocksInserts: false,
  constraints: [],
  indexes: [],
};

async function codes(
  changes: readonly Change[],
  found = live,
  dropOrphaned = false,
): Promise<readonly string[]> {
  const { refusals } = await gradeOn(world, {
    tables: [posts, users],
    live: found,
    changes,
    decisions: { dropOrphaned },
  });
  return refusals.map(({ code, object }) => `${code} ${object}`);
}

describe("what the session may not do", () => {
  it("is to change a server that only reads; nothing to change is no problem", async () => {
    const reading = { ...live, readOnly: true };
    expect(await codes([relax], reading)).toEqual(["READ_ONLY public"]);
    expect(await codes([], reading)).toEqual([]);
  });

  it.each<[string, Change, boolean]>([
    ["a new table", { kind: "createTable", table: posts }, true],
    ["an index", index, true],
    ["a table's new name", { kind: "renameTable", table: posts, from: "old", through: undefined }, true],
    ["a column", add, false],
    ["NOT NULL", relax, false],
  ])("is to make %s without CREATE where the server asks for it", async (_, change, isAsked) => {
    expect(await codes([change], { ...live, canCreate: false })).toEqual(
      isAsked ? ["NO_PRIVILEGE public"] : [],
    );
  });

  it("names the privilege", async () => {
    const missing = { ...live, canCreate: false, schemaExists: false };
    const { refusals } = await gradeOn(world, {
      tables: [posts],
      live: missing,
      changes: [{ kind: "createSchema" }],
    });
    expect(refusals[0]?.message).toContain("CREATE on the database");
  });

  it("is to alter a table of another role; once for each table, and not for what alters nothing", async () => {
    const foreign = withTable(live, "posts", { owned: false });
    expect(await codes([add, relax], foreign)).toEqual(["NOT_OWNER posts"]);
    expect(await codes([adopt, orphan], foreign)).toEqual([]);
    expect(await codes([{ ...orphan, blocksInserts: true }], foreign)).toEqual(["NOT_OWNER posts"]);
    expect(await codes([orphan], foreign, true)).toContain("NOT_OWNER posts");
  });

  it("is to change more of a partitioned table than columns, defaults and checks", async () => {
    const partitioned = withTable(live, "posts", { partitioned: true });
    const check: Change = {
      kind: "addCheck",
      table: posts,
      check: { name: "c", column: "title", options: ["a"] },
    };
    expect(
      await codes([add, check, { kind: "dropDefault", table: posts, column: title }], partitioned),
    ).toEqual([]);
    expect(await codes([add, index, relax], partitioned)).toEqual(["UNSUPPORTED posts"]);
  });
});

describe("rows that the role may not see", () => {
  const foreignKey = {
    name: "posts_user_fkey",
    column: "title",
    references: "users",
    onDelete: "restrict",
  } as const;
  const check: Change = {
    kind: "addCheck",
    table: posts,
    check: { name: "c", column: "title", options: ["a"] },
  };

  it("are said instead of counted as none", async () => {
    // Roles belong to the server, which other runs may share.
    const role = `"grader_${randomUUID()}"`;
    await world.sql(`create role ${role} nosuperuser`);
    try {
      await world.sql(
        `alter table public.posts enable row level security, force row level security, owner to ${role}`,
      );
      await world.sql(`grant usage on schema public to ${role}`);
      await world.sql(`set role ${role}`);
      expect(await codes([check])).toEqual(["NO_PRIVILEGE posts"]);
      expect(await codes([relax])).toEqual([]);
      const refers: Change = { kind: "addForeignKey", table: posts, foreignKey };
      expect(await codes([refers])).toEqual([
        "NO_PRIVILEGE posts",
        "NO_PRIVILEGE users",
        "NO_PRIVILEGE users",
      ]);
      await world.sql("reset role");
      await world.sql("alter table public.posts no force row level security");
      await world.sql(`set role ${role}`);
      expect(await codes([check])).toEqual([]);
    } finally {
      await world.sql("reset role");
      await world.sql("alter table public.posts disable row level security, owner to current_user");
      await world.sql(`drop owned by ${role}`);
      await world.sql(`drop role ${role}`);
    }
  });
});

describe("questions", () => {
  async function asked(changes: readonly Change[]): Promise<readonly string[]> {
    const texts: string[] = [];
    const names = { table: (name: string) => name, column: (_: string, name: string) => name };
    await world.snapshot((runner) => {
      const recording: Runner = {
        run: (statement: Statement) => {
          texts.push(statement.text);
          return runner.run(statement);
        },
      };
      return grade(
        { changes, names, notes: [], unready: [] },
        { desired: desiredOf(posts, users), live, decisions: noDecisions, runner: recording },
      );
    });
    return texts;
  }

  it("are not asked where there is nothing to change, or no row could be against it", async () => {
    expect(await asked([])).toEqual([]);
    expect(await asked([relax, adopt, { kind: "setDefault", table: posts, column: title }])).toEqual([]);
  });

  it("go to no table but the one that changes", async () => {
    const texts = await asked([index]);
    expect(texts.some((text) => text.includes('"posts"'))).toBe(true);
    expect(texts.some((text) => text.includes("users"))).toBe(false);
  });
});
