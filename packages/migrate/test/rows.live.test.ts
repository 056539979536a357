import { randomBytes } from "node:crypto";

import {
  type Collection,
  type Database,
  defineCollection,
  describe as blueprintOf,
  type Fields,
} from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { applyTo, type World, world } from "./world/database.ts";

const person = "00000000-0000-7000-8000-000000000001";
const users = defineCollection({ slug: "users", fields: {} });
const collection = (fields: Fields): Collection => defineCollection({ slug: "posts", fields });
const insert = (columns: string, values: string): string =>
  `insert into posts (id, ${columns}) values ('${person}', ${values})`;

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

describe("lucent migrate lets the rows decide", () => {
  it.each<[string, string, Fields]>([
    [
      "a unique index over different values and nulls",
      "insert into posts (id, a) select gen_random_uuid(), v from (values ('x'), ('y'), (null), (null)) v (v)",
      { a: { type: "text", unique: true } },
    ],
    [
      "options that every row has, or null",
      "insert into posts (id, a) select gen_random_uuid(), v from (values ('x'), (null)) v (v)",
      { a: { type: "select", options: ["x"] } },
    ],
    [
      "a required field after the rows are gone",
      `${insert("a", "'x'")}; delete from posts`,
      { a: { type: "text" }, b: { type: "text", required: true } },
    ],
  ])("%s", async (_, sql, after) => {
    await here.command([collection({ a: { type: "text" } })]);
    await here.sql(sql);
    expect(await here.command([collection(after)])).toMatchObject({ code: 0, errors: [] });
  });

  it("a lost foreign key whose rows are in order", async () => {
    await here.command([users, collection({ a: { type: "relationship", to: "users" } })]);
    await here.sql(
      `alter table posts drop constraint posts_a_fkey; insert into users (id) values ('${person}'); ${insert("a", `'${person}'`)}`,
    );
    const run = await here.command([users, collection({ a: { type: "relationship", to: "users" } })]);
    expect(run).toMatchObject({ code: 0, errors: [] });
  });

  it("and a row policy does not hide a row from the question", async () => {
    await here.command([collection({ a: { type: "text" } })]);
    const role = `migrator_${randomBytes(6).toString("hex")}`;
    await here.sql(`${insert("a", "'z'")}; create role ${role}; grant create on schema public to ${role};
      alter table posts owner to ${role};
      alter table posts enable row level security; alter table posts force row level security`);
    const { tables } = blueprintOf({ collections: [collection({ a: { type: "select", options: ["x"] } })] });
    expect(await applyTo(actingAs(role), tables)).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("42501"),
    });
    await here.sql(`drop owned by ${role} cascade; drop role ${role}`);
  });
});

/** The database of this test, whose sessions belong to another role. */
function actingAs(role: string): Database {
  return {
    ...here.database,
    session: (work) =>
      here.database.session(async (runner) => {
        await runner.run({ text: `set role ${role}`, values: [] });
        return work(runner);
      }),
  };
}
