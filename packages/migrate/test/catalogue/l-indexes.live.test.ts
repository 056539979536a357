import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { unique } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const columns = [id, column("title"), column("body"), column("tags", { type: "text[]" })];
const plain = tableOf("posts", { columns });
const titled = tableOf("posts", { columns, indexes: [indexOn("posts_title_idx", ["title"])] });
const many = 20_000;

async function stock(...tables: Parameters<World["apply"]>[0]): Promise<void> {
  await here.apply(tables);
  await here.script(
    `insert into posts (id, title, body) select gen_random_uuid(), n::text, 'b' from generate_series(1, ${many}) n`,
  );
  await here.sql("analyze posts");
}

/** Leaves an invalid index behind, as a build does that is cut off. */
async function leaveInvalid(name: string): Promise<void> {
  await here.sql("update posts set body = 'same'");
  await expect(here.sql(`create unique index concurrently ${name} on posts (body)`)).rejects.toMatchObject({
    code: "CONFLICT",
  });
  expect(await here.sql(`select indisvalid from pg_index where indexrelid = '${name}'::regclass`)).toEqual([
    [false],
  ]);
}

const definitions = (): Promise<unknown> =>
  here.sql(
    "select indexname, regexp_replace(indexdef, '^.* USING ', '') from pg_indexes where tablename = 'posts' and indexname <> 'posts_pkey' order by 1",
  );

describe("indexes", () => {
  it("L01 builds the index of a large table alone and outside of a transaction", async () => {
    await stock(plain);
    const { plan } = await scenario(here, {
      to: [titled],
      expect: { steps: ["buildIndex posts.posts_title_idx"] },
    });
    expect(plan.groups).toHaveLength(1);
    expect(plan.groups[0]).toMatchObject({ mode: "alone" });
    expect(plan.groups[0]?.steps[0]?.statements).toEqual([
      'create index concurrently "posts_title_idx" on "public"."posts" ("title")',
    ]);
  });

  it("L02 removes what an interrupted build of ours left, and builds again", async () => {
    const bodied = tableOf("posts", { columns, indexes: [unique("posts", "body")] });
    await here.apply([bodied]);
    await here.script(
      "drop index posts_body_key; insert into posts (id) select gen_random_uuid() from generate_series(1, 20)",
    );
    await leaveInvalid("posts_body_key");
    await here.sql("update posts set body = id::text");
    const { plan } = await scenario(here, {
      to: [bodied],
      expect: { steps: expect.arrayContaining(["buildIndex posts.posts_body_key"]) },
    });
    expect(plan.groups.every(({ mode }) => mode === "alone")).toBe(true);
    expect(
      await here.sql("select indisvalid from pg_index where indexrelid = 'posts_body_key'::regclass"),
    ).toEqual([[true]]);
  });

  it("L03 L09 leaves invalid indexes of somebody else alone, and says that they are there", async () => {
    await stock(plain);
    await leaveInvalid("by_hand");
    await leaveInvalid("posts_title_idx_ccnew");
    const { plan } = await scenario(here, { to: [plain], expect: "current" });
    expect(plan.warnings.join("\n")).toMatch(/by_hand/);
    expect(plan.warnings.join("\n")).toMatch(/_ccnew/);
  });

  it("L04 notices every other definition under the same name, and is never without an index", async () => {
    const named = (changes: Parameters<typeof indexOn>[2]) =>
      tableOf("posts", { columns, indexes: [indexOn("posts_some_idx", ["title"], changes)] });
    await stock(named({}));
    const variants: readonly (readonly [Parameters<typeof indexOn>[2], string])[] = [
      [{ columns: [{ name: "title", descending: true }] }, "btree (title DESC)"],
      [{ columns: [{ name: "body", descending: false }] }, "btree (body)"],
      [{ whereNull: "body" }, "btree (title) WHERE (body IS NULL)"],
      [{ whereNull: "tags" }, "btree (title) WHERE (tags IS NULL)"],
      [
        { columns: [], words: ["title"], method: "gin" },
        "gin (to_tsvector('simple'::regconfig, COALESCE(title, ''::text)))",
      ],
      [{ columns: [{ name: "tags", descending: false }], method: "gin" }, "gin (tags)"],
      [{ unique: true }, "btree (title)"],
    ];
    for (const [changes, definition] of variants) {
      const { plan } = await scenario(here, { to: [named(changes)], expect: { steps: expect.any(Array) } });
      const kinds = plan.groups.flatMap(({ steps }) => steps.map(({ kind }) => kind));
      expect(kinds).toEqual(["buildIndex", "swapIndex", "dropIndex"]);
      if (changes?.words === undefined) expect(await definitions()).toEqual([["posts_some_idx", definition]]);
      else
        expect(await definitions()).toMatchObject([
          ["posts_some_idx", expect.stringMatching(/^gin \(to_tsvector/)],
        ]);
    }
  }, 60_000);

  it("L05 replaces an index whose name leaves no room for another one", async () => {
    const name = "x".repeat(63);
    const named = (...of: readonly string[]) => tableOf("posts", { columns, indexes: [indexOn(name, of)] });
    await stock(named("title"));
    await scenario(here, {
      to: [named("title", "body")],
      expect: { steps: expect.arrayContaining([`swapIndex posts.${name}`]) },
    });
    expect(await definitions()).toEqual([[name, "btree (title, body)"]]);
  });

  it("L06 leaves indexes of an administrator alone", async () => {
    await scenario(here, {
      start: [plain],
      data: `create index by_hand on posts (lower(title) text_pattern_ops) include (body) with (fillfactor = 70) where tags is not null;
        create unique index by_hand_too on posts (title desc nulls last); create index by_hash on posts using hash (body)`,
      to: [plain],
      expect: "current",
    });
    await scenario(here, { to: [titled], expect: { steps: ["buildIndex posts.posts_title_idx"] } });
    await scenario(here, {
      to: [plain],
      expect: {
        steps: ["renameIndex posts.posts_title_idx", expect.stringMatching(/^dropIndex posts\.lucent_old_/)],
      },
    });
  });

  it("L10 does not swing to and fro between a unique index and a unique constraint", async () => {
    const keyed = tableOf("posts", { columns, indexes: [unique("posts", "title")] });
    await here.apply([keyed]);
    await here.script(
      "drop index posts_title_key; alter table posts add constraint posts_title_key unique (title)",
    );
    for (let round = 0; round < 3; round += 1) await scenario(here, { to: [keyed], expect: "current" });
  });

  it("L11 takes an equal index over, and refuses another one under the name", async () => {
    await scenario(here, {
      start: [plain],
      data: "create index posts_title_idx on posts (title)",
      to: [titled],
      expect: { steps: ["adopt posts"] },
    });
    await here.apply([plain]);
    await scenario(here, {
      data: "create index posts_title_idx on posts (title, body)",
      to: [titled],
      expect: { refusals: ["NAME_TAKEN posts.posts_title_idx"] },
    });
    await scenario(here, {
      data: "drop index posts_title_idx; create table posts_title_idx (id int)",
      to: [titled],
      expect: { refusals: [expect.stringMatching(/^NAME_TAKEN posts/)] },
    });
  });
});

describe("sequences", () => {
  it("M07 does not drop a column whose sequence somebody else's table uses", async () => {
    const numbered = tableOf("posts", { columns: [id, column("number", { type: "bigint" })] });
    const { plan } = await scenario(here, {
      start: [numbered],
      data: `create sequence numbers owned by posts.number; create table others (id bigint default nextval('numbers'))`,
      to: [tableOf("posts", { columns: [id] })],
      decisions: { dropOrphaned: true, drop: new Set(["posts.number"]) },
      expect: { refusals: ["DEPENDENT_OBJECT posts.number"] },
    });
    expect(plan.refusals[0]?.message).toMatch(/numbers/);
  });
});
