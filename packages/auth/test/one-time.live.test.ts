import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";

import type { AccountStore } from "../src/account-store.ts";
import type { TokenStore } from "../src/one-time.ts";
import type { TokenPurpose } from "../src/sql/tokens.ts";
import { realmOn, startWorld, type World } from "./world/store.ts";

const minutes = 60;
let world: World;
let tokens: TokenStore;
let accounts: AccountStore;
let alice: string;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
  ({ tokens, accounts } = realmOn(world.database));
});

afterAll(() => world.stop());

beforeEach(async () => {
  alice = await world.account();
});

async function issue(purpose: TokenPurpose = "reset", lifetime = 30 * minutes): Promise<string> {
  const issued = await tokens.issue({ purpose, userId: alice, lifetime });
  expect(issued?.email).toBe(`${alice}@example.com`);
  return issued?.token ?? "";
}

const passwordOf = async (userId: string) =>
  (await world.sql("select password from users where id = $1::uuid", userId))[0]?.[0];

test("is stored as a hash, bound to what the account is when it is issued", async () => {
  const token = await issue();
  const [row] = await world.database.objects({
    text: `select *, expires_at - created_at as life from lucent_tokens where user_id = '${alice}'`,
    values: [],
  });
  expect(row).toMatchObject({
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    purpose: "reset",
    collection: "users",
    email: `${alice}@example.com`,
    // SHA-256 of "first".
    fingerprint: "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e",
    pending_email: null,
    life: "00:30:00",
  });
  expect(JSON.stringify(row)).not.toContain(token);
});

test("T-RST-03 resets once", async () => {
  const token = await issue();
  const owner = { userId: alice, email: `${alice}@example.com`, pendingEmail: null, wasVerified: true };
  expect(await tokens.read(token, "reset")).toEqual(owner);
  expect(await accounts.resetPassword(token, "second")).toEqual(owner);
  expect(await accounts.resetPassword(token, "third")).toBeUndefined();
  expect(await tokens.read(token, "reset")).toBeUndefined();
  expect(await passwordOf(alice)).toBe("second");
});

test("T-RST-03 resets once however many try at the same time", async () => {
  for (let round = 0; round < 10; round += 1) {
    const token = await issue();
    const tries = Array.from({ length: 20 }, (_, at) => `password ${round} ${at}`);
    const all = await Promise.all(tries.map((each) => accounts.resetPassword(token, each)));
    const [winner, ...others] = tries.filter((_, at) => all[at] !== undefined);
    expect(others).toEqual([]);
    expect(await passwordOf(alice)).toBe(winner);
  }
});

test("verifies once however many try at the same time", async () => {
  const token = await issue("verify");
  const all = await Promise.all(Array.from({ length: 20 }, () => accounts.verifyEmail(token)));
  expect(all.filter((each) => each !== undefined)).toHaveLength(1);
});

test("T-RST-04 is worth nothing once another was issued", async () => {
  const [first, second] = [await issue(), await issue()];
  expect(await accounts.resetPassword(first, "second")).toBeUndefined();
  expect(await accounts.resetPassword(second, "second")).toBeDefined();
});

test("of ten that are issued at the same time one is left", async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => issue()));
  const good = await Promise.all(all.map((token) => tokens.read(token, "reset")));
  expect(good.filter((owner) => owner !== undefined)).toHaveLength(1);
});

describe("T-RST-05 is worth nothing", () => {
  test.each([
    ["another password", "update users set password = 'second' where id = $1::uuid"],
    ["no password", "update users set password = null where id = $1::uuid"],
    ["another address", "update users set email = email || '.org' where id = $1::uuid"],
    ["disabled", "update users set disabled_at = now() where id = $1::uuid"],
    ["soft-deleted", "update users set deleted_at = now() where id = $1::uuid"],
    ["deleted", "delete from users where id = $1::uuid"],
  ])("where the account is changed: %s", async (_, change) => {
    const token = await issue();
    await world.sql(change, alice);
    expect(await tokens.read(token, "reset")).toBeUndefined();
    expect(await accounts.resetPassword(token, "third")).toBeUndefined();
    expect(await passwordOf(alice)).not.toBe("third");
  });

  test("after the password was changed by its owner, or reset by another token", async () => {
    const verify = await issue("verify");
    await accounts.changePassword({ userId: alice, from: "first", to: "second" });
    expect(await accounts.verifyEmail(verify)).toBeUndefined();
    const [reset, email] = [await issue(), await issue("verify")];
    await accounts.resetPassword(reset, "third");
    expect(await accounts.verifyEmail(email)).toBeUndefined();
  });

  test("where the password changes while it is being used", async () => {
    const token = await issue();
    const begun = Promise.withResolvers<void>();
    const { promise: waiting, resolve: goOn } = Promise.withResolvers<void>();
    const changed = world.other.transaction(async (tx) => {
      const change = "update users set password = 'second' where id = $1::uuid";
      await tx.run({ text: change, values: [alice] });
      begun.resolve();
      await waiting;
    });
    await begun.promise;
    const reset = accounts.resetPassword(token, "third");
    await expect.poll(world.isWaiting, { interval: 1, timeout: 10_000 }).toBe(true);
    goOn();
    await changed;
    expect(await reset).toBeUndefined();
    expect(await passwordOf(alice)).toBe("second");
  });
});

test("T-RST-06 of one collection is worth nothing to another", async () => {
  const admins = realmOn(world.database, { slug: "admins" });
  await world.account({ slug: "admins", id: alice });
  const token = await issue();
  expect(await admins.tokens.read(token, "reset")).toBeUndefined();
  expect(await admins.accounts.resetPassword(token, "second")).toBeUndefined();
  // Neither takes the place of the other.
  await admins.tokens.issue({ purpose: "reset", userId: alice, lifetime: 60 });
  expect(await accounts.resetPassword(token, "second")).toBeDefined();
});

test("T-RST-09 of one purpose is worth nothing to another, and is not used up by trying", async () => {
  const [verify, reset] = [await issue("verify"), await issue("reset")];
  expect(await accounts.resetPassword(verify, "second")).toBeUndefined();
  expect(await accounts.verifyEmail(reset)).toBeUndefined();
  expect(await accounts.confirmEmail(reset)).toBeUndefined();
  expect(await accounts.verifyEmail(verify)).toBeDefined();
  expect(await accounts.resetPassword(reset, "second")).toBeDefined();
});

test("T-RST-10 is good for its life and not a second longer", async () => {
  const token = await issue();
  await world.pass(alice, 30 * minutes - 5);
  expect(await tokens.read(token, "reset")).toBeDefined();
  await world.pass(alice, 6);
  expect(await tokens.read(token, "reset")).toBeUndefined();
  expect(await accounts.resetPassword(token, "second")).toBeUndefined();
});

test("is not used up where its effect fails", async () => {
  const token = await issue();
  const failed = world.database.transaction(async (tx) => {
    expect(await tokens.consume(token, "reset", tx)).toBeDefined();
    throw new TypeError("the effect failed");
  });
  await expect(failed).rejects.toThrow("the effect failed");
  expect(await accounts.resetPassword(token, "second")).toBeDefined();
});

test("is not issued to an account that is not open", async () => {
  await world.sql("update users set disabled_at = now() where id = $1::uuid", alice);
  expect(await tokens.issue({ purpose: "reset", userId: alice, lifetime: 60 })).toBeUndefined();
});

test("that is over goes by itself", async () => {
  await issue();
  const [bob, before] = [await world.account(), alice];
  await world.pass(before, 31 * minutes);
  alice = bob;
  for (let at = 0; at < 10; at += 1) await issue();
  await tokens.settled();
  expect(await world.sql("select hash from lucent_tokens where user_id = $1::uuid", before)).toEqual([]);
});
