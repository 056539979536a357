import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";

import type { SessionStore, StartedSession } from "../src/session.ts";
import { type Realm, realmOn, startWorld, type World } from "./world/store.ts";

const day = 86_400;
let world: World;
let realm: Realm;
let sessions: SessionStore;
let alice: string;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
  realm = realmOn(world.database);
  ({ sessions } = realm);
});

afterAll(() => world.stop());

beforeEach(async () => {
  alice = await world.account();
});

async function begin(userId: string = alice, store: SessionStore = sessions): Promise<StartedSession> {
  const started = await store.start({ userId, method: "password", passwordHash: "first" });
  if (started === undefined) throw new TypeError("no session began");
  return started;
}

/** The token that follows, of a rotation that must work. */
async function refreshed(token: string, store: SessionStore = sessions): Promise<string> {
  const rotation = await store.rotate(token);
  expect(rotation?.kind).toBe("rotated");
  return rotation !== undefined && "refreshToken" in rotation ? rotation.refreshToken : "";
}

async function isAlive({ id }: Pick<StartedSession, "id">, userId: string = alice): Promise<boolean> {
  return (await sessions.resolve(id, userId)) !== undefined;
}

const rowsOf = (userId: string) =>
  world.sql("select id, counter from lucent_sessions where user_id = $1::uuid", userId);

describe("a refresh token", () => {
  test("T-SESS-05 that is old ends its session, and no other", async () => {
    const [family, other] = [await begin(), await begin()];
    const r1 = await refreshed(family.refreshToken);
    const r2 = await refreshed(r1);
    await world.pass(alice, 11);
    const { id } = family;
    expect(await sessions.rotate(family.refreshToken)).toEqual({ kind: "reused", id, userId: alice });
    for (const token of [family.refreshToken, r1, r2]) expect(await sessions.rotate(token)).toBeUndefined();
    expect(await isAlive(family)).toBe(false);
    expect(await isAlive(other)).toBe(true);
  });

  test("T-SESS-05 that was replaced more than 10 s ago ends its session", async () => {
    const family = await begin();
    const r1 = await refreshed(family.refreshToken);
    await world.pass(alice, 11);
    expect((await sessions.rotate(family.refreshToken))?.kind).toBe("reused");
    expect(await sessions.rotate(r1)).toBeUndefined();
  });

  test("T-SESS-06 that was replaced a moment ago answers the same successor", async () => {
    const { id, refreshToken } = await begin();
    const r1 = await refreshed(refreshToken);
    await world.pass(alice, 2);
    const again = await sessions.rotate(refreshToken);
    expect(again).toEqual({ kind: "grace", id, userId: alice, refreshToken: r1 });
    expect(await rowsOf(alice)).toEqual([[id, 1]]);
    await refreshed(r1);
  });

  test("T-SESS-07 two generations old ends its session within the grace period too", async () => {
    const family = await begin();
    await refreshed(await refreshed(family.refreshToken));
    expect((await sessions.rotate(family.refreshToken))?.kind).toBe("reused");
    expect(await isAlive(family)).toBe(false);
  });

  test("has no second chance with a grace period of nothing", async () => {
    const { sessions: strict } = realmOn(world.database, { session: { grace: 0 } });
    const family = await begin(alice, strict);
    await refreshed(family.refreshToken, strict);
    // Moments are rounded, so that it may seem to lie ahead.
    await world.pass(alice, -1);
    expect((await strict.rotate(family.refreshToken))?.kind).toBe("reused");
  });

  test("of another kind, or of nobody, is none", async () => {
    const { refreshToken } = await begin();
    const last = refreshToken.at(-1) === "A" ? "Q" : "A";
    for (const token of ["", "lrt_", "garbage", `${refreshToken}A`, refreshToken.slice(0, -1) + last])
      expect(await sessions.rotate(token)).toBeUndefined();
    expect(await rowsOf(alice)).toHaveLength(1);
  });

  test("T-SESS-17 keeps a session up to its absolute limit", async () => {
    const { id, refreshToken } = await begin();
    let token = refreshToken;
    for (let passed = 1; passed < 30; passed += 1) {
      await world.pass(alice, day);
      token = await refreshed(token);
      expect(await isAlive({ id })).toBe(true);
    }
    await world.pass(alice, day);
    expect(await sessions.rotate(token)).toBeUndefined();
    expect(await isAlive({ id })).toBe(false);
  });

  test("T-SESS-17 does not keep a session that was idle too long", async () => {
    const { id, refreshToken } = await begin();
    await world.pass(alice, 7 * day - 60);
    const token = await refreshed(refreshToken);
    // A moment is kept to the millisecond, so that the refresh may seem to be half of one later than it was.
    await world.pass(alice, 7 * day + 1);
    expect(await sessions.rotate(token)).toBeUndefined();
    expect(await isAlive({ id })).toBe(false);
  });
});

describe("T-SESS-15 no credential counts", () => {
  test.each([
    ["disabled", "update users set disabled_at = now() where id = $1::uuid"],
    ["soft-deleted", "update users set deleted_at = now() where id = $1::uuid"],
    ["deleted", "delete from users where id = $1::uuid"],
  ])("of an account that is %s", async (_, change) => {
    const { id, refreshToken } = await begin();
    const r1 = await refreshed(refreshToken);
    await world.sql(change, alice);
    expect(await sessions.resolve(id, alice)).toBeUndefined();
    expect(await sessions.rotate(refreshToken)).toBeUndefined();
    expect(await sessions.rotate(r1)).toBeUndefined();
    expect(
      await sessions.start({ userId: alice, method: "password", passwordHash: "first" }),
    ).toBeUndefined();
  });

  test("of an account whose address is not verified, where that is asked for", async () => {
    const { sessions: visitors } = realmOn(world.database, { slug: "visitors" });
    const eve = await world.account({ slug: "visitors", isVerified: false });
    const attempt = { userId: eve, method: "password", passwordHash: "first" };
    expect(await visitors.start(attempt)).toBeUndefined();
    await world.sql("update visitors set email_verified = true, hidden = 'unseen' where id = $1::uuid", eve);
    const started = await visitors.start(attempt);
    expect((await visitors.resolve(started?.id ?? "", eve))?.user).not.toHaveProperty("hidden");
    await world.sql("update visitors set email_verified = false where id = $1::uuid", eve);
    expect(await visitors.resolve(started?.id ?? "", eve)).toBeUndefined();
    expect(await visitors.rotate(started?.refreshToken ?? "")).toBeUndefined();
  });
});
