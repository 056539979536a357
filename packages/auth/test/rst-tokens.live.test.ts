import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { cheap, hashOf } from "./world/accounts.ts";
import type { Answered, Asker } from "./world/asker.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, enter, type Entered, newcomer } from "./world/door.ts";
import { type MailedPage, mailedToken, resetToken } from "./world/mailed.ts";
import { safeAsker } from "./world/safe-asker.ts";
import { pass } from "./world/time.ts";

const password = "correct horse battery staple";
const another = "another good password";

let world: AuthWorld;
let ask: Asker;
let hash: string;
let ada: Entered;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [door()] });
  ask = safeAsker(world.ask);
  hash = await hashOf(password);
});
afterAll(() => world.stop());

beforeEach(async () => {
  ada = await newcomer(world, { hash });
});

const post = (path: string, body: object, token?: string): Promise<Answered> =>
  ask("POST", `/api/users/${path}`, { body, token });
const reset = (token: string, chosen = another): Promise<Answered> =>
  post("reset-password", { token, password: chosen });
const me = async (token: string): Promise<number> => (await ask("GET", "/api/users/me", { token })).status;
const login = async ({ email }: Entered, chosen: string): Promise<number> =>
  (await world.login({ email, password: chosen })).status;
const invalid = { status: 400, body: { code: "INVALID_TOKEN" } };

async function hashOfAda(): Promise<unknown> {
  return (await world.sql("select password from users where id = $1::uuid", ada.id))[0]?.[0];
}

/** Asks for a mail and answers the token in it. */
async function mailed(purpose: MailedPage): Promise<string> {
  const { email, accessToken } = ada;
  if (purpose === "reset-password") return resetToken(world, email);
  if (purpose === "verify-email") {
    await post("resend-verification", { email });
    return mailedToken(world, email, purpose);
  }
  const asked = await post("change-email", { email: `new-${email}`, currentPassword: password }, accessToken);
  expect(asked.status).toBe(202);
  return mailedToken(world, `new-${email}`, purpose);
}

describe("T-RST-03 a reset token works once", () => {
  test("one time after the other", async () => {
    const token = await resetToken(world, ada.email);
    expect((await reset(token)).status).toBe(204);
    const first = await hashOfAda();
    expect(await reset(token, "a third good password")).toMatchObject(invalid);
    expect(await hashOfAda()).toBe(first);
    expect(await login(ada, another)).toBe(200);
  });

  test("of 20 that come at once, on two nodes, with 20 passwords", async () => {
    const nodes = [world, await world.another()];
    const token = await resetToken(world, ada.email);
    const chosen = Array.from({ length: 20 }, (_, at) => `good password no ${at}`);
    const answers = await Promise.all(
      chosen.map((each, at) => {
        const body = { token, password: each };
        return (nodes[at % 2] ?? world).ask("POST", "/api/users/reset-password", { body });
      }),
    );
    const winners = chosen.filter((_, at) => answers[at]?.status === 204);
    expect(winners).toHaveLength(1);
    expect(
      answers.filter(({ status, body }) => status === 400 && body.code === "INVALID_TOKEN"),
    ).toHaveLength(19);
    expect(await login(ada, winners[0] ?? "")).toBe(200);
    expect(await login(ada, chosen.find((each) => each !== winners[0]) ?? "")).toBe(401);
  });
});

test("T-RST-04 a later request takes the place of an earlier one", async () => {
  const [first, second] = [await resetToken(world, ada.email), await resetToken(world, ada.email)];
  expect(first).not.toBe(second);
  expect(await reset(first)).toMatchObject(invalid);
  expect(await hashOfAda()).toBe(hash);
  expect((await reset(second)).status).toBe(204);
});

describe("T-RST-05 a token is over once", () => {
  test("the password was changed", async () => {
    const tokens = [
      await mailed("reset-password"),
      await mailed("verify-email"),
      await mailed("confirm-email"),
    ];
    const body = { currentPassword: password, newPassword: another };
    expect((await post("change-password", body, ada.accessToken)).status).toBe(204);
    const changed = await hashOfAda();
    expect(await reset(tokens[0] ?? "", "a third good password")).toMatchObject(invalid);
    expect(await post("verify-email", { token: tokens[1] })).toMatchObject(invalid);
    expect(await post("confirm-email", { token: tokens[2] })).toMatchObject(invalid);
    expect(await hashOfAda()).toBe(changed);
  });

  test("the address was changed", async () => {
    const [token, verify] = [await mailed("reset-password"), await mailed("verify-email")];
    const change = await mailed("confirm-email");
    expect((await post("confirm-email", { token: change })).status).toBe(204);
    expect(await reset(token)).toMatchObject(invalid);
    expect(await post("verify-email", { token: verify })).toMatchObject(invalid);
    expect(await hashOfAda()).toBe(hash);
  });

  test.each([
    ["is disabled", "disabled_at = now()"],
    ["is marked as deleted", "deleted_at = now()"],
    ["has another password by whatever way", "password = password || 'x'"],
    ["has no password any more", "password = null"],
    ["has another address by whatever way", "email = 'x' || email"],
  ])("the account %s", async (_, change) => {
    const token = await mailed("reset-password");
    await world.sql(`update users set ${change} where id = $1::uuid`, ada.id);
    const changed = await hashOfAda();
    expect(await reset(token)).toMatchObject(invalid);
    expect(await hashOfAda()).toBe(changed);
  });
});

test("T-RST-06 a token of one collection is nothing to another, even for the same id and address", async () => {
  const { id, email } = ada;
  await newcomer(world, { collection: "staff", id, email, hash });
  const token = await resetToken(world, email);
  const body = { token, password: another };
  expect(await ask("POST", "/api/staff/reset-password", { body })).toMatchObject(invalid);
  expect(await world.sql("select password from staff where id = $1::uuid", id)).toStrictEqual([[hash]]);
  const theirs = await resetToken(world, email, "staff");
  expect(await reset(theirs)).toMatchObject(invalid);
  expect((await reset(token)).status).toBe(204);
  expect((await ask("POST", "/api/staff/reset-password", { body: { ...body, token: theirs } })).status).toBe(
    204,
  );
});

test("T-RST-09 a token of one purpose is nothing to another, and is not used up by trying", async () => {
  const pages = ["verify-email", "confirm-email", "reset-password"] as const;
  const tokens = new Map<string, string>();
  for (const page of pages) tokens.set(page, await mailed(page));
  const use = (page: MailedPage, token = ""): Promise<Answered> =>
    page === "reset-password" ? reset(token) : post(page, { token });
  for (const page of pages)
    for (const other of pages)
      if (page !== other) expect(await use(page, tokens.get(other))).toMatchObject(invalid);
  expect(await hashOfAda()).toBe(hash);
  expect(
    await world.sql("select email, email_verified from users where id = $1::uuid", ada.id),
  ).toStrictEqual([[ada.email, false]]);
  // Each still is what it was made for; the last ends all others.
  for (const page of ["verify-email", "reset-password"] as const)
    expect((await use(page, tokens.get(page))).status).toBe(204);
});

describe("T-RST-10 a reset token", () => {
  test("is good for 30 minutes, and so it is stored", async () => {
    const token = await resetToken(world, ada.email);
    const life =
      "select (extract(epoch from expires_at - created_at))::int from lucent_tokens where user_id = $1::uuid";
    expect(await world.sql(life, ada.id)).toStrictEqual([[1_800]]);
    await pass(world, ada.id, 1_785);
    expect((await reset(token)).status).toBe(204);
  });

  test("is nothing a second later", async () => {
    const token = await resetToken(world, ada.email);
    await pass(world, ada.id, 1_801);
    expect(await reset(token)).toMatchObject(invalid);
    expect(await hashOfAda()).toBe(hash);
  });
});

test("T-RST-11 a reset ends every session, password and token, signs nobody in, and is told to the owner", async () => {
  const other = await enter(world, ada);
  const [older, verify] = [await mailed("reset-password"), await mailed("verify-email")];
  const token = await mailed("reset-password");
  const next = (await post("refresh", { refreshToken: other.refreshToken })).body;
  const answer = await reset(token);
  expect([answer.status, answer.text, answer.setCookies]).toStrictEqual([204, "", []]);
  for (const { accessToken, refreshToken } of [ada, other, next]) {
    expect(await me(accessToken)).toBe(401);
    expect((await post("refresh", { refreshToken })).status).toBe(401);
  }
  for (const each of [older, token])
    expect(await reset(each, "a third good password")).toMatchObject(invalid);
  expect(await post("verify-email", { token: verify })).toMatchObject(invalid);
  expect(await login(ada, password)).toBe(401);
  const told = await world.mails.next(({ to }) => to === ada.email);
  expect([told.recipients, told.subject]).toStrictEqual([
    [ada.email],
    "Your password for www.example.com was changed",
  ]);
  expect(told.raw).not.toContain("token=");
  expect(await world.sql("select id from lucent_sessions where user_id = $1::uuid", ada.id)).toStrictEqual(
    [],
  );
  expect(world.audit.events.map(({ event }) => event)).toContain("reset.completed");
  expect(await login(ada, another)).toBe(200);
});

test("T-RST-13 a weak password is refused, and the token stays good", async () => {
  const token = await resetToken(world, ada.email);
  const local = ada.email.split("@")[0] ?? "";
  for (const [weak, rule] of [
    ["short", "minLength"],
    ["1234567", "minLength"],
    ["password123", "common"],
    ["PASSWORD123", "common"],
    [local, "common"],
    ["a".repeat(129), "maxLength"],
  ] as const) {
    const { status, body } = await reset(token, weak);
    expect([weak, status, body.errors]).toStrictEqual([weak, 422, [{ path: "password", rule }]]);
  }
  for (const odd of [null, 7, [], {}, ""]) {
    const answer = await post("reset-password", { token, password: odd });
    expect(answer.status).toBe(422);
  }
  expect(await hashOfAda()).toBe(hash);
  expect((await reset(token)).status).toBe(204);
});
