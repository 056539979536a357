import { randomBytes } from "node:crypto";

import { openDatabase } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { cheap, hashOf } from "./world/accounts.ts";
import type { Answered, Asker } from "./world/asker.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, type Entered, newcomer } from "./world/door.ts";
import { mailedToken, mailsHaveCome, resetToken } from "./world/mailed.ts";
import { safeAsker } from "./world/safe-asker.ts";

const own = "https://api.example.com";
const password = "correct horse battery staple";

let world: AuthWorld;
let ask: Asker;
let hash: string;
let ada: Entered;

beforeAll(async () => {
  const environment = { NODE_ENV: "production", API_URL: own };
  world = await authWorld({ environment, auth: { hash: cheap }, plugins: [door()] });
  ask = safeAsker(world.ask);
  hash = await hashOf(password);
});
afterAll(() => world.stop());

beforeEach(async () => {
  ada = await newcomer(world, { hash });
});

const forgot = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> =>
  ask("POST", "/api/users/forgot-password", { body, headers });
const reset = (body: unknown): Promise<Answered> => ask("POST", "/api/users/reset-password", { body });

/** Nothing was mailed to somebody, and no token is waiting for them. */
async function expectNoMail({ id, email }: Entered): Promise<void> {
  await mailsHaveCome(world, (await newcomer(world)).email);
  expect(world.mails.mails.filter(({ recipients }) => recipients.includes(email))).toStrictEqual([]);
  expect(await world.sql("select purpose from lucent_tokens where user_id = $1::uuid", id)).toStrictEqual([]);
}

async function hashNow(): Promise<unknown> {
  return (await world.sql("select password from users where id = $1::uuid", ada.id))[0]?.[0];
}

describe("T-RST-01 the link in a mail", () => {
  test.each([
    ["X-Forwarded-Host", { "x-forwarded-host": "evil.com" }],
    ["X-Forwarded-Host and -Proto", { "x-forwarded-host": "evil.com", "x-forwarded-proto": "https" }],
    ["Forwarded", { forwarded: "host=evil.com;proto=http" }],
    ["X-Original-URL", { "x-original-url": "https://evil.com/", "x-rewrite-url": "/evil" }],
    ["Referer", { referer: "https://evil.com/" }],
    ["the own Origin", { origin: own }],
  ])("leads where the configuration says, whatever %s says", async (_, headers) => {
    expect((await forgot({ email: ada.email }, headers)).status).toBe(202);
    const { links, raw, recipients } = await world.mails.next(({ to }) => to === ada.email);
    expect(recipients).toStrictEqual([ada.email]);
    expect(links).toStrictEqual([
      expect.stringMatching(/^https:\/\/www\.example\.com\/reset-password\?token=[\w-]{43}$/),
    ]);
    expect(raw).not.toContain("evil");
  });

  test.each([
    ["Host", { host: "evil.com" }, 421, "MISDIRECTED_REQUEST"],
    ["Host with a port", { host: "api.example.com:8443" }, 421, "MISDIRECTED_REQUEST"],
    ["X-Forwarded-Proto", { "x-forwarded-proto": "http" }, 403, "FORBIDDEN"],
    ["Origin", { origin: "https://evil.com" }, 403, "CSRF"],
    ["Sec-Fetch-Site", { "sec-fetch-site": "cross-site" }, 403, "CSRF"],
  ])("is not mailed at all where %s is somebody else's", async (...[, headers, status, code]) => {
    expect(await forgot({ email: ada.email }, headers)).toMatchObject({ status, body: { code } });
    await expectNoMail(ada);
  });
});

describe("T-RST-02 what nobody is asked for", () => {
  const extras = [
    "resetUrl",
    "redirect",
    "redirectUrl",
    "token",
    "expiresIn",
    "disableEmail",
    "user",
    "__proto__",
  ];

  test("is refused in a request for a mail, and none is sent", async () => {
    for (const name of extras) {
      const body = `{"email":${JSON.stringify(ada.email)},${JSON.stringify(name)}:"https://evil.com"}`;
      const answer = await forgot(body);
      expect([name, answer.status, answer.body.code]).toStrictEqual([name, 422, "VALIDATION"]);
      expect(answer.text).not.toContain("evil");
    }
    for (const email of [[ada.email, "eve@evil.com"], [ada.email], { eq: ada.email }, null, 7])
      expect(await forgot({ email })).toMatchObject({
        status: 422,
        body: { errors: [{ path: "email", rule: "type" }] },
      });
    await expectNoMail(ada);
  });

  test("is refused in a reset, and the token stays good", async () => {
    const token = await resetToken(world, ada.email);
    const another = "another good password";
    for (const more of [
      { email: "eve@evil.com" },
      { userId: ada.id },
      { redirect: "/" },
      { session: "token" },
    ])
      expect((await reset({ token, password: another, ...more })).status).toBe(422);
    expect((await reset({ token, password: another })).status).toBe(204);
  });
});

describe("what is no token", () => {
  const odd: readonly unknown[] = [
    { like: "" },
    { neq: null },
    null,
    "",
    [],
    [randomBytes(32).toString("base64url")],
    true,
    0,
    "null",
    "undefined",
    "a".repeat(42),
    "a".repeat(44),
    "a".repeat(5_000),
    `${"a".repeat(42)}=`,
    `${"a".repeat(42)}\n`,
    `${"a".repeat(42)}B`,
    undefined,
  ];

  test("T-RST-07 is refused before anything is looked up", async () => {
    const beside = openDatabase({ collections: [], database: { url: world.url, max: 1 } }, {});
    try {
      await beside.database.transaction(async (tx) => {
        // Whoever looked something up would wait for these, and fail.
        const lock = "lock table lucent_tokens, lucent_sessions, users in access exclusive mode";
        await tx.run({ text: lock, values: [] });
        for (const token of odd) {
          const answer = await reset({ token, password });
          expect(answer).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
          expect(answer.body.errors).toMatchObject([{ path: "token" }]);
          for (const path of ["verify-email", "confirm-email"])
            expect((await ask("POST", `/api/users/${path}`, { body: { token } })).status).toBe(422);
        }
      });
    } finally {
      await beside.close();
    }
  });

  test("T-RST-08 resets nobody who never asked for it", async () => {
    for (const token of [undefined, null, "", "null"])
      expect((await reset({ token, password: "another good password" })).status).toBe(422);
    for (const token of ["A".repeat(43), randomBytes(32).toString("base64url")])
      expect(await reset({ token, password: "another good password" })).toMatchObject({
        status: 400,
        body: { code: "INVALID_TOKEN" },
      });
    expect(await hashNow()).toBe(hash);
  });
});

describe("T-RST-12 a link that something fetches before its reader does", () => {
  const methods = ["GET", "HEAD", "OPTIONS", "GET", "HEAD"];

  test("leads to the application, and works afterwards", async () => {
    const token = await resetToken(world, ada.email);
    for (const method of methods)
      for (const path of ["/api/users/reset-password", "/reset-password"]) {
        const answer = await world.ask(method, `${path}?token=${token}`);
        expect([method, path, answer.status < 500]).toStrictEqual([method, path, true]);
        if (method === "GET") expect([404, 405]).toContain(answer.status);
      }
    expect(await hashNow()).toBe(hash);
    expect((await reset({ token, password: "another good password" })).status).toBe(204);
    expect(await hashNow()).not.toBe(hash);
  });

  test("verifies nothing by being fetched", async () => {
    await ask("POST", "/api/users/resend-verification", { body: { email: ada.email } });
    const token = await mailedToken(world, ada.email, "verify-email");
    for (const method of methods) await world.ask(method, `/api/users/verify-email?token=${token}`);
    const isVerified = () => world.sql("select email_verified from users where id = $1::uuid", ada.id);
    expect(await isVerified()).toStrictEqual([[false]]);
    expect((await ask("POST", "/api/users/verify-email", { body: { token } })).status).toBe(204);
    expect(await isVerified()).toStrictEqual([[true]]);
  });
});
