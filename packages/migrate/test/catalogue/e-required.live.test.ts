import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { filledCheckName } from "../../src/temporary.ts";
import { type World, world } from "../world/database.ts";
import { reference } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const posts = tableOf("posts");
const required = tableOf("posts", { columns: [id, column("title", { nullable: false })] });
const many = 20_000;
const rows = (count: number) =>
  `insert into posts (id, title) select gen_random_uuid(), n::text from generate_series(1, ${count}) n`;
/** So that the server knows how many rows there are. */
const looked = async () => void (await here.sql("analyze posts"));

describe("required", () => {
  it("E01 requires a field of an empty table at once", async () => {
    const { plan } = await scenario(here, {
      start: [posts],
      to: [required],
      expect: { steps: ["setNotNull posts.title"] },
    });
    expect(plan.groups).toHaveLength(1);
  });

  it("E02 requires a field of a large table in steps that hold nobody up", async () => {
    await here.apply([posts]);
    await here.script(rows(many));
    await looked();
    const { plan } = await scenario(here, {
      to: [required],
      expect: {
        steps: [`addCheck posts.title`, expect.stringMatching(/^validate posts\./), "setNotNull posts.title"],
      },
    });
    expect(plan.groups).toHaveLength(3);
    expect(plan.groups[1]?.steps[0]?.locks).toEqual([{ table: "posts", mode: "SHARE UPDATE EXCLUSIVE" }]);
    expect(
      await here.sql(
        "select attnotnull from pg_attribute where attrelid = 'posts'::regclass and attname = 'title'",
      ),
    ).toEqual([[true]]);
    expect(
      await here.sql(
        "select conname from pg_constraint where conrelid = 'posts'::regclass and contype = 'c'",
      ),
    ).toEqual([]);
  });

  it("E03 refuses where values are missing, with their number and some of the rows", async () => {
    const { plan } = await scenario(here, {
      start: [posts],
      data: `${rows(10)}; update posts set title = null where title in ('1', '2', '3')`,
      to: [required],
      expect: { refusals: ["NULLS_PRESENT posts.title 3"] },
    });
    const missing = await here.sql("select id::text from posts where title is null");
    expect(new Set(plan.refusals[0]?.samples)).toEqual(new Set(missing.map(([each]) => each)));
  });

  const defaulted = tableOf("posts", {
    columns: [id, column("title", { nullable: false, default: { value: "none" } })],
  });

  it("E04 fills nothing by itself, but offers it", async () => {
    const { plan } = await scenario(here, {
      start: [posts],
      data: `${rows(10)}; update posts set title = null where title in ('1', '2', '3')`,
      to: [defaulted],
      expect: { refusals: ["NULLS_PRESENT posts.title 3"] },
    });
    expect(plan.refusals[0]?.ways.join()).toMatch(/--backfill posts\.title/);
  });

  it("E05 fills empty rows in batches where that was decided, and leaves the others alone", async () => {
    await here.apply([posts]);
    await here.script(`${rows(many)}; update posts set title = null where title::int % 3 = 0`);
    await looked();
    await scenario(here, {
      to: [defaulted],
      decisions: { backfill: new Set(["posts.title"]) },
      expect: {
        steps: [
          "setDefault posts.title",
          "backfill posts.title",
          "addCheck posts.title",
          expect.stringMatching(/^validate posts\./),
          "setNotNull posts.title",
        ],
      },
    });
    expect(
      await here.sql(
        "select count(*) filter (where title = 'none')::int, count(distinct title)::int from posts",
      ),
    ).toEqual([[6666, 13_335]]);
  });

  it("E06 refuses a new required field without a default where there are rows, with three ways out", async () => {
    const comments = tableOf("comments", {
      columns: [id, column("post", { type: "uuid" })],
      foreignKeys: [reference("comments", "post", { references: "posts" })],
    });
    const { plan } = await scenario(here, {
      start: [posts, comments],
      data: `${rows(10)}; insert into comments (id, post) select gen_random_uuid(), id from posts`,
      to: [
        tableOf("posts", { columns: [id, column("title"), column("body", { nullable: false })] }),
        comments,
      ],
      expect: { refusals: ["NULLS_PRESENT posts.body 10"] },
    });
    expect(plan.refusals[0]?.ways).toHaveLength(3);
    expect(await here.sql("select count(*)::int from comments")).toEqual([[10]]);
  });

  it("E07 adds a required field to an empty table in one step", async () => {
    await scenario(here, {
      start: [posts],
      to: [tableOf("posts", { columns: [id, column("title"), column("body", { nullable: false })] })],
      expect: { steps: ["addColumn posts.body"] },
    });
  });

  it("E08 adds a required field with a default to a large table without writing a row", async () => {
    await here.apply([posts]);
    await here.script(rows(many));
    await looked();
    const { plan } = await scenario(here, {
      to: [
        tableOf("posts", {
          columns: [id, column("title"), column("body", { nullable: false, default: { value: "x" } })],
        }),
      ],
      expect: { steps: ["addColumn posts.body"] },
    });
    expect(plan.groups[0]?.steps[0]?.hazard).toBe("safe");
    expect(await here.sql("select distinct body from posts")).toEqual([["x"]]);
  });

  it("E09 adds a required field with a random default without writing the table anew", async () => {
    await here.apply([posts]);
    await here.script(rows(many));
    await looked();
    const token = column("token", { type: "uuid", nullable: false, default: { call: "gen_random_uuid" } });
    await scenario(here, {
      to: [tableOf("posts", { columns: [id, column("title"), token] })],
      expect: {
        steps: expect.arrayContaining([
          "addColumn posts.token",
          "backfill posts.token",
          "setNotNull posts.token",
        ]),
      },
    });
    expect(await here.sql("select count(distinct token)::int from posts")).toEqual([[many]]);
  });

  it("E10 makes a required field optional", async () => {
    await scenario(here, { start: [required], to: [posts], expect: { steps: ["dropNotNull posts.title"] } });
  });

  it.each([
    ["was not validated yet", "not valid", ["validate", "setNotNull"]],
    ["was validated", "", ["setNotNull"]],
  ])("E11 goes on with a check of an interrupted run that %s", async (_state, valid, kinds) => {
    const name = filledCheckName("posts", "title");
    await here.apply([posts]);
    await here.script(
      `${rows(many)}; alter table posts add constraint ${name} check (title is not null) ${valid}`,
    );
    await looked();
    const { plan } = await scenario(here, { to: [required], expect: { steps: expect.any(Array) } });
    expect(plan.groups.flatMap(({ steps }) => steps.map(({ kind }) => kind))).toEqual(kinds);
    expect(
      await here.sql(
        "select conname from pg_constraint where conrelid = 'posts'::regclass and contype = 'c'",
      ),
    ).toEqual([]);
  });

  it("E12 does not make a key optional", async () => {
    await scenario(here, {
      start: [posts],
      to: [tableOf("posts", { columns: [{ ...id, nullable: true }, column("title")] })],
      expect: { refusals: ["UNSUPPORTED posts.id"] },
    });
  });
});
