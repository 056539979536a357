import { openDatabase } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";

import { applyTo, type World, world } from "../world/database.ts";
import { tableOf } from "../world/tables.ts";

declare module "vitest" {
  interface ProvidedContext {
    pgbouncerUrl: string | undefined;
  }
}

const pooler = inject("pgbouncerUrl");

describe.skipIf(pooler === undefined)("PgBouncer", () => {
  let here: World;
  beforeEach(async () => {
    here = await world();
  });
  afterEach(() => here.end());

  it("P04 is noticed: nothing is changed, no lock is left, and the advice says what to do", async () => {
    await here.apply([tableOf("posts")]);
    const before = await here.dump();
    const url = new URL(pooler ?? "");
    url.pathname = new URL(here.url).pathname;
    const { database, close } = openDatabase({ collections: [], database: { url: url.href } }, {});
    try {
      const outcome = await applyTo(database, [tableOf("posts"), tableOf("pages")], { waitMs: 5_000 });
      expect(outcome.kind).not.toBe("applied");
      expect("reason" in outcome ? outcome.reason : "").toMatch(/pooler[\s\S]*Postgres itself/);
      expect(await here.dump()).toEqual(before);
      expect(
        await here.sql(
          "select count(*)::int from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
        ),
      ).toEqual([[0]]);
    } finally {
      await close();
    }
    expect(await here.apply([tableOf("posts"), tableOf("pages")])).toMatchObject({ kind: "applied" });
  });
});
