import { defineCollection, type User } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "../world/application.ts";
import { saidBy } from "../world/refusal.ts";

const own = ({ user }: { readonly user: User | null }) =>
  user?.["role"] === "admin" ? true : { owner: user?.id ?? "" };

const accounts = defineCollection({
  slug: "accounts",
  fields: {
    owner: { type: "text" },
    code: { type: "text", unique: true },
    pin: { type: "text", unique: true, hidden: true },
    level: { type: "integer", unique: true, access: { read: own } },
    left: { type: "text" },
    right: { type: "text" },
  },
  indexes: [{ fields: ["left", "right"], unique: true }],
  access: { read: own, create: true, update: own },
});
const collections = [accounts] as const;

let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "accounts", collections);
  app = await serve({ collections, database: { url: database.url } });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

const taken = { owner: "alice", code: "a", pin: "a", level: 1, left: "a", right: "a" };

beforeEach(async () => {
  await database.sql`truncate accounts`;
  await app.engine.asSystem().accounts.create(taken);
});

const alice = { id: "alice" };
const bob = { id: "bob" };
const admin = { id: "admin", role: "admin" };

/** What each way of writing a value says that another row holds: a create, an update and both in a batch. */
async function said(user: User | "system", data: object): Promise<readonly (readonly string[])[]> {
  const access = user === "system" ? app.engine.asSystem() : app.engine.as(user);
  const { id } = await app.engine.asSystem().accounts.create({ owner: user === "system" ? "" : user.id });
  const all = { owner: user === "system" ? "" : user.id, ...data };
  const write = [
    access.accounts.create(all),
    access.accounts.update(id, data),
    access.batch([{ op: "create", collection: "accounts", data: all }]),
    access.batch([{ op: "update", collection: "accounts", id, data }]),
  ];
  return Promise.all(write.map((each) => each.then(() => ["done"], saidBy)));
}
const four = (...entries: readonly string[]) => Array(4).fill(entries);

test("R-ER-2 a conflict names its field where the caller can read the row that holds the value", async () => {
  for (const user of [alice, admin, "system"] as const) {
    expect(await said(user, { code: "a" })).toStrictEqual(four("CONFLICT", "code unique"));
  }
});

test("T-ACL-21 it names nothing where that row is hidden from the caller", async () => {
  expect(await said(bob, { code: "a" })).toStrictEqual(four("CONFLICT"));
});

test("R-AC-4 it names no field that the caller may not read, in every row or at all", async () => {
  for (const user of [alice, admin]) expect(await said(user, { pin: "a" })).toStrictEqual(four("CONFLICT"));
  expect(await said("system", { pin: "a" })).toStrictEqual(four("CONFLICT", "pin unique"));
  expect(await said(alice, { level: 1 })).toStrictEqual(four("CONFLICT"));
  expect(await said(admin, { level: 1 })).toStrictEqual(four("CONFLICT", "level unique"));
});

test("it names no field where several make the conflict", async () => {
  for (const user of [alice, admin, "system"] as const) {
    expect(await said(user, { left: "a", right: "a" })).toStrictEqual(four("CONFLICT"));
  }
});

test("the failure of a batch says at which operation it was, and nothing of the batch is left", async () => {
  const batch = app.engine.as(alice).batch([
    { op: "create", collection: "accounts", data: { owner: "alice", code: "b" } },
    { op: "create", collection: "accounts", data: { owner: "alice", code: "a" } },
  ]);
  await expect(batch).rejects.toMatchObject({
    code: "CONFLICT",
    operation: 1,
    errors: [{ path: "code", rule: "unique" }],
  });
  expect(await app.engine.asSystem().accounts.count({ code: "b" })).toBe(0);
});
