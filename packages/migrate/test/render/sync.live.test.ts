import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { column, id, tableOf } from "../world/tables.ts";
import { type Ground, ground } from "./ground.ts";

let here: Ground;
beforeAll(async () => {
  here = await ground();
});
afterAll(() => here.end());
beforeEach(async () => {
  await here.sql("drop schema public cascade");
  await here.sql("create schema public");
});

const one = "00000000-0000-7000-8000-000000000001";
const read = async (): Promise<unknown> => (await here.sql("select old, new from t"))[0];
const insert = (given: string): Promise<unknown> => here.sql(`insert into t ${given}`);
const update = (set: string): Promise<unknown> => here.sql(`update t set ${set}`);

async function expanded(fallback?: string): Promise<void> {
  const given = fallback === undefined ? {} : { default: { value: fallback } };
  const before = tableOf("t", { columns: [id, column("old", given), column("other")] });
  await here.reach({ tables: [before] });
  const now = tableOf("t", {
    columns: [id, column("new", { previousName: "old", ...given }), column("other")],
  });
  await here.reach({ tables: [now], expand: ["t.new"] });
}

describe("the trigger between two names of a column", () => {
  it.each([
    ["the old release", `(id, old) values ('${one}', 'x')`, ["x", "x"]],
    ["the new release", `(id, new) values ('${one}', 'x')`, ["x", "x"]],
    ["neither", `(id, other) values ('${one}', 'x')`, [null, null]],
    ["null from the old release", `(id, old) values ('${one}', null)`, [null, null]],
    ["null from the new release", `(id, new) values ('${one}', null)`, [null, null]],
    ["both", `(id, old, new) values ('${one}', 'x', 'y')`, ["y", "y"]],
  ])("takes of an insert what is given: %s", async (_, given, both) => {
    await expanded();
    await insert(given);
    expect(await read()).toEqual(both);
  });

  it.each([
    ["the old release", `(id, old) values ('${one}', 'x')`, ["x", "x"]],
    ["the new release", `(id, new) values ('${one}', 'x')`, ["x", "x"]],
    ["neither", `(id, other) values ('${one}', 'x')`, ["d", "d"]],
    ["null from the old release", `(id, old) values ('${one}', null)`, [null, null]],
    ["null from the new release", `(id, new) values ('${one}', null)`, [null, null]],
    ["the default from the new release", `(id, new) values ('${one}', 'd')`, ["d", "d"]],
  ])("and tells it from a default: %s", async (_, given, both) => {
    await expanded("d");
    await insert(given);
    expect(await read()).toEqual(both);
  });

  it.each([
    ["the old release", "old = 'y'", ["y", "y"]],
    ["the new release", "new = 'y'", ["y", "y"]],
    ["neither", "other = 'y'", ["x", "x"]],
    ["null from the old release", "old = null", [null, null]],
    ["null from the new release", "new = null", [null, null]],
  ])("takes of an update what changed: %s", async (_, set, both) => {
    await expanded();
    await insert(`(id, old) values ('${one}', 'x')`);
    await update(set);
    expect(await read()).toEqual(both);
    await update("old = 'z'");
    expect(await read()).toEqual(["z", "z"]);
  });

  it("does what it does whatever the search path of the session", async () => {
    await expanded("d");
    await here.database.session(async (runner) => {
      const run = (text: string): Promise<unknown> => runner.run({ text, values: [] });
      await run("create function public.fake(text, text) returns boolean language sql as 'select false'");
      await run("create operator public.<> (function = public.fake, leftarg = text, rightarg = text)");
      await run("set search_path = public, pg_catalog");
      await run(`insert into t (id, new) values ('${one}', 'x')`);
    });
    expect(await read()).toEqual(["x", "x"]);
  });
});

describe("the trigger between two types of a column", () => {
  const asText = tableOf("t", { columns: [id, column("size")] });
  const asNumber = tableOf("t", { columns: [id, column("size", { type: "bigint" })] });
  const wish = { tables: [asNumber], how: () => ({ using: '"size"::bigint' }) };
  const both = async (): Promise<unknown> => (await here.sql("select * from t"))[0];

  beforeEach(async () => {
    await here.reach({ tables: [asText] });
    await here.reach({ ...wish, expand: ["t.size"] });
  });

  it("writes the second one from the first", async () => {
    await insert(`(id, size) values ('${one}', '7')`);
    expect(await both()).toEqual([one, "7", "7"]);
    await update("size = '8'");
    expect(await both()).toEqual([one, "8", "8"]);
    await update("size = null");
    expect(await both()).toEqual([one, null, null]);
  });

  it("does not fail the release that writes what has no counterpart, which the second phase finds", async () => {
    await insert(`(id, size) values ('${one}', 'seven')`);
    expect(await both()).toEqual([one, "seven", null]);
    await expect(here.reach({ ...wish, contract: true })).rejects.toMatchObject({
      cause: { code: "22P02" },
    });
    expect(await both()).toEqual([one, "seven", null]);
    await update("size = '7'");
    await here.reach({ ...wish, contract: true });
    expect(await here.sql("select id, size from t")).toEqual([[one, "7"]]);
    expect(await here.sql("select proname from pg_proc where pronamespace = 'public'::regnamespace")).toEqual(
      [],
    );
  });
});
