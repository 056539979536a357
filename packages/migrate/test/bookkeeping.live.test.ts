import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { managedStatements } from "../src/bookkeeping.ts";
import type { ManagedChange } from "../src/model/managed.ts";
import { type Ground, ground } from "./render/ground.ts";

let here: Ground;
beforeAll(async () => {
  here = await ground();
  await here.reach({ tables: [] });
});
afterAll(() => here.end());
beforeEach(() => here.sql("delete from lucent_managed"));

async function write(change: ManagedChange): Promise<void> {
  for (const text of managedStatements(change, "public")) await here.sql(text);
}

const read = (): Promise<unknown> =>
  here.sql("select id, array_to_string(objects, ', ') from lucent_managed order by id");

describe("managedStatements", () => {
  it("knows its own tables", async () => {
    const other = await ground();
    try {
      await other.reach({ tables: [] });
      expect(await other.sql("select id from lucent_managed order by id")).toEqual([
        ["lucent_managed"],
        ["lucent_migration_steps"],
        ["lucent_migrations"],
      ]);
    } finally {
      await other.end();
    }
  });

  it("adds and removes, each object once and in order", async () => {
    await write({ table: "posts", add: ["column b", "column a"] });
    await write({ table: "posts", add: ["column a", "index i"], remove: ["column b", "column none"] });
    expect(await read()).toEqual([["posts", "column a, index i"]]);
    await write({ table: "posts", remove: ["column a", "index i"] });
    expect(await read()).toEqual([["posts", ""]]);
  });

  it("follows a table's name, and forgets a table", async () => {
    await write({ table: "posts", add: ["column a"] });
    await write({ table: "users", add: ["column a"] });
    await write({ table: "articles", renamedFrom: "posts", add: ["renamed posts articles"] });
    expect(await read()).toEqual([
      ["articles", "column a, renamed posts articles"],
      ["users", "column a"],
    ]);
    await write({ table: "articles", dropped: true });
    expect(await read()).toEqual([["users", "column a"]]);
  });

  it("quotes what it writes", async () => {
    await write({ table: "it's", add: ["column '); drop table lucent_managed; --"] });
    expect(await read()).toEqual([["it's", "column '); drop table lucent_managed; --"]]);
  });
});
