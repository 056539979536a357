import type { ColumnType, Table } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { reference } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const users = tableOf("users", { columns: [id] });
const posts = (type: ColumnType, changes: Partial<Table> = {}): Table =>
  tableOf("posts", { columns: [id, column("author", { type })], ...changes });
const loose = posts("uuid");
const key = reference("posts", "author", { references: "users" });
const bound = posts("uuid", { foreignKeys: [key] });
const people = "insert into users (id) select gen_random_uuid() from generate_series(1, 50)";
const written = (count: number): string => `${people};
  insert into posts (id, author) select gen_random_uuid(), (array(select id from users))[n % 50 + 1] from generate_series(1, ${count}) n`;
const strays = (count: number): string =>
  `insert into posts (id, author) select gen_random_uuid(), gen_random_uuid() from generate_series(1, ${count})`;
const keys = (): Promise<unknown> =>
  here.sql(
    "select conname, condeferrable, convalidated from pg_constraint where conrelid = 'posts'::regclass and contype = 'f'",
  );
const ours = [["posts_author_fkey", false, true]];

describe("references, over what is there", () => {
  it("J01 proves the rows of a large table behind the first transaction, under weaker locks on both tables", async () => {
    await here.apply([users, loose]);
    await here.script(written(12_000));
    await here.sql("analyze posts");
    const { plan } = await scenario(here, {
      to: [users, bound],
      expect: { steps: ["addForeignKey posts.posts_author_fkey", "validate posts.posts_author_fkey"] },
    });
    expect(plan.groups.map(({ mode, steps }) => [mode, steps.map(({ locks }) => locks)])).toEqual([
      [
        "transaction",
        [
          [
            { table: "posts", mode: "SHARE ROW EXCLUSIVE" },
            { table: "users", mode: "SHARE ROW EXCLUSIVE" },
          ],
        ],
      ],
      [
        "transaction",
        [
          [
            { table: "posts", mode: "SHARE UPDATE EXCLUSIVE" },
            { table: "users", mode: "ROW SHARE" },
          ],
        ],
      ],
    ]);
    expect(await keys()).toEqual(ours);
  });

  it("J02 counts the rows of a large table that lead nowhere, and names three of them", async () => {
    await here.apply([users, loose]);
    await here.script(`${written(12_000)}; ${strays(4)}`);
    await here.sql("analyze posts");
    const { plan } = await scenario(here, {
      to: [users, bound],
      expect: { refusals: ["ORPHAN_ROWS posts.author 4"] },
    });
    const samples = plan.refusals[0]?.samples ?? [];
    expect(
      await here.sql(
        `select count(*)::int from posts where id::text in (${samples.map((each) => `'${each}'`).join(", ")}) and author not in (select id from users)`,
      ),
    ).toEqual([[3]]);
  });

  it("J03 changes the reaction to a deletion of a small table in one step", async () => {
    await scenario(here, {
      start: [users, bound],
      data: written(5),
      to: [users, posts("uuid", { foreignKeys: [{ ...key, onDelete: "set null" }] })],
      expect: { steps: ["addForeignKey posts.posts_author_fkey"] },
    });
    await here.sql("delete from users");
    expect(await here.sql("select count(*)::int, count(author)::int from posts")).toEqual([[5, 0]]);
  });

  it("J04 takes a text of keys for a reference where every one of them names a row", async () => {
    await scenario(here, {
      start: [users, posts("text")],
      data: `${people}; insert into posts (id, author) select gen_random_uuid(), id::text from users`,
      to: [users, bound],
      expect: { steps: ["changeType posts.author", "addForeignKey posts.posts_author_fkey"] },
    });
    expect(await keys()).toEqual(ours);
  });

  it("J04 refuses a text of keys where one of them names no row, before its type changes", async () => {
    await scenario(here, {
      start: [users, posts("text")],
      data: "insert into posts (id, author) values (gen_random_uuid(), gen_random_uuid()::text)",
      to: [users, bound],
      expect: { refusals: ["ORPHAN_ROWS posts.author 1"] },
    });
  });

  it("J04 refuses a number, which can't become a key", async () => {
    await scenario(here, {
      start: [users, posts("bigint")],
      data: "insert into posts (id, author) values (gen_random_uuid(), 7)",
      to: [users, bound],
      expect: { refusals: [expect.stringMatching(/^UNSUPPORTED posts\.author/)] },
    });
  });

  it("J05 refuses a target whose primary key somebody took away", async () => {
    const { plan } = await scenario(here, {
      start: [users, loose],
      data: "alter table users drop constraint users_pkey",
      to: [users, bound],
      expect: { refusals: ["UNSUPPORTED posts.author", "UNSUPPORTED users.users_pkey"] },
    });
    expect(plan.refusals.map(({ message }) => message).join("\n")).toMatch(
      /neither the primary key nor unique/,
    );
  });

  it("J06 makes a reference of ours anew that somebody made deferrable", async () => {
    await scenario(here, {
      start: [users, bound],
      data: `${written(5)}; alter table posts alter constraint posts_author_fkey deferrable initially deferred`,
      to: [users, bound],
      expect: { steps: ["addForeignKey posts.posts_author_fkey"] },
    });
    expect(await keys()).toEqual(ours);
  });

  it("J07 adds a reference to a table that somebody divided", async () => {
    await here.apply([users, loose]);
    await here.script(`drop table users; create table users (id uuid not null, constraint users_pkey primary key (id)) partition by hash (id);
      create table users_0 partition of users for values with (modulus 2, remainder 0);
      create table users_1 partition of users for values with (modulus 2, remainder 1); ${written(5)}`);
    // The server adds a constraint of its own for every part, which no look at what is not ours may mind.
    expect(await here.apply([users, bound])).toMatchObject({ kind: "applied" });
    expect(await here.apply([users, bound])).toMatchObject({ kind: "current" });
    await expect(here.sql(strays(1))).rejects.toMatchObject({ code: expect.any(String) });
  });

  it("J08 builds the index of a small table before its reference", async () => {
    await scenario(here, {
      start: [users, loose],
      data: written(5),
      to: [
        users,
        posts("uuid", { indexes: [indexOn("posts_author_id_idx", ["author", "id"])], foreignKeys: [key] }),
      ],
      expect: { steps: ["buildIndex posts.posts_author_id_idx", "addForeignKey posts.posts_author_fkey"] },
    });
  });

  it("J08 goes on with a reference that was never proved", async () => {
    await here.apply([users, loose]);
    await here.script(`${written(5)}; ${strays(1)}`);
    const added = `alter table posts add constraint posts_author_fkey foreign key (author) references users (id) on delete restrict not valid`;
    await here.script(added);
    await scenario(here, { to: [users, bound], expect: { refusals: ["ORPHAN_ROWS posts.author 1"] } });
    await here.sql("delete from posts where author not in (select id from users)");
    await scenario(here, {
      to: [users, bound],
      expect: { steps: expect.arrayContaining(["validate posts.posts_author_fkey"]) },
    });
    expect(await keys()).toEqual(ours);
  });
});
