import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld, newCredentials, type SignedIn } from "./world/auth-world.ts";
import { openPool } from "./world/store.ts";

let world: AuthWorld;
let ada: SignedIn;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap } });
  ada = await world.register();
});
afterAll(() => world.stop());

const isThere = async (email: string) =>
  (await world.sql("select id from users where email = $1", email)).length > 0;
const login = "/api/users/login";

test("T-AUTH-01 nobody registers with a role", async () => {
  for (const role of ["editor", "admin", "member", null, ["editor"]]) {
    const refused = await world.register({ role });
    expect([role, refused.status, refused.body.code, refused.body.errors]).toStrictEqual([
      role,
      403,
      "FORBIDDEN",
      [{ path: "role", rule: "readOnly" }],
    ]);
    expect(await isThere(refused.email)).toBe(false);
  }
});

test.each([
  ["id", "01890a5d-ac96-774b-bcce-b302099a8057"],
  ["createdAt", "2020-01-01T00:00:00.000Z"],
  ["deletedAt", null],
  ["emailVerified", true],
  ["disabledAt", null],
  ["loginAttempts", -999],
  ["verifyToken", "x"],
  ["passwordHash", "x"],
  ["collection", "staff"],
  ["__proto__", { role: "editor" }],
])("T-AUTH-02 nobody registers with %s", async (name, value) => {
  const { email, password } = newCredentials();
  // Written by hand: in an object literal this name would be something else.
  const body = `{"email":"${email}","password":"${password}",${JSON.stringify(name)}:${JSON.stringify(value)}}`;
  const refused = await world.ask("POST", "/api/users/register", { body });
  expect([refused.status, refused.body.code]).toStrictEqual([422, "VALIDATION"]);
  expect(refused.body.errors).toHaveLength(1);
  expect(refused.body.errors[0].path).toBe(name === "__proto__" ? "" : name);
  expect(await isThere(email)).toBe(false);
});

test("T-AUTH-11 a sign-in takes texts, and asks the database about nothing else", async () => {
  const odd = [{ neq: null }, ["ada@example.com"], 1, true, null, undefined];
  const { email, password } = ada;
  const bodies = [
    ...odd.flatMap((value) => [
      { email: value, password },
      { email, password: value },
    ]),
    ...[[], [{ email, password }], null, 1, "text"].map((body) => JSON.stringify(body)),
    { email, password, collection: "staff" },
    { email, password, session: "both" },
    { email, password, session: { eq: "token" } },
    { email: `${"a".repeat(1_100)}@example.com`, password },
    { email, password: "x".repeat(2_000) },
  ];
  const pool = openPool(world.url);
  const isWaiting = async (): Promise<unknown> => {
    const waiting = await world.sql(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length;
  };
  let good: Promise<unknown> = Promise.resolve();
  try {
    // Whoever asks about accounts now waits until this ends.
    await pool.database.transaction(async (tx) => {
      await tx.run({ text: "lock table users in access exclusive mode", values: [] });
      for (const body of bodies) {
        const refused = await world.ask("POST", login, { body });
        expect([body, refused.status, refused.body.code]).toStrictEqual([body, 422, "VALIDATION"]);
      }
      good = world.login(ada);
      await expect.poll(isWaiting).toBe(1);
    });
    expect(await good).toMatchObject({ status: 200 });
  } finally {
    await good;
    await pool.close();
  }
});

test("T-AUTH-12 a sign-in is sent as JSON and says so", async () => {
  const { email, password } = ada;
  const json = JSON.stringify({ email, password });
  const form = new URLSearchParams({ email, password }).toString();
  for (const [type, body] of [
    ["application/x-www-form-urlencoded", form],
    ["text/plain", form],
    ["text/plain", json],
    ["text/plain;application/json", json],
    ["application/jsonx", json],
    ["application/json\ta", json],
    ["multipart/form-data; boundary=x", json],
  ] as const) {
    const refused = await world.ask("POST", login, { body, headers: { "content-type": type } });
    expect([type, refused.status, refused.body.code]).toStrictEqual([type, 415, "UNSUPPORTED_MEDIA_TYPE"]);
  }
  // Bytes have no type of their own.
  const bare = await fetch(`http://127.0.0.1:${world.port}${login}`, {
    method: "POST",
    headers: { "x-forwarded-for": "192.0.2.1" },
    body: new TextEncoder().encode(json),
  });
  expect(bare.status).toBe(415);
  const typed = await world.ask("POST", login, {
    body: json,
    headers: { "content-type": "APPLICATION/JSON; charset=utf-8" },
  });
  expect(typed.status).toBe(200);
});

test("T-AUTH-13 a key that is there twice means one account, to the sign-in and to the audit trail", async () => {
  const bob = await world.register();
  const send = (first: SignedIn, last: SignedIn) =>
    world.ask("POST", login, {
      body: `{"email":"${first.email}","email":"${last.email}","password":"${bob.password}"}`,
    });
  const before = world.audit.events.length;
  const signedIn = await send(ada, bob);
  const refused = await send(bob, ada);
  expect([signedIn.status, signedIn.body.user.id, refused.status]).toStrictEqual([200, bob.id, 401]);
  const logins = world.audit.events.slice(before).filter(({ event }) => event === "login");
  expect(logins).toMatchObject([
    { outcome: "ok", actor: { type: "user", id: bob.id } },
    { outcome: "fail", target: `users/${ada.id}` },
  ]);
});
