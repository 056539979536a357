import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import type { Answered, Asker } from "./world/asker.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, type Entered, newcomer } from "./world/door.ts";
import { safeAsker } from "./world/safe-asker.ts";

let world: AuthWorld;
let ask: Asker;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [door()] });
  ask = safeAsker(world.ask);
});
afterAll(() => world.stop());

const login = "/api/users/login";

let places = 0;

/** An address that nothing was asked from yet. */
function elsewhere(): string {
  places += 1;
  return `192.0.2.${places}`;
}

const wrong = (at: number) => ({ email: `nobody-${at}@example.com`, password: "another password" });

/** The statuses of these requests, one after the other. */
async function statuses(count: number, each: (at: number) => Promise<Answered>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let at = 0; at < count; at += 1) found.push((await each(at)).status);
  return found;
}

const times = (count: number, status: number): readonly number[] =>
  Array.from({ length: count }, () => status);

test("T-RL-01 without a trusted proxy no header lets an address try more than 20 passwords", async () => {
  const { ask: bare } = await world.another({ api: { trustProxy: 0 } });
  const names = ["x-real-ip", "forwarded", "true-client-ip", "cf-connecting-ip", "x-client-ip"];
  const seen = await statuses(30, (at) =>
    bare("POST", login, {
      body: wrong(at),
      address: `203.0.113.${at}`,
      headers: Object.fromEntries(names.map((name) => [name, `203.0.113.${at}`])),
    }),
  );
  expect(seen).toStrictEqual([...times(20, 401), ...times(10, 429)]);
});

test.each([
  ["login", 20],
  ["register", 10],
  ["forgot-password", 20],
  ["resend-verification", 20],
  ["reset-password", 10],
  ["verify-email", 10],
  ["confirm-email", 10],
])("T-RL-01 %s: %d from one address, whatever is sent", async (path, max) => {
  // Who is limited costs nothing more: bodies are not read any more, nor what they name.
  const bodies = ["{}", "[]", "{", '{"email":1}', '{"token":"x"}'];
  const send = (at: number, address: string) =>
    ask("POST", `/api/users/${path}`, { body: bodies[at % bodies.length], address });
  const here = elsewhere();
  const seen = await statuses(max + 3, (at) => send(at, here));
  expect(seen.slice(0, max).filter((status) => status === 429)).toStrictEqual([]);
  expect(seen.slice(max)).toStrictEqual(times(3, 429));
  const refused = await send(0, here);
  expect(refused.body).toStrictEqual({
    type: "urn:lucent:problem:rate-limited",
    title: "Too many requests",
    status: 429,
    code: "RATE_LIMITED",
    requestId: refused.headers["x-request-id"],
  });
  expect(refused.headers).toMatchObject({ "ratelimit-limit": String(max), "ratelimit-remaining": "0" });
  const again = Number(refused.headers["retry-after"]);
  expect(again).toBeGreaterThan(0);
  expect(again).toBeLessThanOrEqual((path === "login" ? 300 : 3_600) / max);
  const other = await send(0, elsewhere());
  expect([other.status, other.headers["ratelimit-remaining"]]).toStrictEqual([422, String(max - 1)]);
});

test("T-RL-01 asking for mails is one allowance, whatever mail it is and whose accounts they are", async () => {
  const address = elsewhere();
  const paths = ["users/forgot-password", "users/resend-verification", "staff/forgot-password"];
  const seen = await statuses(24, (at) =>
    ask("POST", `/api/${paths[at % paths.length]}`, { body: { email: wrong(at).email }, address }),
  );
  expect(seen).toStrictEqual([...times(20, 202), ...times(4, 429)]);
});

test("T-RL-02 behind a trusted proxy the address that it names is the one that is counted", async () => {
  const here = elsewhere();
  const seen = await statuses(25, (at) =>
    ask("POST", login, { body: {}, address: `203.0.113.${at}, ${here}` }),
  );
  expect(seen).toStrictEqual([...times(20, 422), ...times(5, 429)]);
  const other = await ask("POST", login, { body: {}, address: `${here}, ${elsewhere()}` });
  expect(other.status).toBe(422);
});

test("T-RL-03 every spelling of an address, and a whole /64, has one allowance for signing in", async () => {
  const spellings = [
    ["198.51.100.1", "::ffff:198.51.100.1", "::FFFF:c633:6401", "198.51.100.1:8080"],
    ["2001:db8::1", "2001:DB8::2", "2001:0db8:0000:0000:0000:0000:0000:0003", "[2001:db8::ffff]:443"],
  ];
  for (const each of spellings) {
    const seen = await statuses(24, (at) =>
      ask("POST", login, { body: {}, address: each[at % each.length] ?? "" }),
    );
    expect(seen).toStrictEqual([...times(20, 422), ...times(4, 429)]);
  }
});

test("T-RL-04 a path spelt otherwise is not routed, or counts as the same", async () => {
  const spellings = [
    "/api/users/login",
    "/api/users/login/",
    "/api//users/login",
    "/api/users//login",
    "/api/users/LOGIN",
    "/api/Users/login",
    "/api/users/%6cogin",
    "/api/users/login?x=1",
    "/api/users/login;x",
    "/api/./users/login",
    "/api/x/../users/login",
  ];
  const address = elsewhere();
  const reached: number[] = [];
  for (let at = 0; at < 66; at += 1) {
    const path = spellings[at % spellings.length] ?? "";
    const { status, headers } = await ask("POST", path, { body: {}, address });
    if (headers["ratelimit-limit"] !== undefined) reached.push(status);
    // Another route, where there is one: as the id of a document.
    else expect([404, 405]).toContain(status);
  }
  expect(reached.filter((status) => status !== 429)).toHaveLength(20);
  expect(reached.length).toBeGreaterThan(20);
});

test("T-RL-08 of a hundred sign-ins at once from one address exactly 20 are tried", async () => {
  const address = elsewhere();
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, at) => ask("POST", login, { body: wrong(at), address })),
  );
  const codes = answers.map(({ status }) => status).toSorted((one, other) => one - other);
  expect(codes).toStrictEqual([...times(20, 401), ...times(80, 429)]);
});

test("T-RL-09 a batch is no way to register, or to sign in, many times for the price of one", async () => {
  const operations = Array.from({ length: 50 }, (_, at) => ({
    op: "create",
    collection: "users",
    data: { email: `batch-${at}@example.com`, password: "words of somebody" },
  }));
  const refused = await ask("POST", "/api/batch", { body: { operations } });
  expect([refused.status, refused.body.code]).toStrictEqual([401, "UNAUTHENTICATED"]);
  expect(await world.sql("select id from users where email like 'batch-%'")).toStrictEqual([]);
  for (const op of ["login", "register"]) {
    const data = { email: "a@example.com", password: "words of somebody" };
    const body = { operations: [{ op, collection: "users", data }] };
    expect((await ask("POST", "/api/batch", { body })).status).toBeGreaterThanOrEqual(400);
  }
});

test("T-RL-09 what a batch of a signed-in caller holds counts one by one", async () => {
  const limited = await world.another({
    api: { rateLimit: { principal: { max: 60, window: 3_600 }, anonymous: { max: 60, window: 3_600 } } },
  });
  const ada = await newcomer({ ...world, ask: limited.ask });
  const batch = (count: number) => {
    const data = { title: "a post", author: ada.id };
    const operations = Array.from({ length: count }, () => ({ op: "create", collection: "posts", data }));
    return limited.ask("POST", "/api/batch", { body: { operations }, token: ada.accessToken });
  };
  const first = await batch(50);
  expect([first.status, first.headers["ratelimit-remaining"]]).toStrictEqual([200, "10"]);
  expect((await batch(11)).status).toBe(429);
});

const createKey = ({ accessToken: token }: Entered, body: unknown) =>
  ask("POST", "/api/users/api-keys", { body, token, address: elsewhere() });

test("T-RL-08 an account makes 20 keys in an hour, wherever it asks from, and however many at once", async () => {
  const [ada, bob] = [await newcomer(world), await newcomer(world)];
  const body = { name: "CI", scopes: ["posts:read"] };
  const answers = await Promise.all(Array.from({ length: 40 }, () => createKey(ada, body)));
  expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toStrictEqual([
    ...times(20, 201),
    ...times(20, 429),
  ]);
  expect(await world.sql("select id from lucent_api_keys where user_id = $1::uuid", ada.id)).toHaveLength(20);
  const refused = await createKey(ada, body);
  expect(refused.headers).toMatchObject({ "ratelimit-limit": "20", "ratelimit-remaining": "0" });
  expect((await createKey(bob, body)).status).toBe(201);
  // Looking at them, and ending one, is something else.
  const { body: list } = await ask("GET", "/api/users/api-keys", { token: ada.accessToken });
  const ended = await ask("DELETE", `/api/users/api-keys/${list.data[0].id}`, { token: ada.accessToken });
  expect(ended.status).toBe(204);
});

test("T-RL-08 a session is refreshed 30 times a minute, and another one beside it", async () => {
  const ada = await newcomer(world);
  const other = await newcomer(world);
  const refresh = (refreshToken: string) => ask("POST", "/api/users/refresh", { body: { refreshToken } });
  // Whoever only knows which session it is can't use its allowance up.
  const forged = `${ada.refreshToken.slice(0, -2)}${ada.refreshToken.endsWith("AA") ? "BB" : "AA"}`;
  expect(await statuses(40, () => refresh(forged))).toStrictEqual(times(40, 401));
  const started = performance.now();
  const answers = await Promise.all(Array.from({ length: 60 }, () => refresh(ada.refreshToken)));
  // One more every other second, should all this have taken so long.
  const more = Math.floor((performance.now() - started) / 2_000);
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(30);
  expect(answers.length - refused.length).toBeLessThanOrEqual(30 + more);
  for (const { body, headers } of refused)
    expect([body.code, headers["retry-after"]]).toStrictEqual([
      "RATE_LIMITED",
      expect.stringMatching(/^[12]$/),
    ]);
  expect((await refresh(other.refreshToken)).status).toBe(200);
  // A limit ends nothing.
  expect((await ask("GET", "/api/users/me", { token: ada.accessToken })).status).toBe(200);
});
