import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const titled = (changes: Parameters<typeof column>[1]) =>
  tableOf("posts", { columns: [id, column("title", changes)] });

describe("defaults", () => {
  it("F01 changes a default and takes it away, for new rows only", async () => {
    await scenario(here, {
      start: [titled({ default: { value: "a" } })],
      data: "insert into posts (id) values (gen_random_uuid())",
      to: [titled({ default: { value: "b" } })],
      expect: { steps: ["setDefault posts.title"] },
    });
    await here.sql("insert into posts (id) values (gen_random_uuid())");
    await scenario(here, { to: [titled({})], expect: { steps: ["dropDefault posts.title"] } });
    await here.sql("insert into posts (id) values (gen_random_uuid())");
    expect(await here.sql("select title from posts order by title")).toEqual([["a"], ["b"], [null]]);
  });

  it("F02 changes a type whose default stands in the way, in one transaction", async () => {
    const { plan } = await scenario(here, {
      start: [titled({ default: { value: "x" } })],
      data: "insert into posts (id, title) values (gen_random_uuid(), '12')",
      to: [titled({ type: "bigint", default: { value: "0" } })],
      expect: { steps: ["changeType posts.title", "setDefault posts.title"] },
    });
    expect(plan.groups).toHaveLength(1);
    await here.sql("insert into posts (id) values (gen_random_uuid())");
    expect(await here.sql("select title::int from posts order by 1")).toEqual([[0], [12]]);
  });

  it("F03 knows a JSON default again whose keys are in another order", async () => {
    const data = (value: string) => titled({ type: "jsonb", default: { value } });
    await scenario(here, {
      start: [data('{"b":1,"a":[1,{"d":1,"c":"x"}]}')],
      to: [data('{ "a": [1, {"c": "x", "d": 1}], "b": 1 }')],
      expect: "current",
    });
  });

  it("F04 says that older releases may fail where a required field has no default any more", async () => {
    const { plan } = await scenario(here, {
      start: [titled({ nullable: false, default: { value: "a" } })],
      to: [titled({ nullable: false })],
      expect: { steps: ["dropDefault posts.title"] },
    });
    expect(plan.warnings.join("\n")).toMatch(/posts.*title/);
  });
});
