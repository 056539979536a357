import type { Table } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { unique } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const many = 12_000;
const columns = [id, column("title"), column("kind")];
const plain = tableOf("posts", { columns });
const titled = tableOf("posts", { columns, indexes: [unique("posts", "title")] });

async function stock(...tables: readonly Table[]): Promise<void> {
  await here.apply(tables);
  await here.script(
    `insert into posts (id, title, kind) select gen_random_uuid(), n::text, 'k' from generate_series(1, ${many}) n`,
  );
  await here.sql("analyze posts");
}

const indexNames = (): Promise<unknown> =>
  here.sql("select indexname from pg_indexes where tablename = 'posts' order by 1");

describe("unique, over what is there", () => {
  it("I01 counts the groups of a large table, and names rows of one of them", async () => {
    await stock(plain);
    await here.script(
      "update posts set title = 'secret' where title in ('1', '2', '3'); update posts set title = 'hidden' where title in ('4', '5')",
    );
    const { plan } = await scenario(here, {
      to: [titled],
      expect: { refusals: ["DUPLICATES posts.posts_title_key 2"] },
    });
    const [refusal] = plan.refusals;
    const samples = refusal?.samples ?? [];
    expect(
      await here.sql(
        `select count(distinct title)::int, count(*) > 1 from posts where id::text in (${samples.map((each) => `'${each}'`).join(", ")})`,
      ),
    ).toEqual([[1, true]]);
    expect(refusal?.message).not.toMatch(/secret|hidden/);
  });

  it("I03 builds it over a large table in which nearly every value is missing", async () => {
    await stock(plain);
    await here.script("update posts set title = null where title <> '1'");
    await scenario(here, { to: [titled], expect: { steps: ["buildIndex posts.posts_title_key"] } });
    await here.sql("insert into posts (id) values (gen_random_uuid()), (gen_random_uuid())");
  });

  it("I06 replaces the index under our name by one that lets missing values repeat, where somebody made it stricter", async () => {
    await here.apply([titled]);
    await here.script(`drop index posts_title_key;
      create unique index posts_title_key on posts (title) nulls not distinct`);
    await scenario(here, {
      to: [titled],
      expect: { steps: ["buildIndex posts.posts_title_key"] },
    });
    await here.sql("insert into posts (id) values (gen_random_uuid()), (gen_random_uuid())");
  });

  it("I07 leaves an equal index alone that somebody else made, and builds ours beside it", async () => {
    await stock(plain);
    await here.sql("create unique index by_hand on posts (title)");
    await scenario(here, { to: [titled], expect: { steps: ["buildIndex posts.posts_title_key"] } });
    expect(await indexNames()).toEqual([["by_hand"], ["posts_pkey"], ["posts_title_key"]]);
    await scenario(here, {
      to: [plain],
      expect: {
        steps: ["renameIndex posts.posts_title_key", expect.stringMatching(/^dropIndex posts\.lucent_old_/)],
      },
    });
    expect(await indexNames()).toEqual([["by_hand"], ["posts_pkey"]]);
  });

  it("I08 narrows and widens a unique index without making a constraint of it", async () => {
    const dated = [...columns, column("deleted_at", { type: "timestamp(3) with time zone" })];
    const whole = tableOf("posts", { columns: dated, indexes: [unique("posts", "title")] });
    const part = tableOf("posts", {
      columns: dated,
      indexes: [{ ...unique("posts", "title"), whereNull: "deleted_at" }],
    });
    await stock(whole);
    const swap = [
      expect.stringMatching(/^buildIndex posts\.lucent_next_/),
      "swapIndex posts.posts_title_key",
      expect.stringMatching(/^dropIndex posts\.lucent_old_/),
    ];
    await scenario(here, { to: [part], expect: { steps: swap } });
    await here.sql("insert into posts (id, title, deleted_at) values (gen_random_uuid(), '1', now())");
    await scenario(here, { to: [whole], expect: { refusals: ["DUPLICATES posts.posts_title_key 1"] } });
    await here.sql("delete from posts where deleted_at is not null");
    await scenario(here, { to: [whole], expect: { steps: swap } });
    expect(
      await here.sql(
        "select contype::text from pg_constraint where conrelid = 'posts'::regclass and contype <> 'n'",
      ),
    ).toEqual([["p"]]);
  });

  it("I09 does not change a primary key of two columns", async () => {
    const links = (...names: readonly string[]): Table =>
      tableOf("links", {
        columns: [
          column("left_id", { type: "uuid", nullable: false }),
          column("right_id", { type: "uuid", nullable: false }),
        ],
        primaryKey: { name: "links_pkey", columns: names },
      });
    const { outcome } = await scenario(here, {
      start: [links("left_id", "right_id")],
      data: "insert into links values (gen_random_uuid(), gen_random_uuid())",
      to: [links("right_id", "left_id")],
      expect: { refusals: ["UNSUPPORTED links.links_pkey"] },
    });
    expect(outcome.kind).toBe("refused");
  });
});
