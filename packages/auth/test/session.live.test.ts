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

describe("a session", () => {
  test("is a row with all that its owner may want to know, and answers its account", async () => {
    const agent = "a".repeat(300);
    const passwordHash = "first";
    const facts = { userId: alice, method: "password", passwordHash, address: "192.0.2.1", agent };
    const started = await sessions.start(facts);
    expect(started?.id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const resolved = await sessions.resolve(started?.id ?? "", alice);
    expect(resolved?.user).toMatchObject({ id: alice, email: `${alice}@example.com`, role: "member" });
    expect(JSON.stringify(resolved)).not.toContain(passwordHash);
    expect(resolved?.age).toBeLessThan(60);
    const [row] = await world.database.objects({
      text: `select *, expires_at - created_at as life from lucent_sessions where user_id = '${alice}'`,
      values: [],
    });
    expect(row).toMatchObject({
      id: started?.id,
      collection: "users",
      counter: 0,
      rotated_at: null,
      address: "192.0.2.1",
      agent: "a".repeat(256),
      method: "password",
      life: "30 days",
    });
    expect([row?.["authenticated_at"], row?.["last_used_at"]]).toEqual([
      row?.["created_at"],
      row?.["created_at"],
    ]);
  });

  test("is a new one at every sign-in, with an id that nobody chose", async () => {
    const all = [await begin(), await begin(), await begin()];
    expect(new Set(all.map(({ id }) => id)).size).toBe(3);
    expect(new Set(all.map(({ refreshToken }) => refreshToken)).size).toBe(3);
  });

  test("needs the password that was verified, or none where its owner was recognised otherwise", async () => {
    const attempt = { userId: alice, method: "password" };
    expect(await sessions.start({ ...attempt, passwordHash: "another" })).toBeUndefined();
    expect(await sessions.start({ ...attempt, method: "oauth" })).toBeDefined();
    const without = await world.account({ password: null });
    expect(await sessions.start({ ...attempt, userId: without, passwordHash: "" })).toBeUndefined();
  });

  test("belongs to one account of one collection, whatever their ids", async () => {
    const { sessions: admins } = realmOn(world.database, { slug: "admins" });
    await world.account({ slug: "admins", id: alice });
    const bob = await world.account();
    const { id, refreshToken } = await begin();
    expect(await sessions.resolve(id, bob)).toBeUndefined();
    expect(await admins.resolve(id, alice)).toBeUndefined();
    expect(await admins.rotate(refreshToken)).toBeUndefined();
    expect(await admins.end(id)).toBeUndefined();
    expect(await admins.endAll(alice)).toBe(0);
    expect(await admins.list(alice, id)).toEqual([]);
    expect(await isAlive({ id })).toBe(true);
  });

  test("notes its use once a minute, beside the request", async () => {
    const { id } = await begin();
    const lastUse = async () => (await sessions.list(alice, id))[0]?.lastUsedAt;
    await world.pass(alice, 50);
    const noted = await lastUse();
    await isAlive({ id });
    await sessions.settled();
    expect(await lastUse()).toBe(noted);
    await world.pass(alice, 11);
    const before = await lastUse();
    await Promise.all([isAlive({ id }), isAlive({ id }), isAlive({ id })]);
    await sessions.settled();
    expect(Date.parse((await lastUse()) ?? "") - Date.parse(before ?? "")).toBeGreaterThan(60_000);
  });

  test("of a short idle time does not end between two notes of its use", async () => {
    const { sessions: short } = realmOn(world.database, { session: { idle: 60 } });
    const { id } = await begin(alice, short);
    for (let use = 0; use < 5; use += 1) {
      await world.pass(alice, 35);
      expect(await short.resolve(id, alice)).toBeDefined();
      await short.settled();
    }
    await world.pass(alice, 60);
    expect(await short.resolve(id, alice)).toBeUndefined();
  });

  test("says how long ago its owner signed in, by the clock of the database", async () => {
    const { id, refreshToken } = await begin();
    await world.pass(alice, 3_600);
    await refreshed(refreshToken);
    const resolved = await sessions.resolve(id, alice);
    expect(Math.abs((resolved?.age ?? 0) - 3_600)).toBeLessThan(60);
  });

  test("shows what its account is by now", async () => {
    const started = await begin();
    await world.sql("update users set role = 'editor' where id = $1::uuid", alice);
    expect((await sessions.resolve(started.id, alice))?.user["role"]).toBe("editor");
  });
});

describe("the sessions of an account", () => {
  test("are listed by an id that opens nothing, the current one told apart", async () => {
    const first = await begin();
    const second = await begin();
    await world.pass(alice, 5);
    await refreshed(first.refreshToken);
    const list = await sessions.list(alice, second.id);
    expect(list.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    expect(JSON.stringify(list)).not.toContain(first.id);
    for (const { id, createdAt, lastUsedAt } of list) {
      expect(id).toMatch(/^[0-9a-f]{16}$/);
      for (const moment of [createdAt, lastUsedAt]) expect(new Date(moment).toISOString()).toBe(moment);
    }
    expect(list.every(({ address, agent }) => address === null && agent === null)).toBe(true);
    expect((await sessions.list(alice)).some(({ isCurrent }) => isCurrent)).toBe(false);
  });

  test("T-SESS-20 are ended by nobody else", async () => {
    const bob = await world.account();
    const his = await begin(bob);
    const [listed] = await sessions.list(bob);
    expect(await sessions.endListed(alice, listed?.id ?? "")).toBe(false);
    expect(await isAlive(his, bob)).toBe(true);
    for (const id of ["", his.id, "0".repeat(16), "\u0000", "'"])
      expect(await sessions.endListed(bob, id)).toBe(false);
    expect(await sessions.endListed(bob, listed?.id ?? "")).toBe(true);
    expect(await isAlive(his, bob)).toBe(false);
  });

  test("end at once, one by one or all but one, and leave no rows", async () => {
    const [first, second, third] = [await begin(), await begin(), await begin()];
    expect(await sessions.end(first.id)).toBe(alice);
    expect(await sessions.end(first.id)).toBeUndefined();
    expect(await sessions.endAll(alice, { except: third.id })).toBe(1);
    expect([await isAlive(first), await isAlive(second), await isAlive(third)]).toEqual([false, false, true]);
    expect(await sessions.endAll(alice)).toBe(1);
    expect(await rowsOf(alice)).toEqual([]);
  });

  test("T-SESS-21 are 50, and the one that was idle longest makes room", async () => {
    const started: StartedSession[] = [];
    for (let at = 0; at < 50; at += 1) {
      await world.pass(alice, 1);
      started.push(await begin());
    }
    const [oldest, next, ...others] = started;
    if (oldest === undefined || next === undefined) throw new TypeError("there are 50");
    await refreshed(oldest.refreshToken);
    const last = await begin();
    expect(await sessions.list(alice)).toHaveLength(50);
    expect(await isAlive(next)).toBe(false);
    expect(await sessions.rotate(next.refreshToken)).toBeUndefined();
    for (const each of [oldest, last, ...others]) expect(await isAlive(each)).toBe(true);
  });

  test("that are over make room first, and go", async () => {
    const { sessions: few } = realmOn(world.database, { session: { limit: 2 } });
    const old = await begin(alice, few);
    await world.pass(alice, 7 * day);
    const kept = await begin(alice, few);
    const rows = await rowsOf(alice);
    expect(rows.map(([id]) => id)).toEqual([kept.id]);
    expect(await few.rotate(old.refreshToken)).toBeUndefined();
  });

  test("that are over go by themselves, some at every tenth sign-in of anybody", async () => {
    const gone = await world.account();
    for (let at = 0; at < 5; at += 1) await begin(gone);
    await world.pass(gone, 30 * day);
    for (let at = 0; at < 10; at += 1) await begin(alice);
    await sessions.settled();
    expect(await rowsOf(gone)).toEqual([]);
  });
});

test("one statement finds the account of a session, over two primary keys", async () => {
  await fill();
  const texts: string[] = [];
  const { sessions: watched } = realmOn({
    ...world.database,
    run: (statement) => {
      texts.push(statement.text);
      return world.database.run(statement);
    },
  });
  const { id } = await begin();
  expect(await watched.resolve(id, alice)).toBeDefined();
  expect(texts).toHaveLength(1);
  const plan = await world.sql(`explain ${texts.join("")}`, id, alice);
  expect(plan.flat().filter((line) => String(line).includes("Scan"))).toEqual([
    expect.stringContaining("Index Scan using lucent_sessions_pkey"),
    expect.stringContaining("Index Scan using users_pkey"),
  ]);
});

/** As many rows as it takes for the planner to see tables as they are. */
async function fill(): Promise<void> {
  await world.sql(`insert into users (id, email, email_verified)
    select gen_random_uuid(), n || '@filled.example', true from generate_series(1, 3000) n`);
  await world.sql(`insert into lucent_sessions
      (id, collection, user_id, counter, created_at, authenticated_at, last_used_at, expires_at, method)
    select gen_random_uuid(), 'users', id, 0, now(), now(), now(), now() + interval '30 days', 'password'
    from users where email like '%@filled.example'`);
  await world.sql("analyze users");
  await world.sql("analyze lucent_sessions");
}
