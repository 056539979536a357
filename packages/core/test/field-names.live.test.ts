import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";

const text = { type: "text" } as const;

// Names that statements have for something of their own.
const fields = {
  a: text,
  d: text,
  l: text,
  n: text,
  t: text,
  u: text,
  at: text,
  document: text,
  version: text,
  excluded: text,
  key0: text,
  position: text,
  owner: { type: "relationship", to: "terse" },
  target: { type: "relationship", to: "terse", hasMany: true },
} as const;

const terse = defineCollection({
  slug: "terse",
  fields,
  access: { read: () => ({ d: { neq: "hidden" } }), create: true, update: true, delete: true },
});

const collections = [terse] as const;

let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "field_names", collections);
  app = await serve({ collections, database: { url: database.url, max: 2 } });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

test("a field may have any name that the grammar allows, also one that statements use", async () => {
  const names = Object.keys(fields).filter((name) => name !== "owner" && name !== "target");
  const values = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
  const { json: first } = await app.ask("POST", "/api/terse", { body: { d: "first" } });
  const refers = { owner: first.id, target: [first.id] };
  const made = await app.ask("POST", "/api/terse", { body: { ...values, ...refers } });
  expect(made).toMatchObject({ status: 201, json: { ...values, ...refers } });
  const path = `/api/terse/${made.json.id}`;
  const read = await app.ask("GET", `${path}?depth=1`);
  expect(read).toMatchObject({
    status: 200,
    json: { ...values, owner: { d: "first" }, target: [{ d: "first" }] },
  });
  for (const name of names) {
    const where = encodeURIComponent(JSON.stringify({ [name]: `of ${name}` }));
    const listed = await app.ask("GET", `/api/terse?select=${name}&sort=${name}&where=${where}`);
    expect(listed.json.data).toEqual([{ id: made.json.id, [name]: `of ${name}` }]);
    const changed = await app.ask("PATCH", path, { body: { [name]: "another" } });
    expect(changed).toMatchObject({ status: 200, json: { [name]: "another" } });
  }
  expect((await app.ask("DELETE", path)).status).toBe(204);
});
