import type { Index, Table } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { nextIndexName } from "../../src/temporary.ts";
import { type World, world } from "../world/database.ts";
import { choice, reference, unique } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const many = 12_000;
const columns = [id, column("title"), column("body")];
const plain = tableOf("posts", { columns });
const withIndexes = (...indexes: readonly Index[]): Table => tableOf("posts", { columns, indexes });
const titled = withIndexes(indexOn("posts_title_idx", ["title"]));
const keyed = withIndexes(unique("posts", "title"));

async function stock(count: number, ...tables: readonly Table[]): Promise<void> {
  await here.apply(tables);
  await here.script(
    `insert into posts (id, title, body) select gen_random_uuid(), n::text, 'same' from generate_series(1, ${count}) n`,
  );
  await here.sql("analyze posts");
}

/** Leaves an index that is not valid, as a build does that is cut off. */
async function leaveInvalid(name: string): Promise<void> {
  await expect(here.sql(`create unique index concurrently ${name} on posts (body)`)).rejects.toMatchObject({
    code: "CONFLICT",
  });
  await here.sql("update posts set body = title");
}

const states = (): Promise<unknown> =>
  here.sql(`select i.relname, indisvalid, pg_get_indexdef(i.oid) like '%UNIQUE%' from pg_index join pg_class i on i.oid = indexrelid
    where indrelid = 'posts'::regclass and not indisprimary order by 1`);

describe("what interrupted builds left", () => {
  it("L02 refuses an index under our name that is not valid and that nobody can say is ours", async () => {
    await stock(20, plain);
    await leaveInvalid("posts_body_key");
    await scenario(here, {
      to: [withIndexes(unique("posts", "body"))],
      expect: { refusals: ["NAME_TAKEN posts.posts_body_key"] },
    });
    expect(await states()).toEqual([["posts_body_key", false, true]]);
  });

  it("L02 removes what the replacement of an index left, and replaces it", async () => {
    await stock(many, titled);
    const next = nextIndexName("posts", "posts_title_idx");
    await leaveInvalid(next);
    await scenario(here, {
      to: [withIndexes(indexOn("posts_title_idx", ["title", "body"]))],
      expect: {
        steps: [
          `dropIndex posts.${next}`,
          `buildIndex posts.${next}`,
          "swapIndex posts.posts_title_idx",
          expect.stringMatching(/^dropIndex posts\.lucent_old_/),
        ],
      },
    });
    expect(await states()).toEqual([["posts_title_idx", true, false]]);
  });

  it("L02 takes the index that a replacement had built already", async () => {
    await stock(many, titled);
    const next = nextIndexName("posts", "posts_title_idx");
    await here.sql(`create index ${next} on posts (title, body)`);
    await scenario(here, {
      to: [withIndexes(indexOn("posts_title_idx", ["title", "body"]))],
      expect: {
        steps: ["swapIndex posts.posts_title_idx", expect.stringMatching(/^dropIndex posts\.lucent_old_/)],
      },
    });
  });

  it("L02 drops what is of no use any more, even where nothing else is to be done", async () => {
    await stock(20, titled);
    const next = nextIndexName("posts", "posts_title_idx");
    await leaveInvalid(next);
    await scenario(here, { to: [titled], expect: { steps: [`dropIndex posts.${next}`] } });
    expect(await states()).toEqual([["posts_title_idx", true, false]]);
  });
});

describe("tables that somebody divided", () => {
  const divided = `drop table posts; create table posts (id uuid not null, title text, body text, constraint posts_pkey primary key (id)) partition by hash (id);
    create table posts_0 partition of posts for values with (modulus 1, remainder 0)`;

  it.each([
    ["an index", titled],
    ["a unique index", keyed],
  ])("L07 refuses %s of a divided table", async (_, to) => {
    await here.apply([plain]);
    await here.script(divided);
    await scenario(here, { to: [to], expect: { refusals: [expect.stringMatching(/^UNSUPPORTED posts/)] } });
  });
});

describe("constraints in place of indexes", () => {
  const constrained =
    "drop index posts_title_key; alter table posts add constraint posts_title_key unique (title)";

  const refusal = "DEPENDENT_OBJECT posts.posts_title_key";

  it("L10 does not drop our index under a unique constraint that somebody made of it", async () => {
    await stock(5, keyed);
    await here.script(constrained);
    const { plan } = await scenario(here, { to: [plain], expect: { refusals: [refusal] } });
    expect(plan.refusals[0]?.message).toMatch(/constraint "posts_title_key", which migrate did not make/);
    await here.sql("alter table posts drop constraint posts_title_key");
    await scenario(here, { to: [plain], expect: "current" });
  });

  it.each([
    ["small", 5],
    ["large", many],
  ])("L10 does not replace it on a %s table", async (_, count) => {
    await stock(count, keyed);
    await here.script(constrained);
    await scenario(here, {
      to: [withIndexes({ ...unique("posts", "title", "body"), name: "posts_title_key" })],
      expect: { refusals: [refusal] },
    });
  });

  it("L10 does not take it from under the constraint when the field goes or gets another type", async () => {
    await stock(5, keyed);
    await here.script(constrained);
    await scenario(here, {
      to: [tableOf("posts", { columns: [id, column("body")] })],
      expect: { refusals: [refusal] },
    });
    await scenario(here, {
      to: [tableOf("posts", { columns: [id, column("title", { type: "bigint" }), column("body")] })],
      expect: { refusals: [refusal] },
    });
  });

  it("L10 leaves a unique constraint of somebody else alone, and builds our index beside it", async () => {
    await stock(5, plain);
    await here.sql("alter table posts add constraint by_hand unique (title)");
    await scenario(here, { to: [keyed], expect: { steps: ["buildIndex posts.posts_title_key"] } });
    await scenario(here, {
      to: [plain],
      expect: {
        steps: ["renameIndex posts.posts_title_key", expect.stringMatching(/^dropIndex posts\.lucent_old_/)],
      },
    });
    expect(await states()).toEqual([["by_hand", true, true]]);
  });
});

describe("names that are taken", () => {
  it.each([
    ["a table", "create table posts_title_idx (x int)"],
    ["a view", "create view posts_title_idx as select 1 as x"],
    ["a sequence", "create sequence posts_title_idx"],
    ["an index of another table", "create table others (x int); create index posts_title_idx on others (x)"],
    ["an index over an expression", "create index posts_title_idx on posts (lower(title))"],
    ["an index over some rows", "create index posts_title_idx on posts (title) where body = 'same'"],
    ["an index with another class", "create index posts_title_idx on posts (title text_pattern_ops)"],
    ["an index with more columns", "create index posts_title_idx on posts (title) include (body)"],
    ["an index with another collation", `create index posts_title_idx on posts (title collate "C")`],
  ])("L11 says that %s has the name of an index", async (_, sql) => {
    await stock(5, plain);
    const { plan } = await scenario(here, {
      data: sql,
      to: [titled],
      expect: { refusals: ["NAME_TAKEN posts.posts_title_idx"] },
    });
    expect(plan.refusals[0]?.message).toContain(`"posts_title_idx"`);
  });

  it("L11 says that a constraint of the table has the name of a reference", async () => {
    const author = [...columns, column("author", { type: "uuid" })];
    await scenario(here, {
      start: [tableOf("users"), tableOf("posts", { columns: author })],
      data: "alter table posts add constraint posts_author_fkey check (author is not null or title is not null)",
      to: [
        tableOf("users"),
        tableOf("posts", {
          columns: author,
          foreignKeys: [reference("posts", "author", { references: "users" })],
        }),
      ],
      expect: { refusals: ["NAME_TAKEN posts.posts_author_fkey"] },
    });
  });

  it("L11 takes an equal check and an equal reference of somebody else over", async () => {
    const author = [...columns, column("author", { type: "uuid" })];
    await scenario(here, {
      start: [tableOf("users"), tableOf("posts", { columns: author })],
      data: `alter table posts add constraint posts_author_fkey foreign key (author) references users (id) on delete restrict;
        alter table posts add constraint posts_title_check check (title in ('a', 'b'))`,
      to: [
        tableOf("users"),
        tableOf("posts", {
          columns: author,
          foreignKeys: [reference("posts", "author", { references: "users" })],
          checks: [choice("posts", "title", ["a", "b"])],
        }),
      ],
      expect: { steps: ["adopt posts"] },
    });
  });

  it("L05 replaces a check and a reference whose names leave no room for another one", async () => {
    const [check, key] = ["c".repeat(63), "f".repeat(63)];
    const full = (onDelete: "restrict" | "cascade", ...options: readonly string[]): Table =>
      tableOf("posts", {
        columns: [...columns, column("author", { type: "uuid" })],
        checks: [{ ...choice("posts", "body", options), name: check }],
        foreignKeys: [{ ...reference("posts", "author", { references: "users", onDelete }), name: key }],
      });
    const users = tableOf("users");
    await stock(many, users, full("restrict", "same"));
    await scenario(here, {
      to: [users, full("cascade", "same", "other")],
      expect: { steps: expect.any(Array) },
    });
    expect(
      await here.sql(
        "select conname, convalidated from pg_constraint where conrelid = 'posts'::regclass and contype in ('c', 'f') order by 1",
      ),
    ).toEqual([
      [check, true],
      [key, true],
    ]);
  });
});
