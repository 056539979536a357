import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";

const open = { read: true, create: true, update: true, delete: true } as const;

const targets = defineCollection({ slug: "targets", fields: { name: { type: "text" } }, access: open });

const owners = defineCollection({
  slug: "owners",
  fields: {
    plain: { type: "relationship", to: "targets" },
    strict: { type: "relationship", to: "targets", onDelete: "restrict" },
    loose: { type: "relationship", to: "targets", onDelete: "setNull" },
    bound: { type: "relationship", to: "targets", onDelete: "cascade" },
    many: { type: "relationship", to: "targets", hasMany: true, onDelete: "setNull" },
    firm: { type: "relationship", to: "targets", hasMany: true },
    parent: { type: "relationship", to: "owners", onDelete: "cascade" },
  },
  access: open,
});

const kept = defineCollection({
  slug: "kept",
  softDelete: true,
  fields: { name: { type: "text" } },
  access: { ...open, readDeleted: true },
});

const holders = defineCollection({
  slug: "holders",
  fields: {
    strict: { type: "relationship", to: "kept" },
    bound: { type: "relationship", to: "kept", onDelete: "cascade" },
  },
  access: open,
});

const collections = [targets, owners, kept, holders] as const;

let database: Prepared;
let app: Application<typeof collections>;
let one: string;
let two: string;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "on_delete", collections);
  app = await serve({ collections, database: { url: database.url, max: 1 } });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate targets, owners, kept, holders cascade`;
  const system = app.engine.asSystem();
  one = (await system.targets.create({ name: "one" })).id;
  two = (await system.targets.create({ name: "two" })).id;
});

const remove = (slug: string, id: string): Promise<Answered> => app.ask("DELETE", `/api/${slug}/${id}`);
const get = (slug: string, id: string): Promise<Answered> => app.ask("GET", `/api/${slug}/${id}`);
const short = ({ status, json }: Answered) => [status, json?.code, json?.errors];

async function own(body: object): Promise<string> {
  const made = await app.ask("POST", "/api/owners", { body });
  expect(made.status).toBe(201);
  return made.json.id;
}

const links = async (): Promise<unknown> => {
  const [row] = await database.sql`select (select count(*)::int from owners_many_links) as many,
    (select count(*)::int from owners_firm_links) as firm`;
  return { ...row };
};

test.each(["plain", "strict", "firm"])(
  "a target of %s can't be deleted, and the answer does not say by whom",
  async (field) => {
    const owner = await own({ [field]: field === "firm" ? [one] : one });
    expect(short(await remove("targets", one))).toStrictEqual([409, "CONFLICT", undefined]);
    expect((await get("targets", one)).status).toBe(200);
    expect((await remove("targets", two)).status).toBe(204);
    expect((await remove("owners", owner)).status).toBe(204);
    expect((await remove("targets", one)).status).toBe(204);
  },
);

test("setNull clears the field, and its ETag is another", async () => {
  const owner = await own({ loose: one });
  const before = await get("owners", owner);
  expect((await remove("targets", one)).status).toBe(204);
  const after = await get("owners", owner);
  expect(after.json.loose).toBeNull();
  expect(after.headers["etag"]).not.toBe(before.headers["etag"]);
});

test("cascade deletes the document too, and what refers to that in turn", async () => {
  const owner = await own({ bound: one });
  const child = await own({ parent: owner, many: [two] });
  const other = await own({ bound: two });
  expect((await remove("targets", one)).status).toBe(204);
  expect([(await get("owners", owner)).status, (await get("owners", child)).status]).toStrictEqual([
    404, 404,
  ]);
  expect((await get("owners", other)).status).toBe(200);
  expect(await links()).toStrictEqual({ many: 0, firm: 0 });
});

test("a list of references loses a deleted target and keeps its order", async () => {
  const three = (await app.engine.asSystem().targets.create({ name: "three" })).id;
  const owner = await own({ many: [three, one, two] });
  expect((await remove("targets", one)).status).toBe(204);
  expect((await get("owners", owner)).json.many).toStrictEqual([three, two]);
  expect((await get("owners", `${owner}?depth=1`)).json.many).toMatchObject([
    { name: "three" },
    { name: "two" },
  ]);
  const added = await app.ask("PATCH", `/api/owners/${owner}`, { body: { many: [two, three] } });
  expect(added.json.many).toStrictEqual([two, three]);
});

test("the references of a deleted document are gone with it", async () => {
  const owner = await own({ many: [one, two], firm: [two] });
  expect(await links()).toStrictEqual({ many: 2, firm: 1 });
  expect((await remove("owners", owner)).status).toBe(204);
  expect(await links()).toStrictEqual({ many: 0, firm: 0 });
});

test("a delete that one reference refuses is undone where another would cascade", async () => {
  const bound = await own({ bound: one });
  await own({ strict: one });
  expect(short(await remove("targets", one))).toStrictEqual([409, "CONFLICT", undefined]);
  expect((await get("owners", bound)).json.bound).toBe(one);
  const operations = [
    { op: "delete", collection: "targets", id: two },
    { op: "delete", collection: "targets", id: one },
  ];
  const batch = await app.ask("POST", "/api/batch", { body: { operations } });
  expect([batch.status, batch.json.operation]).toStrictEqual([409, 1]);
  expect((await get("targets", two)).status).toBe(200);
});

test("a soft delete leaves every reference as it is: the row is still there, and may come back", async () => {
  const system = app.engine.asSystem();
  const target = (await system.kept.create({ name: "k" })).id;
  const holder = (await system.holders.create({ strict: target, bound: target })).id;
  expect((await remove("kept", target)).status).toBe(204);
  expect((await get("holders", holder)).json).toMatchObject({ strict: target, bound: target });
  expect((await get("holders", `${holder}?depth=1`)).json).toMatchObject({ strict: null, bound: null });
  expect((await app.ask("POST", `/api/kept/${target}/restore`)).status).toBe(200);
  expect((await get("holders", `${holder}?depth=1`)).json.strict).toMatchObject({ name: "k" });
});

test("a target that goes while a reference to it is written leaves one of both, never a broken reference", async () => {
  const system = app.engine.asSystem();
  for (let round = 0; round < 10; round += 1) {
    const { id } = await system.targets.create({ name: "racing" });
    const [made, gone] = await Promise.allSettled([
      system.owners.create({ strict: id }),
      system.targets.delete(id),
    ]);
    expect([made.status, gone.status]).toContain("rejected");
  }
  const broken =
    await database.sql`select 1 from owners o left join targets t on t.id = o.strict where o.strict is not null and t.id is null`;
  expect(broken).toHaveLength(0);
});
