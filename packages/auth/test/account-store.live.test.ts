import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";

import { newApiKey } from "../src/credential/api-key.ts";
import type { StartedSession } from "../src/session.ts";
import { type Realm, type RealmOptions, realmOn, startWorld, type World } from "./world/store.ts";

let world: World;
let realm: Realm;
let alice: string;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
  realm = realmOn(world.database);
});

afterAll(() => world.stop());

beforeEach(async () => {
  alice = await world.account();
});

async function begin(userId: string = alice, passwordHash = "first"): Promise<StartedSession> {
  const started = await realm.sessions.start({ userId, method: "password", passwordHash });
  if (started === undefined) throw new TypeError("no session began");
  return started;
}

async function mint(userId: string = alice): Promise<void> {
  const { publicId, hash } = newApiKey("live");
  await realm.apiKeys.create({ userId, publicId, hash, mode: "live", name: "CI", scopes: ["*"] });
}

async function tokenFor(purpose: "verify" | "reset" | "email", pendingEmail?: string): Promise<string> {
  const request = { purpose, userId: alice, lifetime: 60 };
  const issued = await realm.tokens.issue(
    pendingEmail === undefined ? request : { ...request, pendingEmail },
  );
  return issued?.token ?? "";
}

/** How many sessions, mailed tokens and API keys there are. */
async function left(userId: string = alice): Promise<readonly unknown[]> {
  const [row = []] = await world.sql(
    `select (select count(*)::int from lucent_sessions where user_id = $1::uuid),
      (select count(*)::int from lucent_tokens where user_id = $1::uuid),
      (select count(*)::int from lucent_api_keys where user_id = $1::uuid)`,
    userId,
  );
  return row;
}

const find = async () => realm.accounts.find(`${alice}@example.com`);

describe("an address", () => {
  test("finds its account", async () => {
    const email = `${alice}@example.com`;
    const facts = { id: alice, email, passwordHash: "first", isVerified: true, isDisabled: false };
    expect(await find()).toEqual({ ...facts, document: expect.objectContaining({ id: alice, email }) });
    expect((await find())?.document).not.toHaveProperty("password");
    expect(await realm.accounts.find(email.toUpperCase())).toBeUndefined();
  });

  test("finds a disabled account, and none that is deleted", async () => {
    await realm.accounts.disable(alice);
    expect(await find()).toMatchObject({ isDisabled: true });
    await world.sql("update users set deleted_at = now() where id = $1::uuid", alice);
    expect(await find()).toBeUndefined();
  });

  test("finds an account without a password", async () => {
    alice = await world.account({ password: null, isVerified: false });
    expect(await find()).toMatchObject({ passwordHash: null, isVerified: false });
  });

  test("is changed by a token for the new one, and every other mailed token goes", async () => {
    const session = await begin();
    await tokenFor("reset");
    const token = await tokenFor("email", `new-${alice}@example.org`);
    expect(await realm.accounts.confirmEmail(token)).toEqual({
      userId: alice,
      email: `new-${alice}@example.org`,
      previous: `${alice}@example.com`,
    });
    expect(await realm.accounts.confirmEmail(token)).toBeUndefined();
    expect(await find()).toBeUndefined();
    expect(await realm.accounts.find(`new-${alice}@example.org`)).toMatchObject({ isVerified: true });
    expect(await left()).toEqual([1, 0, 0]);
    expect(await realm.sessions.resolve(session.id, alice)).toBeDefined();
  });

  test("that another account has got meanwhile is refused, and nothing changes", async () => {
    const taken = `taken-${alice}@example.org`;
    const token = await tokenFor("email", taken);
    await world.account({ email: taken });
    await expect(realm.accounts.confirmEmail(token)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await find()).toBeDefined();
    expect(await left()).toEqual([0, 1, 0]);
  });

  test("T-RST-16 is not changed by a token that was mailed to the one before", async () => {
    const verify = await tokenFor("verify");
    const email = await tokenFor("email", `new-${alice}@example.org`);
    await realm.accounts.confirmEmail(email);
    expect(await realm.accounts.verifyEmail(verify)).toBeUndefined();
    expect(await realm.accounts.confirmEmail(verify)).toBeUndefined();
  });
});

describe("a password", () => {
  test("that its owner changes ends every other session and mailed token", async () => {
    const [kept, other] = [await begin(), await begin()];
    await tokenFor("reset");
    await mint();
    const change = { userId: alice, from: "first", to: "second", keep: kept.id };
    expect(await realm.accounts.changePassword(change)).toBe(true);
    expect(await realm.sessions.resolve(kept.id, alice)).toBeDefined();
    expect(await realm.sessions.resolve(other.id, alice)).toBeUndefined();
    expect(await left()).toEqual([1, 0, 1]);
    expect((await find())?.passwordHash).toBe("second");
  });

  test("that is another one by now is not changed", async () => {
    await begin();
    const change = { userId: alice, from: "another", to: "second" };
    expect(await realm.accounts.changePassword(change)).toBe(false);
    expect(await realm.accounts.rehash(alice, "another", "second")).toBe(false);
    expect(await left()).toEqual([1, 0, 0]);
    expect((await find())?.passwordHash).toBe("first");
  });

  test("can be given to an account without one", async () => {
    alice = await world.account({ password: null });
    expect(await realm.accounts.changePassword({ userId: alice, from: null, to: "second" })).toBe(true);
    expect(await realm.accounts.changePassword({ userId: alice, from: null, to: "third" })).toBe(false);
  });

  test("that is computed anew ends nothing, and is no change of the document", async () => {
    await begin();
    const [before] = await world.sql("select updated_at from users where id = $1::uuid", alice);
    expect(await realm.accounts.rehash(alice, "first", "first, computed anew")).toBe(true);
    expect(await left()).toEqual([1, 0, 0]);
    expect(await world.sql("select updated_at from users where id = $1::uuid", alice)).toEqual([before]);
  });

  test.each([
    ["leaves API keys", {}, 1],
    ["ends API keys where that is asked for", { revokeApiKeysOnReset: true }, 0],
  ] as const)("that is reset ends every session and mailed token, and %s", async (_, options, keys) => {
    const { accounts } = realmOn(world.database, options satisfies RealmOptions);
    await begin();
    await mint();
    await tokenFor("verify");
    await accounts.resetPassword(await tokenFor("reset"), "second");
    expect(await left()).toEqual([0, 0, keys]);
    expect(await find()).toMatchObject({ passwordHash: "second", isVerified: true });
  });
});

describe("an address that nobody has verified", () => {
  beforeEach(async () => {
    alice = await world.account({ isVerified: false });
    await begin();
    await mint();
  });

  test("T-AUTH-17 once verified has no session and no key that somebody else may have", async () => {
    const token = await tokenFor("verify");
    expect(await realm.accounts.verifyEmail(token)).toMatchObject({ userId: alice, wasVerified: false });
    expect(await left()).toEqual([0, 0, 0]);
    expect(await find()).toMatchObject({ isVerified: true });
    await begin();
    expect(await realm.accounts.verifyEmail(await tokenFor("verify"))).toMatchObject({ wasVerified: true });
    expect(await left()).toEqual([1, 0, 0]);
  });

  test("T-AUTH-17 verified by a reset, or by a change to another, likewise", async () => {
    await realm.accounts.resetPassword(await tokenFor("reset"), "second");
    expect(await left()).toEqual([0, 0, 0]);
    expect(await find()).toMatchObject({ isVerified: true });
    alice = await world.account({ isVerified: false });
    await begin();
    await mint();
    await realm.accounts.confirmEmail(await tokenFor("email", `new-${alice}@example.org`));
    expect(await left()).toEqual([0, 0, 0]);
  });

  test("T-AUTH-17 registered again has no password, and nothing of before", async () => {
    const token = await tokenFor("verify");
    expect(await realm.accounts.clearPassword(alice)).toBe(true);
    expect(await realm.accounts.verifyEmail(token)).toBeUndefined();
    expect(await left()).toEqual([0, 0, 0]);
    expect(await find()).toMatchObject({ passwordHash: null, isVerified: false });
    await expect(begin()).rejects.toThrow("no session began");
  });

  test("can be registered again until it is verified", async () => {
    await realm.accounts.verifyEmail(await tokenFor("verify"));
    expect(await realm.accounts.clearPassword(alice)).toBe(false);
    expect((await find())?.passwordHash).toBe("first");
  });
});

test("an account that is disabled has no session and no mailed token, also when it is enabled again", async () => {
  const { id } = await begin();
  await tokenFor("reset");
  expect(await realm.accounts.disable(alice)).toBe(true);
  expect(await left()).toEqual([0, 0, 0]);
  const disabledAt = "select disabled_at from users where id = $1::uuid";
  const [since] = await world.sql(disabledAt, alice);
  await realm.accounts.disable(alice);
  expect(await world.sql(disabledAt, alice)).toEqual([since]);
  expect(await realm.accounts.enable(alice)).toBe(true);
  expect(await realm.sessions.resolve(id, alice)).toBeUndefined();
  await begin();
  const nobody = "00000000-0000-7000-8000-000000000000";
  expect([await realm.accounts.disable(nobody), await realm.accounts.enable(nobody)]).toEqual([false, false]);
});

test("an account of a collection without timestamps is changed like any other", async () => {
  const admins = realmOn(world.database, { slug: "admins" });
  alice = await world.account({ slug: "admins" });
  expect(await admins.accounts.changePassword({ userId: alice, from: "first", to: "second" })).toBe(true);
  expect(await admins.accounts.find(`${alice}@example.com`)).toMatchObject({ passwordHash: "second" });
});
