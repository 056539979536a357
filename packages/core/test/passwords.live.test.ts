import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

import { BootError, defineCollection, type PasswordHasher, type Plugin } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { scriptedHooks } from "./world/scripted-hooks.ts";

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>;

const hasher: PasswordHasher = {
  async hash(password) {
    const salt = randomBytes(16);
    return `scrypt:${salt.toString("base64url")}:${(await derive(password, salt, 32)).toString("base64url")}`;
  },
  async verify(password, hash) {
    const [kind, salt = "", digest = ""] = hash.split(":");
    const expected = Buffer.from(digest, "base64url");
    if (kind !== "scrypt" || expected.length !== 32) return false;
    return timingSafeEqual(await derive(password, Buffer.from(salt, "base64url"), 32), expected);
  },
};
const passwords: Plugin = { name: "passwords", start: async () => ({ passwordHasher: hasher }) };
const own = scriptedHooks();

const accounts = defineCollection({
  slug: "accounts",
  softDelete: true,
  fields: {
    name: { type: "text", required: true },
    password: { type: "password", required: true },
    pass2: { type: "password", access: { create: false } },
    friend: { type: "relationship", to: "accounts" },
  },
  access: { read: true, create: true, update: true, delete: true, readDeleted: true },
  hooks: own.hooks,
});

const collections = [accounts] as const;
const secret = "correct horse battery";
let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "passwords", collections);
  app = await serve({
    collections,
    api: { requestLog: true },
    database: { url: database.url, max: 2 },
    plugins: [headerUser, passwords],
  });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate accounts`;
  own.play({});
  app.log.lines.length = 0;
});

const post = (body: object): Promise<Answered> => app.ask("POST", "/api/accounts", { body });
const short = ({ status, json }: Answered) => [status, json?.code, json?.errors];

test("a start without a hasher is refused", async () => {
  const start = serve({ collections, database: { url: database.url, max: 1 } });
  await expect(start).rejects.toThrow(BootError);
  await expect(start).rejects.toThrow(/password/);
});

test("R-PW-1 a password is stored as a hash that its hasher knows", async () => {
  expect((await post({ name: "ada", password: secret })).status).toBe(201);
  const [row] = await database.sql`select * from accounts`;
  expect(row?.["password"]).toMatch(/^scrypt:/);
  expect(await hasher.verify(secret, row?.["password"])).toBe(true);
  expect(JSON.stringify(row)).not.toContain(secret);
  await app.engine.asSystem().accounts.create({ name: "bob", password: secret });
  const hashes = await database.sql`select distinct password from accounts`;
  expect(hashes).toHaveLength(2);
});

test("no answer, no hook document and no line of the log holds a password or its hash", async () => {
  const seen: unknown[] = [];
  const see = (context: object) =>
    void seen.push({ ...context, lucent: undefined, tx: undefined, data: undefined });
  own.play({
    beforeOperation: see,
    beforeRead: see,
    afterRead: see,
    afterCreate: see,
    beforeUpdate: see,
    afterUpdate: see,
    beforeDelete: see,
    afterDelete: see,
    afterCommit: see,
  });
  const made = await post({ name: "ada", password: secret });
  const target = `/api/accounts/${made.json.id}`;
  const answers = [
    made,
    await app.ask("GET", target),
    await app.ask("GET", "/api/accounts"),
    await app.ask("POST", "/api/accounts/query", { body: { depth: 1 } }),
    await app.ask("PATCH", target, { body: { name: "Ada", friend: made.json.id } }),
    await app.ask("GET", `${target}?depth=3`),
    await app.ask("DELETE", target),
    await app.ask("GET", "/api/accounts?trashed=with"),
    await app.ask("POST", `${target}/restore`),
    await app.ask("POST", "/api/batch", {
      body: {
        operations: [{ op: "create", collection: "accounts", data: { name: "bob", password: secret } }],
      },
    }),
    await post({ name: "eve", password: secret, pass2: secret }),
    await post({ name: 1, password: secret }),
  ];
  for (const { text } of answers) expect(text).not.toMatch(/scrypt:|correct horse|"password"/);
  expect(JSON.stringify(seen)).not.toMatch(/scrypt:|correct horse|"password"/);
  expect(app.log.text()).not.toMatch(/scrypt:|correct horse/);
  const system = await app.engine.asSystem().accounts.find();
  expect(JSON.stringify(system)).not.toMatch(/scrypt:|"password"/);
});

test("a failure in a hook does not carry the body into the log", async () => {
  own.play({
    beforeCreate: () => {
      throw new TypeError("the hook is broken");
    },
  });
  expect((await post({ name: "ada", password: secret })).status).toBe(500);
  expect(app.log.text()).toContain("the hook is broken");
  expect(app.log.text()).not.toContain("correct horse");
});

test("a password can't be named in any query, by the system either", async () => {
  const unknown = [400, "UNKNOWN_FIELD", [{ path: "password", rule: "unknown" }]];
  const filter = (value: unknown) => `where=${encodeURIComponent(JSON.stringify({ password: value }))}`;
  for (const target of [
    `accounts?${filter("x")}`,
    `accounts?${filter({ startsWith: "scrypt" })}`,
    `accounts/count?${filter({ exists: true })}`,
    "accounts?sort=password",
    "accounts?select=password",
    "accounts?populate=password",
  ]) {
    expect([target, ...short(await app.ask("GET", `/api/${target}`))]).toStrictEqual([target, ...unknown]);
  }
  const { accounts: system } = app.engine.asSystem();
  await expect(system.find({ where: { password: "x" } } as never)).rejects.toMatchObject({
    code: "UNKNOWN_FIELD",
  });
  await expect(system.find({ sort: "password" } as never)).rejects.toMatchObject({ code: "UNKNOWN_FIELD" });
});

test("a password is checked before it is hashed, and no update can set it", async () => {
  const wrong = (rule: string) => [422, "VALIDATION", [{ path: "password", rule }]];
  expect(short(await post({ name: "a", password: "short" }))).toStrictEqual(wrong("minLength"));
  expect(short(await post({ name: "a", password: "x".repeat(129) }))).toStrictEqual(wrong("maxLength"));
  expect(short(await post({ name: "a", password: 12_345_678 }))).toStrictEqual(wrong("type"));
  expect(short(await post({ name: "a" }))).toStrictEqual(wrong("required"));
  expect(short(await post({ name: "a", password: null }))).toStrictEqual(wrong("required"));
  expect(short(await post({ name: "a", password: secret, pass2: null }))[0]).toBe(403);
  const { json } = await post({ name: "a", password: secret });
  const target = `/api/accounts/${json.id}`;
  for (const password of [secret, null, ""]) {
    expect(short(await app.ask("PATCH", target, { body: { password } }))).toStrictEqual(wrong("readOnly"));
  }
  await expect(
    app.engine.asSystem().accounts.update(json.id, { password: secret } as never),
  ).rejects.toMatchObject({ code: "VALIDATION" });
});

test("a hook may choose the password of a new document, and gets it once, to check it", async () => {
  own.play({ beforeCreate: ({ data }) => ({ ...data, password: `${data.password} staple` }) });
  await post({ name: "ada", password: secret });
  const [row] = await database.sql`select password from accounts`;
  expect(await hasher.verify(`${secret} staple`, row?.["password"])).toBe(true);
});
