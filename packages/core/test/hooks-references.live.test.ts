import { defineCollection } from "@lucent/core";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { scriptedHooks } from "./world/scripted-hooks.ts";

const own = scriptedHooks(["beforeCreate", "beforeUpdate"]);

/** Nobody may read these. */
const tenants = defineCollection({ slug: "tenants", softDelete: true, fields: { name: { type: "text" } } });

const tickets = defineCollection({
  slug: "tickets",
  fields: {
    title: { type: "text" },
    tenant: { type: "relationship", to: "tenants" },
    shared: { type: "relationship", to: "tenants", hasMany: true },
  },
  access: { read: true, create: true, update: true },
  hooks: own.hooks,
});

const collections = [tenants, tickets] as const;
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

let database: Prepared;
let app: Application<typeof collections>;
let one: string;
let two: string;
let gone: string;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "hooks_references", collections);
  app = await serve({ collections, database: { url: database.url, max: 1 }, plugins: [headerUser] });
  const { tenants: system } = app.engine.asSystem();
  one = (await system.create({ name: "one" })).id;
  two = (await system.create({ name: "two" })).id;
  gone = (await system.create({ name: "gone" })).id;
  await system.delete(gone);
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(() => own.play({}));

const post = (body: object): Promise<Answered> => app.ask("POST", "/api/tickets", { body });
const errors = ({ status, json }: Answered) => [status, json.errors];
const refused = (...paths: readonly string[]) => [422, paths.map((path) => ({ path, rule: "relationship" }))];

test("R-AC-11 a caller can't refer to what it may not read, also through a hook that leaves it", async () => {
  for (const beforeCreate of [undefined, ({ data }: { readonly data: object }) => ({ ...data })]) {
    own.play(beforeCreate === undefined ? {} : { beforeCreate });
    expect(errors(await post({ tenant: one }))).toStrictEqual(refused("tenant"));
    expect(errors(await post({ tenant: one.toUpperCase() }))).toStrictEqual(refused("tenant"));
    expect(errors(await post({ shared: [one, two] }))).toStrictEqual(refused("shared.0", "shared.1"));
  }
});

test("a hook may refer to it, and to nothing that is not there", async () => {
  own.play({
    beforeCreate: ({ data }) => ({ ...data, tenant: one, shared: [two] }),
    beforeUpdate: ({ data }) => ({ ...data, tenant: two }),
  });
  const made = await post({ title: "a" });
  expect(made).toMatchObject({ status: 201, json: { tenant: one, shared: [two] } });
  const target = `/api/tickets/${made.json.id}`;
  expect((await app.ask("PATCH", target, { body: { title: "b" } })).json.tenant).toBe(two);
  for (const tenant of [missing, gone]) {
    own.play({ beforeCreate: ({ data }) => ({ ...data, tenant }) });
    expect(errors(await post({ title: "a" }))).toStrictEqual(refused("tenant"));
  }
});

test("of one list the caller's own entries are looked at as the caller's", async () => {
  own.play({ beforeCreate: ({ data }) => ({ ...data, shared: [two, ...(data.shared ?? [])], tenant: two }) });
  expect(errors(await post({ shared: [one] }))).toStrictEqual(refused("shared.1"));
  expect((await post({})).status).toBe(201);
});

test("a hook sees the references as they are once the row is its own, not as they were while it waited", async () => {
  const { id } = await app.engine.asSystem().tickets.create({ title: "a", shared: [one] });
  const seen: unknown[] = [];
  const other = postgres(database.url, { max: 1 });
  own.play({ beforeUpdate: ({ doc }) => void seen.push([doc.title, doc.shared]) });
  const update = Promise.withResolvers<Answered>();
  await other.begin(async (transaction) => {
    await transaction`update tickets set title = 'b' where id = ${id}`;
    await transaction`update tickets_shared_links set target_id = ${two} where owner_id = ${id}`;
    update.resolve(app.ask("PATCH", `/api/tickets/${id}`, { body: { title: "c" } }));
    const waiting = () => database.sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await waiting()).length).toBe(1);
  });
  expect((await update.promise).status).toBe(200);
  expect(seen).toStrictEqual([["b", [two]]]);
  await other.end();
});
