import type { Table } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Decisions } from "../../src/model/decisions.ts";
import { nextColumnName } from "../../src/temporary.ts";
import { type World, world } from "../world/database.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const posts = (...columns: Table["columns"]): Table => tableOf("posts", { columns: [id, ...columns] });
const number = column("number", { type: "bigint" });
const written = column("number");
const headline = column("headline", { previousName: "title" });
const numbers = "insert into posts (id, number) select gen_random_uuid(), n from generate_series(1, 3) n";
const titles =
  "insert into posts (id, title) select gen_random_uuid(), 't' || n from generate_series(1, 3) n";
const expanding = (name: string): Partial<Decisions> => ({ expand: new Set([name]) });

/** Every function that is left of what we made. */
async function functions(): Promise<readonly unknown[]> {
  const rows = await here.sql(
    "select proname::text from pg_proc where pronamespace = 'public'::regnamespace",
  );
  return rows.map(([name]) => name);
}

describe("a table in the middle of a change in two phases", () => {
  it("is not renamed, because the trigger is named after it", async () => {
    await here.apply([posts(column("title"))]);
    await here.apply([posts(headline)], { decisions: expanding("posts.headline") });
    const articles = tableOf("articles", { columns: [id, headline], previousName: "posts" });
    await scenario(here, { to: [articles], expect: { refusals: ["UNSUPPORTED articles"] } });
    await scenario(here, {
      to: [articles],
      decisions: { contract: true },
      expect: { refusals: ["UNSUPPORTED articles"] },
    });
    const ended = await here.apply([posts(headline)], { decisions: { contract: true } });
    expect(ended.kind).toBe("applied");
    expect((await here.apply([articles])).kind).toBe("applied");
  });

  it("may be renamed when its change begins", async () => {
    await here.apply([posts(column("title"))]);
    await here.script(titles);
    const articles = tableOf("articles", { columns: [id, headline], previousName: "posts" });
    await here.apply([articles], { decisions: expanding("articles.headline") });
    await here.sql("insert into articles (id, title) values (gen_random_uuid(), 'late')");
    const ended = await here.apply([articles], { decisions: { contract: true } });
    expect(ended.kind).toBe("applied");
    expect(await here.sql("select headline from articles order by 1")).toEqual([
      ["late"],
      ["t1"],
      ["t2"],
      ["t3"],
    ]);
  });

  it("takes the trigger's function along when it is dropped", async () => {
    const other = tableOf("other");
    const decisions = { dropOrphaned: true, drop: new Set(["posts"]) };
    for (const [before, after, name] of [
      [column("title"), headline, "posts.headline"],
      [number, written, "posts.number"],
    ] as const) {
      await here.apply([other, posts(before)]);
      await here.apply([other, posts(after)], { decisions: expanding(name) });
      expect(await functions()).toHaveLength(1);
      await here.apply([other], { decisions });
      expect(await functions()).toEqual([]);
    }
  });

  it("can be made again where somebody dropped it and left the function", async () => {
    await here.apply([posts(number), tableOf("other")]);
    await here.apply([posts(written), tableOf("other")], { decisions: expanding("posts.number") });
    await here.sql("drop table posts");
    await here.sql("delete from lucent_managed where id = 'posts'");
    await here.apply([posts(number), tableOf("other")]);
    const again = await here.apply([posts(written), tableOf("other")], {
      decisions: expanding("posts.number"),
    });
    expect(again.kind).toBe("applied");
  });
});

describe("a change in two phases of which somebody dropped a column", () => {
  const write = "insert into posts (id) values (gen_random_uuid())";

  it.each([
    { gone: "headline", steps: ["renameColumn posts.headline", "dropSync posts.headline"] },
    { gone: "title", steps: ["dropSync posts.headline"] },
  ])("lets go of the trigger, which lets nobody write: $gone", async ({ gone, steps }) => {
    await here.apply([posts(column("title"))]);
    await here.apply([posts(headline)], { decisions: expanding("posts.headline") });
    await here.sql(`alter table posts drop column ${gone}`);
    await expect(here.sql(write)).rejects.toThrow();
    await scenario(here, { to: [posts(headline)], expect: { steps } });
    await here.sql(write);
    expect(await functions()).toEqual([]);
  });

  it("keeps the second column of a type, and says so", async () => {
    const next = nextColumnName("posts", "number");
    await here.apply([posts(number)]);
    await here.script(numbers);
    await here.apply([posts(written)], { decisions: expanding("posts.number") });
    await here.sql("alter table posts drop column number");
    await here.apply([posts(written)]);
    const outcome = await here.apply([posts(written)]);
    expect("plan" in outcome && outcome.plan.warnings).toEqual([
      `Column "posts.${next}" belongs to nothing any more and is kept, with a value in 3 rows.`,
    ]);
    await here.sql(write);
  });
});

describe("a field that changes its name and its type", () => {
  it("does not do so in two phases: no release could write what has no counterpart", async () => {
    await here.apply([posts(column("title"))]);
    await here.script(titles);
    const count = column("count", { type: "bigint", previousName: "title" });
    const list = column("list", { type: "text[]", previousName: "title" });
    for (const to of [count, list]) {
      await scenario(here, {
        to: [posts(to)],
        decisions: expanding(`posts.${to.name}`),
        expect: { refusals: [`UNSUPPORTED posts.${to.name}`] },
      });
    }
  });
});

describe("a type that changes in two phases", () => {
  it("is copied where the server compares no value of the one with one of the other", async () => {
    const next = nextColumnName("posts", "number");
    await here.apply([posts(number)]);
    await here.script(numbers);
    await scenario(here, {
      to: [posts(written)],
      decisions: expanding("posts.number"),
      expect: { steps: [`addSync posts.${next}`, `backfill posts.${next}`] },
    });
    await here.sql("insert into posts (id, number) values (gen_random_uuid(), 4)");
    const ended = await here.apply([posts(written)], { decisions: { contract: true } });
    expect(ended.kind).toBe("applied");
    expect(await here.sql("select number from posts order by 1")).toEqual([["1"], ["2"], ["3"], ["4"]]);
  });

  it("ends only when the other columns of its indexes are there", async () => {
    const index = indexOn("posts_number_rank_idx", ["number", "rank"]);
    const rank = column("rank", { type: "bigint" });
    await here.apply([posts(number)]);
    await here.apply([posts(written)], { decisions: expanding("posts.number") });
    const to = tableOf("posts", { columns: [id, written, rank], indexes: [index] });
    await scenario(here, {
      to: [to],
      decisions: { contract: true },
      expect: { refusals: ["UNSUPPORTED posts.number"] },
    });
    await here.apply([to]);
    expect((await here.apply([to], { decisions: { contract: true } })).kind).toBe("applied");
    await scenario(here, { to: [to], expect: "current" });
  });

  it("lets a release write a value that the conversion has no answer for", async () => {
    await here.script(`create function half(text) returns bigint language plpgsql as $f$
      begin if $1 = '13' then raise exception 'not this one'; end if; return $1::bigint; end $f$`);
    const conversions = new Map([["posts.number", (value: string) => `public.half(${value})`]]);
    await here.apply([posts(written)]);
    await here.script(numbers.replace("n from", "n::text from"));
    const decisions = { ...expanding("posts.number"), conversions };
    expect((await here.apply([posts(number)], { decisions })).kind).toBe("applied");
    await here.sql("insert into posts (id, number) values (gen_random_uuid(), '13')");
    await scenario(here, {
      to: [posts(number)],
      decisions: { conversions, contract: true },
      expect: { refusals: ["CAST_FAILS posts.number 1"] },
    });
  });
});
