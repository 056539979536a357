import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "../world/application.ts";

const people = defineCollection({
  slug: "people",
  fields: { name: { type: "text" }, isHidden: { type: "boolean" } },
  access: { read: () => ({ isHidden: false }), create: true },
});
const letters = defineCollection({
  slug: "letters",
  fields: { title: { type: "text" }, from: { type: "relationship", to: "people" } },
  access: { read: true, create: true },
});
const collections = [people, letters] as const;

let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "letters", collections);
  app = await serve({ collections, database: { url: database.url } });
  await database.sql`insert into people (id, name, is_hidden) select gen_random_uuid(), 'secret', true from generate_series(1, 300)`;
  await database.sql`insert into people (id, name, is_hidden) select gen_random_uuid(), 'known ' || n, false from generate_series(1, 300) n`;
  await database.sql`insert into letters (id, title, "from") select gen_random_uuid(), 'a', id from people`;
  await database.sql`analyze people, letters`;
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

/** The total that a list of letters states. */
async function total(where: object, count: "estimated" | "exact"): Promise<unknown> {
  const { meta } = await app.engine.as(null).letters.find({ where, count, perPage: 1 });
  return meta.total;
}

test("R-AC-13 an estimate tells nothing of rows behind a relationship that the caller may not read", async () => {
  for (const where of [
    { "from.name": "secret" },
    { "from.name": { exists: true } },
    { not: { "from.name": { neq: "secret" } } },
    { or: [{ title: "b" }, { "from.name": "secret" }] },
  ] as const) {
    expect(await total(where, "estimated")).toBe(await total(where, "exact"));
  }
  // Statistics know how common a hidden name is.
  expect(await total({ "from.name": "secret" }, "estimated")).toBe(
    await total({ "from.name": "ghost" }, "estimated"),
  );
});

test("an estimate of rows that the caller may read anyway is the planner's", async () => {
  expect(await total({}, "estimated")).toBe(600);
  // The planner never thinks of no row at all.
  expect(await total({ title: "b" }, "estimated")).toBe(1);
  expect(await total({ title: "b" }, "exact")).toBe(0);
});
