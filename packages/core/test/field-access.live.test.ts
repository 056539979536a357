import { defineCollection, type RuleContext } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";

const isAdmin = ({ user }: RuleContext) => user?.["role"] === "admin";

const teams = defineCollection({
  slug: "teams",
  fields: { name: { type: "text" }, lead: { type: "relationship", to: "members" } },
  access: { read: true, create: true },
});

const members = defineCollection({
  slug: "members",
  timestamps: true,
  defaultSort: ["rank", "name"],
  fields: {
    name: { type: "text", required: true, searchable: true },
    owner: { type: "text" },
    status: { type: "select", options: ["open", "closed"], default: "open" },
    rank: { type: "integer", access: { read: isAdmin } },
    note: { type: "text", searchable: true, access: { read: async (context) => isAdmin(context) } },
    code: { type: "text", unique: true, access: { read: false } },
    salary: { type: "integer", access: { read: ({ user }) => (user === null ? false : { owner: user.id }) } },
    team: {
      type: "relationship",
      to: "teams",
      access: { read: ({ user }) => (user === null ? false : { owner: user.id }) },
    },
    rival: { type: "relationship", to: "members", access: { read: false } },
    role: { type: "text", default: "user", access: { create: false, update: isAdmin } },
    hint: {
      type: "text",
      access: { create: () => ({ status: "open" }), update: async () => ({ status: "open" }) },
    },
    active: { type: "boolean", access: { update: () => null } },
    broken: {
      type: "text",
      access: {
        read: () => ({}),
        create: () => {
          throw new TypeError("the rule is broken");
        },
        update: () => ({ ghost: 1 }),
      },
    },
    pin: { type: "text", hidden: true },
  },
  access: { read: true, create: true, update: true, delete: true },
});

const collections = [teams, members] as const;
const admin = { id: "root", role: "admin" };
const alice = { id: "alice" };
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

let database: Prepared;
let app: Application<typeof collections>;
let mine: string;
let theirs: string;
let team: string;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "field_access", collections);
  app = await serve({ collections, database: { url: database.url, max: 2 }, plugins: [headerUser] });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate teams, members cascade`;
  const system = app.engine.asSystem();
  team = (await system.teams.create({ name: "T" })).id;
  const values = { rank: 2, note: "zqx note", code: "qcode1", salary: 77, team, pin: "pinzqy" };
  mine = (await system.members.create({ ...values, name: "Ann", owner: "alice", broken: "b" })).id;
  theirs = (
    await system.members.create({
      ...values,
      name: "Ben",
      owner: "bob",
      rank: 1,
      code: "qcode2",
      rival: mine,
    })
  ).id;
  await system.teams.update(team, { lead: mine });
  app.log.lines.length = 0;
});

type Parts = readonly [method: string, target: string, user: object | undefined, body?: object];

const ask = (...[method, target, user, body]: Parts): Promise<Answered> =>
  app.ask(method, `/api/${target}`, {
    ...(user === undefined ? {} : { user }),
    ...(body === undefined ? {} : { body }),
  });
const short = ({ status, json }: Answered) => [status, json?.code, json?.errors];
const query = (filter: object) => encodeURIComponent(JSON.stringify(filter));

const open = ["id", "name", "owner", "status", "role", "hint", "active", "createdAt", "updatedAt"];

test("R-AC-4 a document has exactly the fields that its caller may read, in every answer", async () => {
  const keys = (document: object) => Object.keys(document).toSorted();
  for (const [user, own, other] of [
    [undefined, open, open],
    [alice, [...open, "salary", "team"], open],
    [admin, [...open, "rank", "note"], [...open, "rank", "note"]],
    [{ ...admin, id: "bob" }, [...open, "rank", "note"], [...open, "rank", "note", "salary", "team"]],
  ] as const) {
    expect(keys((await ask("GET", `members/${mine}`, user)).json)).toStrictEqual([...own].toSorted());
    expect(keys((await ask("GET", `members/${theirs}`, user)).json)).toStrictEqual([...other].toSorted());
    const list = (await ask("GET", "members?sort=name", user)).json.data;
    expect(list.map(keys)).toStrictEqual([[...own].toSorted(), [...other].toSorted()]);
    const changed = await ask("PATCH", `members/${theirs}`, user, { name: "Ben" });
    expect(keys(changed.json)).toStrictEqual([...other].toSorted());
    const operations = [{ op: "update", collection: "members", id: mine, data: { name: "Ann" } }];
    const batch = await ask("POST", "batch", user, { operations });
    expect(keys(batch.json.results[0])).toStrictEqual([...own].toSorted());
    const populated = (await ask("GET", `teams/${team}?populate=lead`, user)).json.lead;
    expect(keys(populated)).toStrictEqual([...own].toSorted());
  }
});

test("no value of a field that is not shown is anywhere in an answer or in the log", async () => {
  for (const target of [
    "members",
    `members/${theirs}`,
    "teams?depth=2",
    `members?where=${query({ owner: "bob" })}`,
  ]) {
    const { status, text } = await ask("GET", target, alice);
    expect(status).toBe(200);
    expect(text).not.toMatch(/zqx|qcode2|pinzqy|"\?|rival/);
  }
  expect(app.log.text()).not.toMatch(/zqx|pinzqy|qcode/);
});

test("a select may name what is shown in some documents only, and shows it there", async () => {
  const { json } = await ask("GET", "members?select=name,salary&sort=name", alice);
  expect(json.data).toStrictEqual([
    { id: mine, name: "Ann", salary: 77 },
    { id: theirs, name: "Ben" },
  ]);
  const both = await ask("GET", "members?populate=team&select=name&sort=name", alice);
  expect(both.json.data).toStrictEqual([
    { id: mine, name: "Ann", team: { id: team, name: "T", lead: mine } },
    { id: theirs, name: "Ben" },
  ]);
});

const unreadable = ["code", "pin", "rank", "note", "broken", "rival", "ghost"];
const conditional = ["salary", "team"];

test.each([...unreadable, ...conditional])(
  "T-ACL-09 R-AC-5 %s can't be filtered by, sorted by or counted by, and the answer is that to an unknown name",
  async (name) => {
    const unknown = [400, "UNKNOWN_FIELD", [{ path: name, rule: "unknown" }]];
    for (const target of [
      `members?where=${query({ [name]: { exists: true } })}`,
      `members?where=${query({ or: [{ name: "Ann" }, { not: { [name]: { exists: true } } }] })}`,
      `members/count?where=${query({ [name]: 1 })}`,
      `members?sort=${name}`,
      `members?sort=name,-${name}`,
    ]) {
      expect([target, ...short(await ask("GET", target, alice))]).toStrictEqual([target, ...unknown]);
    }
    expect(short(await ask("POST", "members/query", alice, { where: { [name]: 1 } }))).toStrictEqual(unknown);
    const behind = [400, "UNKNOWN_FIELD", [{ path: `lead.${name}`, rule: "unknown" }]];
    for (const target of [
      `teams?where=${query({ [`lead.${name}`]: { exists: true } })}`,
      `teams/count?where=${query({ [`lead.${name}`]: 1 })}`,
      `teams?sort=-lead.${name}`,
    ]) {
      expect([target, ...short(await ask("GET", target, alice))]).toStrictEqual([target, ...behind]);
    }
  },
);

test.each(unreadable)("T-ACL-09 %s can't be selected or populated", async (name) => {
  const unknown = [400, "UNKNOWN_FIELD", [{ path: name, rule: "unknown" }]];
  for (const target of [
    `members?select=${name}`,
    `members?select=name,${name}`,
    `members/${mine}?select=${name}`,
    `members?populate=${name}`,
    `members/${mine}?populate=${name}`,
  ]) {
    expect([target, ...short(await ask("GET", target, alice))]).toStrictEqual([target, ...unknown]);
  }
});

test("what may be read in every document may be named", async () => {
  const byRank = await ask("GET", `members?where=${query({ rank: { gt: 1 } })}&sort=-rank`, admin);
  expect(byRank.json.data).toMatchObject([{ name: "Ann", rank: 2 }]);
  expect((await ask("GET", `teams?where=${query({ "lead.rank": 2 })}`, admin)).json.data).toHaveLength(1);
});

test("search looks only at what the caller may read", async () => {
  const found = async (user: object | undefined) =>
    (await ask("GET", "members?search=zqx", user)).json.data.length;
  expect([await found(undefined), await found(alice), await found(admin)]).toStrictEqual([0, 0, 2]);
  expect((await ask("GET", "members?search=ann", alice)).json.data).toMatchObject([{ name: "Ann" }]);
});

test("the default order leaves out what the caller may not read, and so does its cursor", async () => {
  const names = async (user: object | undefined, more = "") => {
    const { json } = await ask("GET", `members?select=name${more}`, user);
    return json.data.map(({ name }: { readonly name: string }) => name);
  };
  expect(await names(admin)).toStrictEqual(["Ben", "Ann"]);
  expect(await names(alice)).toStrictEqual(["Ann", "Ben"]);
  const { json } = await ask("GET", "members?perPage=1", alice);
  expect(await names(alice, `&cursor=${json.meta.nextCursor}`)).toStrictEqual(["Ben"]);
  expect(short(await ask("GET", `members?cursor=${json.meta.nextCursor}`, admin))[1]).toBe("BAD_CURSOR");
});

test("R-ER-2 T-ACL-21 a conflict on a field that may not be read names nothing", async () => {
  expect(short(await ask("POST", "members", alice, { name: "Cat", code: "qcode1" }))).toStrictEqual([
    409,
    "CONFLICT",
    undefined,
  ]);
});

test.each([["another"], [null], [""], ["user"], [false], [0]])(
  "T-ACL-05 R-AC-10 a write of %j to a field without permission is refused, by the key's presence",
  async (role) => {
    const refused = [403, "FORBIDDEN", [{ path: "role", rule: "readOnly" }]];
    expect(short(await ask("POST", "members", admin, { name: "Cat", role }))).toStrictEqual(refused);
    expect(short(await ask("PATCH", `members/${mine}`, alice, { role }))).toStrictEqual(refused);
    expect(short(await ask("PATCH", `members/${missing}`, alice, { role }))).toStrictEqual(refused);
    const data = { name: "Cat", role };
    const batch = await ask("POST", "batch", alice, {
      operations: [{ op: "create", collection: "members", data }],
    });
    expect(batch.json).toMatchObject({ code: "FORBIDDEN", operation: 0, errors: refused[2] });
  },
);

test("R-AC-10 every field without permission is listed, before the schema and the row", async () => {
  const body = { role: "admin", active: true, broken: "x", name: 1, ghost: 1 };
  const errors = ["role", "active", "broken"].map((path) => ({ path, rule: "readOnly" }));
  expect(short(await ask("PATCH", `members/${missing}`, alice, body))).toStrictEqual([
    403,
    "FORBIDDEN",
    errors,
  ]);
  const failed = { level: "error", message: "access rule failed and denies" };
  expect(app.log.lines.map(({ facts, ...line }) => [line, facts["operation"]])).toStrictEqual([
    [failed, "read"],
    [failed, "update"],
  ]);
  expect((await ask("PATCH", `members/${mine}`, admin, { role: "boss" })).json.role).toBe("boss");
  expect((await app.engine.asSystem().members.update(mine, { role: "x", active: true })).active).toBe(true);
});

test("a conditional rule of a create is asked of the new row, or nothing is stored", async () => {
  const create = (status: string) => ask("POST", "members", alice, { name: "Cat", hint: "h", status });
  expect((await create("open")).json).toMatchObject({ status: "open", hint: "h" });
  expect(short(await create("closed"))).toStrictEqual([
    403,
    "FORBIDDEN",
    [{ path: "hint", rule: "readOnly" }],
  ]);
  expect((await ask("POST", "members", alice, { name: "Dan", status: "closed" })).status).toBe(201);
  expect(await database.sql`select count(*)::int as n from members where name = 'Cat'`).toMatchObject([
    { n: 1 },
  ]);
});

test("a conditional rule of an update is asked of the stored row", async () => {
  const patch = (body: object) => ask("PATCH", `members/${mine}`, alice, body);
  expect((await patch({ hint: "h", status: "closed" })).json).toMatchObject({ status: "closed", hint: "h" });
  const refused = [403, "FORBIDDEN", [{ path: "hint", rule: "readOnly" }]];
  expect(short(await patch({ hint: "i", status: "open" }))).toStrictEqual(refused);
  expect(short(await patch({ hint: null }))).toStrictEqual(refused);
  expect((await patch({ status: "open" })).status).toBe(200);
  expect((await patch({ hint: "i" })).json.hint).toBe("i");
  expect(short(await ask("PATCH", `members/${missing}`, alice, { hint: "i" }))[0]).toBe(404);
});

test("a hidden field is written by who may write, and read by the system alone", async () => {
  const made = await ask("POST", "members", alice, { name: "Cat", pin: "pin1" });
  expect(made.json).not.toHaveProperty("pin");
  const changed = await ask("PATCH", `members/${made.json.id}`, admin, { pin: "pinz2" });
  expect([changed.status, changed.text.includes("pinz2")]).toStrictEqual([200, false]);
  expect(await app.engine.asSystem().members.findById(made.json.id)).toMatchObject({ pin: "pinz2" });
  expect(await app.engine.as(admin).members.findById(made.json.id)).not.toHaveProperty("pin");
});
