import type { Table } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { choice } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const many = 12_000;
const columns = [id, column("kind"), column("tags", { type: "text[]" })];
const plain = tableOf("posts", { columns });
const tagged = (...options: readonly string[]): Table =>
  tableOf("posts", { columns, checks: [choice("posts", "tags", options)] });
const kinds = (...options: readonly string[]): Table =>
  tableOf("posts", { columns, checks: [choice("posts", "kind", options)] });

async function stock(count: number, ...tables: readonly Table[]): Promise<void> {
  await here.apply(tables);
  await here.script(
    `insert into posts (id, kind, tags) select gen_random_uuid(), 'k', array['a', 'b'] from generate_series(1, ${count}) n`,
  );
  await here.sql("analyze posts");
}

const checks = (): Promise<unknown> =>
  here.sql(
    "select conname, convalidated from pg_constraint where conrelid = 'posts'::regclass and contype = 'c'",
  );

describe("checks, over what is there", () => {
  it("K01 counts the rows of a large table that break a list, and names some of them", async () => {
    await stock(many, plain);
    await here.sql("update posts set kind = 'z' where id in (select id from posts limit 2)");
    const { plan } = await scenario(here, {
      to: [kinds("k")],
      expect: { refusals: ["CHECK_VIOLATED posts.kind 2"] },
    });
    expect(plan.refusals[0]?.samples).toHaveLength(2);
    expect(plan.refusals[0]?.message).not.toContain("z'");
  });

  it("K01 counts rows of which one option of several is not in the list", async () => {
    await stock(5, plain);
    await here.script(`update posts set tags = array['a', 'z'] where id in (select id from posts limit 1);
      insert into posts (id, tags) values (gen_random_uuid(), null), (gen_random_uuid(), '{}')`);
    await scenario(here, { to: [tagged("a", "b")], expect: { refusals: ["CHECK_VIOLATED posts.tags 1"] } });
  });

  it("K02 proves the check of several options on a large table behind the first transaction", async () => {
    await stock(many, plain);
    const { plan } = await scenario(here, {
      to: [tagged("a", "b")],
      expect: { steps: ["addCheck posts.posts_tags_check", "validate posts.posts_tags_check"] },
    });
    expect(
      plan.groups.map(({ steps }) => steps.flatMap(({ locks }) => locks.map(({ mode }) => mode))),
    ).toEqual([["ACCESS EXCLUSIVE"], ["SHARE UPDATE EXCLUSIVE"]]);
    expect(await checks()).toEqual([["posts_tags_check", true]]);
  });

  it.each([
    ["small", 5],
    ["large", many],
  ])("K03 refuses a shorter list that rows of a %s table break, and keeps the old one", async (_, count) => {
    await stock(count, tagged("a", "b", "c"));
    await scenario(here, {
      to: [tagged("a", "c")],
      expect: { refusals: [`CHECK_VIOLATED posts.tags ${count}`] },
    });
    await scenario(here, { to: [tagged("a", "b")], expect: { steps: expect.any(Array) } });
    expect(await checks()).toEqual([["posts_tags_check", true]]);
  });

  it("K03 finds nothing to do for the same options in another order", async () => {
    await scenario(here, { start: [kinds("k", "l", "m")], to: [kinds("m", "l", "k")], expect: "current" });
  });

  it("K03 puts the list back that somebody changed under our name", async () => {
    await stock(5, kinds("k"));
    await here.script(`alter table posts drop constraint posts_kind_check;
      alter table posts add constraint posts_kind_check check (length(kind) < 9)`);
    await scenario(here, { to: [kinds("k")], expect: { steps: expect.any(Array) } });
    await expect(here.sql("update posts set kind = 'short'")).rejects.toMatchObject({
      code: expect.any(String),
    });
    expect(await checks()).toEqual([["posts_kind_check", true]]);
  });

  it("K03 leaves the checks of somebody else alone, and refuses one under a name of ours", async () => {
    await stock(5, plain);
    await here.script("alter table posts add constraint by_hand check (length(kind) < 9) not valid");
    await scenario(here, { to: [kinds("k")], expect: { steps: ["addCheck posts.posts_kind_check"] } });
    expect(await checks()).toEqual(expect.arrayContaining([["by_hand", false]]));
    await here.script(`alter table posts add constraint posts_tags_check check (cardinality(tags) < 9)`);
    await scenario(here, {
      to: [
        tableOf("posts", {
          columns,
          checks: [choice("posts", "kind", ["k"]), choice("posts", "tags", ["a", "b"])],
        }),
      ],
      expect: { refusals: ["NAME_TAKEN posts.posts_tags_check"] },
    });
  });
});
