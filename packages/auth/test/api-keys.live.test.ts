import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";

import { type ApiKeyReader, apiKeyReader, type ApiKeyRequest, type CreatedApiKey } from "../src/api-keys.ts";
import { newApiKey } from "../src/credential/api-key.ts";
import { accountsIn, type Realm, realmOn, startWorld, type World } from "./world/store.ts";

const day = 86_400;
let world: World;
let realm: Realm;
let reader: ApiKeyReader;
let alice: string;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
  realm = realmOn(world.database);
  reader = apiKeyReader(world.database, [accountsIn("users"), accountsIn("admins"), accountsIn("visitors")]);
});

afterAll(() => world.stop());

beforeEach(async () => {
  alice = await world.account();
});

type Made = CreatedApiKey & { readonly kind: "created" } & ReturnType<typeof newApiKey>;

async function create(more: Partial<ApiKeyRequest> = {}, { apiKeys } = realm): Promise<Made> {
  const key = newApiKey("live");
  const { publicId, hash } = key;
  const basic = { userId: alice, publicId, hash, mode: "live", name: "CI", scopes: ["posts:read"] } as const;
  const created = await apiKeys.create({ ...basic, ...more });
  if (created?.kind !== "created") throw new TypeError(`no key was made: ${String(created?.kind)}`);
  return { ...created, ...key };
}

const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;

describe("an API key", () => {
  test("is found with its owner as that is by now", async () => {
    const scopes = ["posts:read", "posts:update"];
    const made = await create({ scopes });
    await world.sql("update users set role = 'guest' where id = $1::uuid", alice);
    expect(await reader.resolve(made)).toEqual({
      id: made.id,
      publicId: made.publicId,
      collection: "users",
      scopes,
      user: expect.objectContaining({ id: alice, role: "guest" }),
    });
  });

  test("without scopes has none", async () => {
    expect((await reader.resolve(await create({ scopes: [] })))?.scopes).toEqual([]);
  });

  test("is stored as a hash, and listed without it", async () => {
    const made = await create({ mode: "test", name: `a, "b" 'c' {d}` });
    const list = await realm.apiKeys.list(alice);
    const { id, publicId, createdAt, expiresAt } = made;
    const facts = { id, publicId, mode: "test", name: `a, "b" 'c' {d}`, scopes: ["posts:read"] };
    expect(list).toEqual([{ ...facts, createdAt, expiresAt, lastUsedAt: null }]);
    const rows = JSON.stringify(await world.sql("select t::text from lucent_api_keys t"));
    expect(rows).toContain(made.hash);
    expect(rows).not.toContain(made.key);
  });

  test("is found by both of its halves alone", async () => {
    const [one, other] = [await create(), await create()];
    expect(await reader.resolve({ publicId: one.publicId, hash: other.hash })).toBeUndefined();
    expect(await reader.resolve(newApiKey("live"))).toBeUndefined();
  });

  test("lives a year, or as long as was asked for within that", async () => {
    const year = await create();
    expect(daysBetween(year.createdAt, year.expiresAt)).toBe(365);
    const [short, long] = [7, 1_000].map((days) => new Date(Date.now() + days * day * 1_000));
    if (short === undefined || long === undefined) throw new TypeError("there are two");
    expect((await create({ expiresAt: short })).expiresAt).toBe(short.toISOString());
    const most = await create({ expiresAt: long });
    expect(daysBetween(most.createdAt, most.expiresAt)).toBe(365);
  });

  test("T-KEY-07 is worth nothing when its time is over", async () => {
    const made = await create({ expiresAt: new Date(Date.now() + 60_000) });
    await world.pass(alice, 61);
    expect(await reader.resolve(made)).toBeUndefined();
    expect(await realm.apiKeys.list(alice)).toEqual([]);
  });

  test.each([
    ["disabled", "update users set disabled_at = now() where id = $1::uuid"],
    ["soft-deleted", "update users set deleted_at = now() where id = $1::uuid"],
    ["deleted", "delete from users where id = $1::uuid"],
  ])("T-SESS-15 T-KEY-07 is worth nothing when its owner is %s", async (_, change) => {
    const made = await create();
    await world.sql(change, alice);
    expect(await reader.resolve(made)).toBeUndefined();
    const { publicId, hash } = newApiKey("live");
    const request = { userId: alice, publicId, hash, mode: "live", name: "", scopes: [] } as const;
    expect(await realm.apiKeys.create(request)).toBeUndefined();
  });

  test("is not made before the address is verified, where that is asked for", async () => {
    const visitors = realmOn(world.database, { slug: "visitors" });
    const eve = await world.account({ slug: "visitors", isVerified: false });
    await expect(create({ userId: eve }, visitors)).rejects.toThrow("no key was made");
    await world.sql("update visitors set email_verified = true where id = $1::uuid", eve);
    expect((await reader.resolve(await create({ userId: eve }, visitors)))?.collection).toBe("visitors");
  });

  test("T-KEY-07 is worth nothing once it was revoked, and its row is gone", async () => {
    const made = await create();
    expect(await realm.apiKeys.revoke(alice, made.id)).toBe(true);
    expect(await realm.apiKeys.revoke(alice, made.id)).toBe(false);
    expect(await reader.resolve(made)).toBeUndefined();
    expect(await world.sql("select id from lucent_api_keys where user_id = $1::uuid", alice)).toEqual([]);
  });

  test("T-KEY-10 is revoked by its owner alone", async () => {
    const made = await create();
    const bob = await world.account();
    await world.account({ slug: "admins", id: alice });
    expect(await realm.apiKeys.revoke(bob, made.id)).toBe(false);
    expect(await realmOn(world.database, { slug: "admins" }).apiKeys.revoke(alice, made.id)).toBe(false);
    for (const id of ["", made.publicId, made.id.toUpperCase(), `${made.id} `, "\u0000"])
      expect(await realm.apiKeys.revoke(alice, id)).toBe(false);
    expect(await reader.resolve(made)).toBeDefined();
  });

  test("notes its use once a minute, beside the request", async () => {
    const made = await create();
    const lastUse = async () => (await realm.apiKeys.list(alice))[0]?.lastUsedAt;
    await reader.resolve(made);
    await reader.settled();
    expect(await lastUse()).toMatch(/Z$/);
    await world.pass(alice, 50);
    const noted = await lastUse();
    await reader.resolve(made);
    await reader.settled();
    expect(await lastUse()).toBe(noted);
    await world.pass(alice, 11);
    await reader.resolve(made);
    await reader.settled();
    expect((await lastUse()) ?? "").toSatisfy((text: string) => text > (noted ?? ""));
  });
});

describe("T-KEY-13 the keys of an account", () => {
  test("are 50", async () => {
    for (let at = 0; at < 50; at += 1) await create();
    await expect(create()).rejects.toThrow("no key was made: full");
    const [oldest] = await realm.apiKeys.list(alice);
    await realm.apiKeys.revoke(alice, oldest?.id ?? "");
    await create();
  });

  test("are as many as they may be, however many are asked for at the same time", async () => {
    const few = realmOn(world.database, { apiKeys: { limit: 3 } });
    const all = await Promise.allSettled(Array.from({ length: 9 }, () => create({}, few)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await few.apiKeys.list(alice)).toHaveLength(3);
  });

  test("do not count when their time is over", async () => {
    const few = realmOn(world.database, { apiKeys: { limit: 1 } });
    await create({}, few);
    await world.pass(alice, 365 * day);
    await create({}, few);
    expect(await few.apiKeys.list(alice)).toHaveLength(1);
  });

  test("go by themselves when their time is over, with the first key of a process and every tenth", async () => {
    await create();
    await world.pass(alice, 365 * day);
    const next = realmOn(world.database);
    await create({}, next);
    await next.apiKeys.settled();
    expect(await world.sql("select id from lucent_api_keys where user_id = $1::uuid", alice)).toHaveLength(1);
  });
});

test("no collection of accounts, no key", async () => {
  expect(await apiKeyReader(world.database, []).resolve(newApiKey("live"))).toBeUndefined();
});
