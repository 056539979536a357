import type { ColumnType } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { choice } from "../world/parts.ts";
import { type Ran, scenario } from "../world/scenario.ts";
import { column, id, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const posts = tableOf("posts");
const typed = (type: ColumnType, changes: Parameters<typeof column>[1] = {}) =>
  tableOf("posts", { columns: [id, column("title", { type, ...changes })] });
const insert = (...values: readonly (string | null)[]) =>
  `insert into posts (id, title) values ${values.map((value) => `(gen_random_uuid(), ${value === null ? "null" : `'${value}'`})`).join(", ")}`;

/** A field of text that somebody made another type of, and what there is to do about it. */
async function from(
  type: string,
  values: readonly (string | null)[],
  steps: readonly string[],
): Promise<Ran> {
  return scenario(here, {
    start: [posts],
    data: `alter table posts alter title type ${type} using title::${type}; ${insert(...values)}`,
    to: [posts],
    expect: { steps },
  });
}

async function titles(): Promise<readonly unknown[]> {
  const rows = await here.sql("select title::text from posts order by 1 nulls last");
  return rows.map(([title]) => title);
}

const changed = ["changeType posts.title"];

describe("types", () => {
  it("G01 takes a limited text for text without writing it anew", async () => {
    const { plan } = await from("varchar(50)", ["a", "b", null], changed);
    expect(plan.groups[0]?.steps[0]?.hazard).toBe("safe");
    expect(await titles()).toEqual(["a", "b", null]);
  });

  it("G04 writes a large table anew only where that was decided", async () => {
    await here.apply([typed("bigint")]);
    await here.script(
      "insert into posts (id, title) select gen_random_uuid(), n from generate_series(1, 100100) n",
    );
    await here.sql("analyze posts");
    const { plan } = await scenario(here, {
      to: [typed("double precision")],
      expect: { refusals: [expect.stringMatching(/^REWRITE_TOO_LARGE posts\.title 100\d{3}$/)] },
    });
    expect(plan.refusals[0]?.ways.join("\n")).toMatch(/--rewrite posts\.title[\s\S]*expand/);
    await scenario(here, {
      to: [typed("double precision")],
      decisions: { rewrite: new Set(["posts.title"]) },
      expect: { steps: changed },
    });
  }, 60_000);

  it("G06 refuses numbers that the new type can't hold, before anything is done", async () => {
    await scenario(here, {
      start: [typed("numeric")],
      data: insert("5", "99999999999999999999", "-99999999999999999999"),
      to: [typed("bigint")],
      expect: { refusals: ["LOSSY_CAST posts.title 2"] },
    });
  });

  it("G07 refuses to cut digits behind the point", async () => {
    const { plan } = await scenario(here, {
      start: [typed("numeric(10,2)")],
      data: insert("1.25", "1.20", null),
      to: [typed("numeric(10,1)")],
      expect: { refusals: ["LOSSY_CAST posts.title 1"] },
    });
    expect(plan.refusals[0]?.samples).toEqual(
      (await here.sql("select id::text from posts where title = 1.25")).flat(),
    );
    expect(JSON.stringify(plan.refusals)).not.toMatch(/1\.25/);
    await here.sql("delete from posts where title = 1.25");
    await scenario(here, { to: [typed("numeric(10,1)")], expect: { steps: changed } });
    expect(await titles()).toEqual(["1.2", null]);
  });

  it("G08 makes whole numbers of whole numbers only", async () => {
    await scenario(here, {
      start: [typed("double precision")],
      data: insert("1.6", "2"),
      to: [typed("bigint")],
      expect: { refusals: ["LOSSY_CAST posts.title 1"] },
    });
    await here.sql("delete from posts where title = 1.6");
    await scenario(here, { to: [typed("bigint")], expect: { steps: changed } });
    expect(await titles()).toEqual(["2"]);
  });

  it("G09 makes JSON of text that is JSON", async () => {
    await scenario(here, {
      start: [posts],
      data: insert('{"a": 1}', "[]", "null", null),
      to: [typed("jsonb")],
      expect: { steps: changed },
    });
    expect(await titles()).toEqual(["[]", "null", '{"a": 1}', null]);
  });

  it.each([
    ["jsonb", '{"a": 1}', "{a: 1}"],
    ["bigint", "12", "twelve"],
    ["timestamp(3) with time zone", "2026-01-02T03:04:05Z", "tomorrow's day"],
    ["uuid", "00000000-0000-7000-8000-000000000001", "not-one"],
  ] as const)(
    "G10 G11 refuses to make %s of a text that is none, with the row and without the value",
    async (type, good, bad) => {
      const { plan } = await scenario(here, {
        start: [tableOf("posts", { columns: [id, column("title", { default: { value: "x" } })] })],
        data: insert(good, bad.replaceAll("'", "''"), null),
        to: [typed(type)],
        expect: { refusals: ["CAST_FAILS posts.title 1"] },
      });
      const found = await here.sql(`select id::text from posts where title = '${bad.replaceAll("'", "''")}'`);
      expect(plan.refusals[0]?.samples).toEqual(found.flat());
      expect(JSON.stringify(plan.refusals)).not.toContain(bad);
    },
  );

  it("G12 makes booleans of words only by a conversion that was declared", async () => {
    const asked = { to: [typed("boolean")] };
    await scenario(here, {
      start: [posts],
      data: insert("yes", "no", null),
      ...asked,
      expect: { refusals: [expect.stringMatching(/^(?:CAST_FAILS|UNSUPPORTED) posts\.title/)] },
    });
    await scenario(here, {
      ...asked,
      decisions: { conversions: new Map([["posts.title", (name) => `${name} = 'yes'`]]) },
      expect: { steps: changed },
    });
    expect(await titles()).toEqual(["false", "true", null]);
  });

  const one = tableOf("posts", {
    columns: [id, column("title")],
    checks: [choice("posts", "title", ["a", "b"])],
  });
  const several = tableOf("posts", {
    columns: [id, column("title", { type: "text[]" })],
    checks: [choice("posts", "title", ["a", "b"])],
  });

  it("G13 makes a list of one option, and nothing of none", async () => {
    await scenario(here, {
      start: [one],
      data: insert("a", "b", null),
      to: [several],
      expect: { steps: expect.arrayContaining(changed) },
    });
    expect(await titles()).toEqual(["{a}", "{b}", null]);
    await expect(here.sql("update posts set title = '{c}'")).rejects.toMatchObject({ code: "VALIDATION" });
  });

  it("G14 makes one option of lists of at most one", async () => {
    await scenario(here, {
      start: [several],
      data: insert("{a}", "{a,b}", "{}", null),
      to: [one],
      expect: { refusals: ["LOSSY_CAST posts.title 1"] },
    });
    await here.sql("delete from posts where cardinality(title) = 2");
    await scenario(here, { to: [one], expect: { steps: expect.arrayContaining(changed) } });
    expect(await titles()).toEqual(["a", null, null]);
  });

  it("G15 takes the padding off, and says so", async () => {
    const { plan } = await from("char(5)", ["a", "abcde", null], changed);
    expect(await titles()).toEqual(["a", "abcde", null]);
    expect(plan.warnings.join("\n")).toMatch(/posts\.title/);
  });

  it("G23 refuses options that rows don't have, with their number", async () => {
    await scenario(here, {
      start: [posts],
      data: insert("a", "b", "stray", "stray", "other", null),
      to: [one],
      expect: { refusals: ["CHECK_VIOLATED posts.title 3"] },
    });
  });

  it("G24 takes somebody's enum for text, and leaves the enum alone", async () => {
    await scenario(here, {
      start: [tableOf("posts", { columns: [id, column("title", { default: { value: "a" } })] })],
      data: `create type letters as enum ('a', 'b');
        alter table posts alter title drop default, alter title type letters using title::letters, alter title set default 'a';
        ${insert("a", "b", null)}`,
      to: [tableOf("posts", { columns: [id, column("title", { default: { value: "a" } })] })],
      expect: { steps: expect.arrayContaining(changed) },
    });
    expect(await titles()).toEqual(["a", "b", null]);
    expect(await here.sql("select typname from pg_type where typname = 'letters'")).toEqual([["letters"]]);
  });
});
