import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { authTables } from "../src/tables.ts";
import { startWorld, type World } from "./world/store.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
});

afterAll(() => world.stop());

test("are what migrate makes, and leave it nothing to do a second time", async () => {
  const { success, steps } = await world.plan();
  expect({ success, steps }).toEqual({ success: true, steps: [] });
});

test("hold no secret of a credential: T-SESS-25 only hashes, and what makes no token without a key", () => {
  const columns = authTables.flatMap(({ name, columns: all }) => all.map((each) => `${name}.${each.name}`));
  const telling = columns.filter((each) => /token$|secret|key$|password|hash|counter|fingerprint/.test(each));
  expect(telling).toEqual([
    "lucent_sessions.counter",
    "lucent_tokens.hash",
    "lucent_tokens.fingerprint",
    "lucent_api_keys.hash",
  ]);
});

test("a note of use touches no index of sessions and API keys", () => {
  const indexed = authTables.flatMap(({ indexes }) => indexes.flatMap(({ columns }) => columns));
  const names = indexed.map(({ name }) => name);
  expect(names).not.toContain("last_used_at");
  expect(names).not.toContain("rotated_at");
});
