import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld, newCredentials, type SignedIn } from "./world/auth-world.ts";
import { posts, staff, users } from "./world/collections.ts";
import { members, tokenOf } from "./world/members.ts";
import { told } from "./world/uniform.ts";

const collections = [users, staff, posts, members] as const;

let world: AuthWorld<typeof collections>;

beforeAll(async () => {
  world = await authWorld({ collections, auth: { hash: cheap } });
});
afterAll(() => world.stop());

const post = (path: string, body: unknown, token?: string) =>
  world.ask("POST", `/api/${path}`, { body, token });
const mailTo = (address: string, about: RegExp) =>
  world.mails.next(({ recipients, subject }) => recipients.includes(address) && about.test(subject));
const code = ({ status, body }: { readonly status: number; readonly body: { readonly code?: string } }) => [
  status,
  body?.code,
];

describe("an address that has to be verified", () => {
  test("T-AUTH-16 opens nothing before, and says so only to whoever knows the password", async () => {
    const account = await world.register({}, "members");
    expect([account.status, account.body]).toStrictEqual([202, {}]);
    expect(account.setCookies).toStrictEqual([]);

    const right = await world.login(account, "members");
    expect(code(right)).toStrictEqual([403, "EMAIL_UNVERIFIED"]);
    expect(right.text).not.toMatch(/eyJ|lrt_/);
    expect(right.setCookies).toStrictEqual([]);
    const wrong = await world.login({ ...account, password: "another password" }, "members");
    const unknown = await world.login(newCredentials(), "members");
    expect(code(wrong)).toStrictEqual([401, "INVALID_CREDENTIALS"]);
    expect(told(wrong)).toStrictEqual(told(unknown));
    expect(code(await post("members/api-keys", { name: "mine", scopes: ["*"] }))).toStrictEqual([
      401,
      "UNAUTHENTICATED",
    ]);
    const rows = await world.sql(
      "select 1 from lucent_sessions where collection = 'members' union all select 1 from lucent_api_keys",
    );
    expect(rows).toHaveLength(0);

    const token = tokenOf(await mailTo(account.email, /./));
    expect((await post("members/verify-email", { token })).status).toBe(204);
    expect((await world.login(account, "members")).status).toBe(200);
  });

  test("T-AUTH-17 is not a stranger's who has claimed it before", async () => {
    const stranger = await world.register({}, "members");
    const { email } = stranger;
    const early = tokenOf(await mailTo(email, /./));
    const owner = await world.register({ email }, "members");
    expect(told(owner)).toStrictEqual(told(stranger));
    const late = tokenOf(await mailTo(email, /./));
    expect(late).not.toBe(early);

    // Nobody knows which of the two reads the mail: neither password counts, whoever reads it chooses one.
    expect(code(await post("members/verify-email", { token: early }))).toStrictEqual([400, "INVALID_TOKEN"]);
    expect(code(await world.login(stranger, "members"))).toStrictEqual([401, "INVALID_CREDENTIALS"]);
    expect(code(await world.login(owner, "members"))).toStrictEqual([401, "INVALID_CREDENTIALS"]);
    const { password } = owner;
    expect((await post("members/reset-password", { token: late, password })).status).toBe(204);
    await mailTo(email, /password.*changed/i);
    expect(code(await world.login(stranger, "members"))).toStrictEqual([401, "INVALID_CREDENTIALS"]);
    expect((await world.login(owner, "members")).status).toBe(200);
    // A third registration changes nothing about an address that is verified.
    expect(told(await world.register({ email }, "members"))).toStrictEqual(told(stranger));
    await mailTo(email, /./);
    expect((await world.login(owner, "members")).status).toBe(200);
  });
});

test("T-AUTH-17 a stranger who claims an address after its owner has no way in either", async () => {
  const owner = await world.register({}, "members");
  const { email } = owner;
  const first = tokenOf(await mailTo(email, /./));
  const stranger = await world.register({ email }, "members");
  const second = tokenOf(await mailTo(email, /./));
  for (const token of [first, second])
    expect(code(await post("members/verify-email", { token }))).toStrictEqual([400, "INVALID_TOKEN"]);
  const password = "the owner's own words";
  expect((await post("members/reset-password", { token: second, password })).status).toBe(204);
  expect(code(await world.login(stranger, "members"))).toStrictEqual([401, "INVALID_CREDENTIALS"]);
  expect((await world.login({ email, password }, "members")).status).toBe(200);
});

test("T-AUTH-17 who proves by mail that an address is theirs ends what a stranger opened under it", async () => {
  const stranger = await world.register();
  const { email } = stranger;
  const key = await post(
    "users/api-keys",
    { name: "back door", scopes: ["users:read"] },
    stranger.accessToken,
  );
  expect([key.status, code(await world.register({ email }))]).toStrictEqual([201, [409, "CONFLICT"]]);
  const me = (token: string) => world.ask("GET", "/api/users/me", { token });
  expect((await me(key.body.key)).status).toBe(200);

  await post("users/forgot-password", { email });
  const token = tokenOf(await mailTo(email, /new password/));
  const password = "the owner's own words";
  expect((await post("users/reset-password", { token, password })).status).toBe(204);
  expect((await me(stranger.accessToken)).status).toBe(401);
  expect((await me(key.body.key)).status).toBe(401);
  const refreshed = await post("users/refresh", { refreshToken: stranger.refreshToken });
  expect(refreshed.status).toBe(401);
  expect(code(await world.login(stranger))).toStrictEqual([401, "INVALID_CREDENTIALS"]);
  expect((await world.login({ email, password })).status).toBe(200);
});

test.each([
  ["users", 201, 409],
  ["members", 202, 202],
])("T-AUTH-18 spellings of one address are one account (%s)", async (collection, first, again) => {
  const register = (email: string) => world.register({ email }, collection);
  expect((await register("Alice@X.com")).status).toBe(first);
  for (const email of ["alice@x.com", "ALICE@x.com ", "  alice@X.COM", "ａｌｉｃｅ@x.com", "alice@ｘ.com"])
    expect([email, (await register(email)).status]).toStrictEqual([email, again]);
  const refused = await register("alice@x.com.");
  expect([refused.status, refused.body.errors]).toStrictEqual([422, [{ path: "email", rule: "format" }]]);
  const stored = await world.sql(`select email from ${collection} where email ilike '%alice%'`);
  expect(stored).toStrictEqual([["alice@x.com"]]);
});

test("T-AUTH-18 two that register one address at once are one account", async () => {
  const { email } = newCredentials();
  const answers = await Promise.all(
    [email, email.toUpperCase(), ` ${email}`, email].map((spelling) => world.register({ email: spelling })),
  );
  const statuses = answers.map(({ status }) => String(status)).toSorted();
  expect(statuses).toStrictEqual(["201", "409", "409", "409"]);
  expect(await world.sql("select 1 from users where email = $1", email)).toHaveLength(1);
});

test.each(["users", "members"])(
  "T-AUTH-19 an address that would change a mail's head is none (%s)",
  async (slug) => {
    const addresses = [
      "a＠x.com",
      "a@x.com\r\nBcc: v@x.com",
      "a@x.com\nBcc: v@x.com",
      "a@x.com\u0000",
      "a@x.com\u2028v@x.com",
      '"e@evil.com"@x.com',
      "a@x.com,b@y.com",
      "a@x.com;b@y.com",
      "a@x.com b@y.com",
      "a@x.com@y.com",
      "<a@x.com>",
      "Ada <a@x.com>",
      "a\\@x.com",
      "a@[127.0.0.1]",
      "a@x.com?subject=x",
    ];
    for (const email of addresses) {
      const refused = await world.register({ email }, slug);
      expect([email, refused.status, refused.body.errors]).toStrictEqual([
        email,
        422,
        [{ path: "email", rule: "format" }],
      ]);
      expect(refused.text).not.toContain("x.com");
      // Here nobody may learn that it is none; there is just nobody to write to.
      for (const path of ["forgot-password", "resend-verification"])
        expect([email, (await post(`${slug}/${path}`, { email })).status]).toStrictEqual([email, 202]);
    }
    const { email } = await world.register({}, slug);
    await mailTo(email, /./);
    const known = /^(?:ada-\d+@example\.com|alice@x\.com)$/;
    const all = world.mails.mails.map(({ recipients }) => recipients);
    expect(all.filter((recipients) => recipients.length !== 1 || !known.test(String(recipients[0])))).toEqual(
      [],
    );
  },
);

test("T-ENUM-11 a similar address is unknown, unless it is the same one in another spelling", async () => {
  const { password, ...account }: SignedIn = await world.register({ email: "ada.lovelace@example.org" });
  expect(account.status).toBe(201);
  for (const email of ["ADA.Lovelace@Example.ORG", " ada.lovelace@example.org ", "ａda.lovelace@example.org"])
    expect([email, (await world.login({ email, password })).body.user?.id]).toStrictEqual([
      email,
      account.id,
    ]);
  const unknown = told(await world.login({ ...newCredentials(), password }));
  expect(unknown.status).toBe(401);
  for (const email of [
    "adá.lovelace@example.org",
    "ada.lovelace@éxample.org",
    "ada.lovelace@example.org.",
    "ada.lovelace+tag@example.org",
    "adalovelace@example.org",
    "ada.lovelace@sub.example.org",
    "ada.lovelace@example.org%00",
    "ada%@example.org",
    "ada_lovelace@example.org",
    "аda.lovelace@example.org",
    "ada.lovelace\u200b@example.org",
  ])
    expect([email, told(await world.login({ email, password }))]).toStrictEqual([email, unknown]);
});
