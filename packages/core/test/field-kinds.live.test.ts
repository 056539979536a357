import { BootError, defineCollection, LucentError, type Lucent, type Plugin, start } from "@lucent/core";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Prepared, prepare } from "./world/application.ts";

const open = { read: true, create: true, update: true, delete: true } as const;
const orders = defineCollection({
  slug: "orders",
  fields: {
    title: { type: "text", required: true },
    tags: { type: "multiselect", options: ["a", 'b"\\{},', "null", ""] },
    story: { type: "richtext" },
    lines: {
      type: "array",
      fields: { sku: { type: "text", required: true }, on: { type: "date" }, parts: { type: "json" } },
    },
    secret: { type: "password" },
    margin: { type: "number", hidden: true },
    readers: { type: "relationship", to: "orders", hasMany: true },
  },
  access: open,
  clientId: true,
});
const collections = [orders] as const;
const hashing: Plugin = {
  name: "hashing",
  start: async () => ({
    passwordHasher: { hash: async (password) => `hash of ${password.length}`, verify: async () => false },
  }),
};
const id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

let database: Prepared;
let engine: Lucent<typeof collections>;
const configOf = (plugins: readonly Plugin[]) => ({
  collections,
  plugins,
  logger: false as const,
  database: { url: database.url, max: 2 },
});

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "field_kinds", collections);
  engine = await start(configOf([hashing]), {});
});
afterAll(async () => {
  await engine.stop();
  await database.drop();
});

test("what is written comes back in its JSON form, passwords and hidden fields aside", async () => {
  const made = await engine.as(null).orders.create({
    id: id.toUpperCase(),
    title: "x",
    tags: ["null", 'b"\\{},', "", "null"],
    story: { type: "doc", html: "<b>" },
    lines: [
      { sku: "a", on: "2026-11-23" },
      { sku: "b", parts: { "\\u0000": [1] } },
    ],
    secret: "correct horse",
    margin: 0.5,
  });
  expect(made).toStrictEqual({
    id,
    title: "x",
    tags: ["null", 'b"\\{},', ""],
    story: { type: "doc", html: "<b>" },
    lines: [
      { sku: "a", on: "2026-11-23T00:00:00.000Z", parts: null },
      { sku: "b", on: null, parts: { "\\u0000": [1] } },
    ],
    readers: [],
  });
  const [row] = await database.sql`select secret, margin from orders where id = ${id}`;
  expect(row).toStrictEqual({ secret: "hash of 13", margin: 0.5 });
});

test("references keep their order, each once, and can be cleared", async () => {
  const ids = await Promise.all(
    ["a", "b", "c"].map(async (title) => (await engine.asSystem().orders.create({ title })).id),
  );
  const [a = "", b = "", c = ""] = ids;
  const mine = engine.as(null).orders;
  expect(await mine.update(a, { readers: [c, b, c.toUpperCase(), a] })).toMatchObject({ readers: [c, b, a] });
  expect(await mine.update(a, { readers: [a, c] })).toMatchObject({ readers: [a, c] });
  expect(await mine.update(a, { title: "d" })).toMatchObject({ title: "d", readers: [a, c] });
  expect(await mine.update(a, { readers: [] })).toMatchObject({ readers: [] });
  const nobody = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
  await expect(mine.update(a, { readers: [b, nobody] })).rejects.toMatchObject({
    code: "VALIDATION",
    errors: [{ path: "readers.1", rule: "relationship" }],
  });
});

test("R-PW-9 a password is refused in an update, also from the system", async () => {
  const { id: made } = await engine.asSystem().orders.create({ title: "x", secret: "correct horse" });
  const change: object = { secret: "another horse" };
  for (const access of [engine.as(null), engine.asSystem()]) {
    await expect(access.orders.update(made, change)).rejects.toSatisfy(
      (error) => error instanceof LucentError && error.errors?.[0]?.rule === "readOnly",
    );
    expect(await access.orders.findById(made)).not.toHaveProperty("secret");
  }
});

test("drizzle reads and writes the same columns", async () => {
  const { drizzle, tables } = engine;
  const tags: ("a" | 'b"\\{},' | "null" | "")[] = ['b"\\{},', "null", ""];
  const [made] = await drizzle
    .insert(tables.orders)
    .values({ title: "x", tags, story: [1] })
    .returning();
  expect(made).toMatchObject({ title: "x", tags, story: [1], lines: null, secret: null });
  const [found] = await drizzle.select().from(tables.orders).where(eq(tables.orders.tags, tags));
  expect(found).toStrictEqual(made);
});

test("a start without a hasher is refused, and names what helps", async () => {
  const attempt = start(configOf([]), {});
  await expect(attempt).rejects.toThrow(BootError);
  await expect(attempt).rejects.toThrow("@lucent/auth");
});
