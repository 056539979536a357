import { randomUUID } from "node:crypto";

import { BootError, defineCollection, type Fields, type Plugin, type Route, type User } from "@lucent/core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { describe } from "../src/blueprint/describe.ts";
import { type Application, prepare, type Prepared, serve } from "./world/application.ts";

const lower = (value: string): string | undefined => (value.includes(" ") ? undefined : value.toLowerCase());

const added: Fields = {
  email: { type: "email", required: true, unique: true, writable: "create", normalise: lower },
  verified: { type: "boolean", required: true, default: false, writable: false },
  seenAt: { type: "date", writable: false },
};

const routes: readonly Route[] = [
  {
    id: "accounts.own",
    method: "GET",
    path: "/people/own",
    async handle({ facts: { user }, lucent }) {
      return Response.json(await lucent.own({ ...user, id: user?.id ?? "", collection: "people" }));
    },
  },
  {
    id: "accounts.echo",
    method: "POST",
    path: "/people/echo",
    ignoresCredentials: true,
    handle: async ({ json, facts }) =>
      Response.json({ body: (await json({ optional: true })) ?? "none", user: facts.user ?? null }),
  },
  {
    id: "accounts.keys",
    method: "GET",
    path: "/.well-known/keys.json",
    absolute: true,
    handle: () => Response.json({ keys: [] }),
  },
];

let caller: User | undefined;
const accounts: Plugin = {
  name: "accounts",
  options: ["auth"],
  fields: ({ auth }) => (auth === true ? added : {}),
  routes: () => routes,
  facts: () => (caller === undefined ? {} : { user: caller }),
};

const people = defineCollection({
  slug: "people",
  auth: true,
  fields: { name: { type: "text" }, salary: { type: "integer", access: { read: false } } },
  access: { read: false, create: true, update: ({ user }) => user !== null, delete: true },
});
const notes = defineCollection({
  slug: "notes",
  fields: { text: { type: "text" }, author: { type: "relationship", to: "people" } },
  access: { read: true, create: true, update: true, delete: true },
});
const collections = [people, notes] as const;
let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  const described = { ...people, fields: { ...people.fields, ...added }, auth: false };
  database = await prepare(inject("databaseUrl"), "contract_accounts", [described, notes]);
  app = await serve({ collections, database: { url: database.url, max: 2 }, plugins: [accounts] });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

async function person(): Promise<{ readonly id: string; readonly email: string }> {
  const email = `${randomUUID()}@example.com`;
  const { id } = await app.engine.asSystem().people.create({ email, name: "Ada", salary: 7 });
  return { id, email };
}

test("an option of a collection needs a plugin that understands it", () => {
  expect(() => describe({ collections })).toThrow(
    'Collection "people" has auth, which needs a plugin: add auth() of @lucent/auth to plugins.',
  );
});

test("a field of a plugin can't meet one of the collection's own", () => {
  const clash = defineCollection({ slug: "people", auth: true, fields: { seenAt: { type: "text" } } });
  expect(() => describe({ collections: [clash], plugins: [accounts] })).toThrow(
    'Collection "people": the field "seenAt" is added by the plugin "accounts"; call yours something else.',
  );
});

test("what a plugin refuses of a collection's options is told with everything else", () => {
  const strict: Plugin = {
    name: "strict",
    options: ["auth"],
    fields() {
      throw new BootError(["auth of people is odd."]);
    },
  };
  expect(() => describe({ collections: [people], plugins: [strict], api: { prefix: "x" } })).toThrow(
    /api\.prefix[\s\S]*auth of people is odd\./,
  );
});

test("a field is brought into its form before it is checked, stored and compared", async () => {
  const email = `${randomUUID()}@Example.COM`;
  caller = { id: randomUUID(), collection: "people" };
  const created = await app.ask("POST", "/api/people", { body: { email } });
  expect(created.status).toBe(201);
  const { data } = await app.engine.asSystem().people.find({ where: { email: email.toLowerCase() } });
  expect(data).toHaveLength(1);
  expect((await app.ask("POST", "/api/people", { body: { email: email.toUpperCase() } })).status).toBe(409);
  expect(await app.ask("POST", "/api/people", { body: { email: "a b@example.com" } })).toMatchObject({
    status: 422,
    json: { errors: [{ path: "email", rule: "format" }] },
  });
  caller = undefined;
});

test("strangers make accounts by the route for it, not by a plain create or a batch", async () => {
  const data = { email: `${randomUUID()}@example.com` };
  expect((await app.ask("POST", "/api/people", { body: data })).status).toBe(401);
  const operations = [{ op: "create", collection: "people", data }];
  expect((await app.ask("POST", "/api/batch", { body: { operations } })).status).toBe(401);
  expect(await app.engine.as(null).people.create(data)).toHaveProperty("id");
});

test.each(["verified", "seenAt"])("%s is the server's, for the system too", async (name) => {
  const value = name === "verified" ? true : "2026-11-23";
  const email = `${randomUUID()}@example.com`;
  const refused = { status: 422, json: { errors: [{ path: name, rule: "readOnly" }] } };
  caller = { id: randomUUID(), collection: "people" };
  expect(await app.ask("POST", "/api/people", { body: { email, [name]: value } })).toMatchObject(refused);
  const { id } = await person();
  expect(await app.ask("PATCH", `/api/people/${id}`, { body: { [name]: value } })).toMatchObject(refused);
  caller = undefined;
  const forced: object = { [name]: value };
  await expect(app.engine.asSystem().people.update(id, forced)).rejects.toMatchObject({
    code: "VALIDATION",
    errors: [{ path: name, rule: "readOnly" }],
  });
});

test("a field that only a create carries is refused in an update", async () => {
  const { id } = await person();
  const forced: object = { email: "other@example.com" };
  await expect(app.engine.asSystem().people.update(id, forced)).rejects.toMatchObject({
    errors: [{ path: "email", rule: "readOnly" }],
  });
});

test("an account reads its own document whatever the rule of the rows says, and no other", async () => {
  const { id } = await person();
  caller = { id, collection: "people" };
  expect((await app.ask("GET", `/api/people/${id}`)).status).toBe(403);
  const own = await app.ask("GET", "/api/people/own");
  expect(own).toMatchObject({ status: 200, json: { id, name: "Ada", verified: false, seenAt: null } });
  expect(own.json).not.toHaveProperty("salary");
  caller = { id: randomUUID(), collection: "people" };
  expect((await app.ask("GET", "/api/people/own")).status).toBe(404);
  caller = undefined;
});

test("T-KEY-03 what a key was not made for is denied before any rule is asked", async () => {
  const { id } = await person();
  const note = await app.engine.asSystem().notes.create({ text: "a" });
  caller = { id, collection: "people", scopes: ["notes:read"] };
  expect((await app.ask("GET", "/api/notes")).status).toBe(200);
  for (const [method, path] of [
    ["POST", "/api/notes"],
    ["PATCH", `/api/notes/${note.id}`],
    ["DELETE", `/api/notes/${note.id}`],
    ["GET", "/api/people"],
    ["GET", "/api/people/own"],
  ] as const) {
    const body = method === "POST" || method === "PATCH" ? { text: "b" } : undefined;
    expect((await app.ask(method, path, { body })).status, `${method} ${path}`).toBe(403);
  }
  caller = { id, collection: "people", scopes: ["notes:create"] };
  expect((await app.ask("POST", "/api/notes", { body: { text: "b", author: id } })).status).toBe(422);
  expect((await app.ask("POST", "/api/notes", { body: { text: "b" } })).status).toBe(201);
  caller = { id, collection: "people", scopes: [] };
  expect((await app.ask("GET", "/api/notes")).status).toBe(403);
  caller = undefined;
});

test("a route can leave credentials alone, and take a body or none", async () => {
  caller = { id: randomUUID(), collection: "people" };
  expect((await app.ask("POST", "/api/people/echo", { body: { a: 1 } })).json).toStrictEqual({
    body: { a: 1 },
    user: null,
  });
  expect((await app.ask("POST", "/api/people/echo")).json).toStrictEqual({ body: "none", user: null });
  expect((await app.ask("POST", "/api/people/echo", { body: { a: "x".repeat(20_000) } })).status).toBe(413);
  caller = undefined;
});

test("a route can stand outside of the prefix", async () => {
  const answer = await app.ask("GET", "/.well-known/keys.json");
  expect(answer).toMatchObject({ status: 200, json: { keys: [] } });
  expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  expect((await app.ask("POST", "/.well-known/keys.json", { body: {} })).status).toBe(405);
});
