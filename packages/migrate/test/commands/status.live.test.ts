import { type Collection, defineCollection } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { applicationOf } from "./application.ts";

const posts = defineCollection({ slug: "posts", fields: { title: { type: "text" } } });
const bare = defineCollection({ slug: "posts", fields: {} });

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const status = (collection: Collection) => applicationOf(here.url, [collection]).json("status");

describe("lucent migrate status", () => {
  it("looks at a database that knows nothing of us, and changes nothing", async () => {
    await here.forbidDdl();
    expect(await status(posts)).toMatchObject({
      code: 0,
      result: {
        runs: [],
        managed: [],
        drift: [],
        refusals: [],
        pending: expect.arrayContaining([expect.any(String)]),
      },
    });
    const { code, out, errors } = await applicationOf(here.url, [posts]).call("status");
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(out[0]).toBe("Last runs: none.");
  });

  it("shows the runs, the tables and the orphans with what they hold", async () => {
    await applicationOf(here.url, [posts]).callWith({ environment: { NODE_ENV: "production" } });
    await here.sql("insert into posts (id, title) values (gen_random_uuid(), 'a')");
    expect(await status(bare)).toMatchObject({
      code: 0,
      result: {
        runs: [{ kind: "plan", outcome: "done", production: true, startedAt: expect.stringMatching(/Z$/) }],
        managed: ["posts"],
        pending: [],
        warnings: [expect.stringMatching(/title.*1 row/)],
      },
    });
  });

  it("tells what somebody else changed from what the configuration changed", async () => {
    await applicationOf(here.url, [posts]).call();
    await here.sql("alter table posts drop column title");
    const drift = [expect.stringContaining("title")];
    expect(await status(posts)).toMatchObject({ result: { pending: drift, drift } });
    const more = defineCollection({
      slug: "posts",
      fields: { title: { type: "text" }, more: { type: "text" } },
    });
    expect(await status(more)).toMatchObject({ result: { drift: [] } });
  });
});
