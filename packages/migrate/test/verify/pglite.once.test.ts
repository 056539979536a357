import { describe, expect, it } from "vitest";

import { desiredSchema } from "../../src/desired.ts";
import { noDecisions } from "../../src/model/decisions.ts";
import { makePlan } from "../../src/plan.ts";
import { pgliteScratch } from "../../src/verify/pglite.ts";
import { runGroups } from "../../src/verify/run-groups.ts";
import type { Scratch } from "../../src/verify/scratch.ts";
import { choice, reference, unique } from "../world/parts.ts";
import { column, id, tableOf } from "../world/tables.ts";

async function start(): Promise<Scratch> {
  const found = await pgliteScratch("public");
  if (found === undefined || !("scratch" in found)) throw new TypeError("pglite is not there");
  return found.scratch;
}

describe("pgliteScratch", () => {
  it("runs a plan, and there is nothing left to do", async () => {
    const posts = tableOf("posts", {
      columns: [
        id,
        column("status", { default: { value: "a" } }),
        column("rank", { type: "bigint", default: { value: "1" } }),
        column("at", { type: "timestamp(3) with time zone", default: { call: "now" } }),
        column("tags", { type: "text[]" }),
        column("other", { type: "uuid" }),
      ],
      indexes: [unique("posts", "rank")],
      checks: [choice("posts", "status", ["a", "b"]), choice("posts", "tags", ["x"])],
      foreignKeys: [reference("posts", "other", { references: "posts" })],
    });
    const request = { desired: desiredSchema({ tables: [posts] }), decisions: noDecisions };
    const scratch = await start();
    await scratch.use(async (runner) => {
      const plan = await makePlan(runner, request);
      expect(plan.refusals).toEqual([]);
      expect(plan.groups.length).toBeGreaterThan(0);
      await runGroups(runner, plan.groups, plan.schema);
      expect(await makePlan(runner, request)).toMatchObject({ groups: [], refusals: [] });
    });
    await scratch.close();
  });

  it("makes copies of no other schema", async () => {
    expect(await pgliteScratch("app")).toMatchObject({ reason: expect.stringMatching(/"app"/) });
  });
});
