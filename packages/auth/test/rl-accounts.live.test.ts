import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import type { Answered, Asker } from "./world/asker.ts";
import { type AuthWorld, authWorld, newCredentials } from "./world/auth-world.ts";
import { staff, users } from "./world/collections.ts";
import { mailedToken } from "./world/mailed.ts";
import { safeAsker } from "./world/safe-asker.ts";

/** Accounts that are tried again after two seconds. */
const guests = defineCollection({
  slug: "guests",
  auth: { lockout: { max: 3, window: 6 } },
  fields: {},
  access: { create: true },
});
const collections = [users, staff, guests] as const;

let world: AuthWorld<typeof collections>;
let ask: Asker;

beforeAll(async () => {
  world = await authWorld({ collections, auth: { hash: cheap } });
  ask = safeAsker(world.ask);
});
afterAll(() => world.stop());

const post = (path: string, body: unknown, token?: string) =>
  ask("POST", `/api/users/${path}`, { body, token });
const fail = (email: string) => post("login", { email, password: "another password" });

/** The statuses of these requests, one after the other. */
async function statuses(count: number, each: (at: number) => Promise<Answered>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let at = 0; at < count; at += 1) found.push((await each(at)).status);
  return found;
}

const times = (count: number, status: number): readonly number[] =>
  Array.from({ length: count }, () => status);

test("T-RL-05 a key that a route does not take opens no other allowance", async () => {
  const bodies: Readonly<Record<string, object>> = {
    "reset-password": { token: "x".repeat(43), password: "words of somebody" },
    "verify-email": { token: "x".repeat(43) },
    "confirm-email": { token: "x".repeat(43) },
  };
  const address = "192.0.2.1";
  for (const [path, body] of Object.entries(bodies)) {
    const seen = await statuses(14, (at) =>
      ask("POST", `/api/users/${path}`, { body: { ...body, email: `a-${at}@example.com` }, address }),
    );
    expect([path, seen]).toStrictEqual([path, [...times(10, 422), ...times(4, 429)]]);
    expect((await ask("POST", `/api/users/${path}`, { body, address })).status).toBe(429);
  }
});

test("T-RL-05 a signed-in caller is counted as the account that it is, whatever the body says", async () => {
  const ada = await world.register();
  const words = { currentPassword: "another password", newPassword: "words of somebody" };
  const change = (more: object) => post("change-password", { ...words, ...more }, ada.accessToken);
  const other = (at: number) => ({ email: `a-${at}@example.com` });
  // Refused before a password is looked at, so that nothing is counted either.
  expect(await statuses(12, (at) => change(other(at)))).toStrictEqual(times(12, 422));
  expect(await statuses(6, () => change({}))).toStrictEqual(times(6, 401));
  // The new address is no key: what is counted is whose password is guessed, here as at the login.
  const address = { currentPassword: "another password" };
  expect(
    await statuses(4, (at) => post("change-email", { ...address, ...other(at) }, ada.accessToken)),
  ).toStrictEqual(times(4, 401));
  expect([
    (await change({})).status,
    (await post("change-email", { ...address, ...other(0) }, ada.accessToken)).status,
    (await world.login(ada)).status,
  ]).toStrictEqual([429, 429, 429]);
});

test("T-RL-05 a session is refreshed by its token and nothing beside", async () => {
  const { refreshToken } = await world.register();
  const refresh = (more: object) => post("refresh", { refreshToken, ...more });
  expect(await statuses(40, (at) => refresh({ email: `a-${at}@example.com` }))).toStrictEqual(times(40, 422));
  const refreshed = await refresh({});
  expect(refreshed.status).toBe(200);
  expect(refreshed.body.refreshToken).not.toBe(refreshToken);
});

test("T-RL-06 an account is tried 10 times, from however many addresses and in however many spellings", async () => {
  const ada = await world.register();
  const spellings = [ada.email, ada.email.toUpperCase(), ` ${ada.email}`, ada.email.replace("e", "E")];
  const spelt = (at: number): string => spellings[at % spellings.length] ?? "";
  const seen = await statuses(100, (at) => fail(spelt(at)));
  expect([seen.slice(0, 10), new Set(seen.slice(10))]).toStrictEqual([times(10, 401), new Set([429])]);
  // The owner waits too, and learns no more than anybody: that nobody tried this password.
  const refused = await world.login(ada);
  expect([refused.status, refused.body.code, refused.headers["retry-after"]]).toStrictEqual([
    429,
    "RATE_LIMITED",
    "90",
  ]);
  // An account of the same address in another collection is another one.
  const other = await ask("POST", "/api/staff/login", {
    body: { email: ada.email, password: "wrong words" },
  });
  expect(other.status).toBe(401);

  await post("forgot-password", { email: ada.email });
  const token = await mailedToken(world, ada.email, "reset-password");
  const password = "words of the owner";
  expect((await post("reset-password", { token, password })).status).toBe(204);
  expect((await world.login({ email: ada.email, password })).status).toBe(200);
});

test("R-AU-1 a lockout is reported when it begins, and when it ends, and no end without one", async () => {
  const reported = (): readonly unknown[] =>
    world.audit.events.flatMap(({ event, actor }) => (event.startsWith("lockout.") ? [[event, actor]] : []));
  const reset = async ({ email, password }: { readonly email: string; readonly password: string }) => {
    await post("forgot-password", { email });
    const token = await mailedToken(world, email, "reset-password");
    expect((await post("reset-password", { token, password })).status).toBe(204);
  };
  const ada = await world.register();
  const started = ["lockout.started", { type: "anonymous" }];
  const ended = ["lockout.ended", { type: "user", id: ada.id, collection: "users" }];
  world.audit.events.length = 0;
  await fail(ada.email);
  await reset(ada);
  expect((await world.login(ada)).status).toBe(200);
  expect(reported()).toStrictEqual([]);
  await statuses(12, () => fail(ada.email));
  expect(reported()).toStrictEqual([started]);
  await reset(ada);
  expect(reported()).toStrictEqual([started, ended]);
  // It is over: neither the next reset nor the next sign-in ends it once more, and the next one is a new one.
  await reset(ada);
  expect((await world.login(ada)).status).toBe(200);
  expect(reported()).toStrictEqual([started, ended]);
  await statuses(12, () => fail(ada.email));
  expect(reported()).toStrictEqual([started, ended, started]);
});

test("R-AU-1 a lockout that its owner sits out ends with the right password", async () => {
  const ada = await world.register({}, "guests");
  const guest = (password: string) => world.login({ email: ada.email, password }, "guests");
  while ((await guest("another password")).status === 401);
  world.audit.events.length = 0;
  await expect.poll(async () => (await guest(ada.password)).status, { timeout: 10_000 }).toBe(200);
  const ended = world.audit.events.filter(({ event }) => event === "lockout.ended");
  expect(ended).toMatchObject([{ actor: { type: "user", id: ada.id, collection: "guests" } }]);
});

test("T-RL-06 T-RL-08 a hundred at once are ten, and as many where nobody has the address", async () => {
  for (const { email } of [await world.register(), newCredentials()]) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => fail(email)));
    const seen = answers.map(({ status }) => status).toSorted((one, other) => one - other);
    expect(seen).toStrictEqual([...times(10, 401), ...times(90, 429)]);
  }
});

test("T-RL-06 its owner gets in again without anybody's help, and is not counted while the password is right", async () => {
  const ada = await world.register({}, "guests");
  const guest = (password: string) => world.login({ email: ada.email, password }, "guests");
  /** How many wrong passwords are looked at before one is not; however slow that is. */
  const failures = async (): Promise<number> => {
    let count = 0;
    while ((await guest("another password")).status === 401) count += 1;
    return count;
  };
  expect(await statuses(6, () => guest(ada.password))).toStrictEqual(times(6, 200));
  expect(await failures()).toBeGreaterThanOrEqual(3);
  const blocked = await guest(ada.password);
  expect([blocked.status, blocked.headers["retry-after"]]).toStrictEqual([429, "2"]);
  await expect.poll(async () => (await guest(ada.password)).status, { timeout: 10_000 }).toBe(200);
  // A success gives the whole allowance back.
  expect(await failures()).toBeGreaterThanOrEqual(3);
});

test("T-RL-06 an account is mailed to 3 times an hour, whichever mail is asked for and by whomever", async () => {
  for (const { email } of [await world.register(), newCredentials()]) {
    const ways = ["forgot-password", "resend-verification"];
    const seen = await statuses(8, (at) =>
      post(ways[at % ways.length] ?? "", { email: at % 3 === 0 ? email : email.toUpperCase() }),
    );
    expect(seen).toStrictEqual([...times(3, 202), ...times(5, 429)]);
    const refused = await post("forgot-password", { email });
    expect([refused.body.code, refused.headers["retry-after"]]).toStrictEqual(["RATE_LIMITED", "1200"]);
  }
});
