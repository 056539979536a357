import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap, hashOf } from "./world/accounts.ts";
import { type AuthWorld, authWorld, newCredentials, type SignedIn } from "./world/auth-world.ts";
import { told } from "./world/uniform.ts";

let world: AuthWorld;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap } });
});
afterAll(() => world.stop());

const me = async ({ accessToken: token }: SignedIn, slug = "users"): Promise<number> =>
  (await world.ask("GET", `/api/${slug}/me`, { token })).status;
const refresh = ({ refreshToken }: SignedIn) =>
  world.ask("POST", "/api/users/refresh", { body: { refreshToken } });
const code = ({ status, body }: { readonly status: number; readonly body: { readonly code?: string } }) => [
  status,
  body?.code,
];

test("T-AUTH-23 T-AUTH-24 nobody is there before the first account, and that has no more rights than any other", async () => {
  expect(await world.sql("select id from users union all select id from staff")).toStrictEqual([]);
  for (const name of ["admin", "root", "administrator", "admin@example.com", "admin@localhost"])
    for (const slug of ["users", "staff"])
      for (const password of [name, "", "password"])
        expect(code(await world.login({ email: name, password }, slug))).toStrictEqual([
          401,
          "INVALID_CREDENTIALS",
        ]);
  expect(code(await world.ask("GET", "/api/users"))).toStrictEqual([401, "UNAUTHENTICATED"]);
  // What is not open to everybody is not open to the first one either.
  expect(code(await world.register({}, "staff"))).toStrictEqual([401, "UNAUTHENTICATED"]);
  expect(code(await world.register({ role: "editor" }))).toStrictEqual([403, "FORBIDDEN"]);

  const [first, second] = [await world.register(), await world.register()];
  expect([first.body.user.role, second.body.user.role]).toStrictEqual(["member", "member"]);
  const editor = { body: { role: "editor" }, token: first.accessToken };
  expect(code(await world.ask("PATCH", `/api/users/${first.id}`, editor))).toStrictEqual([403, "FORBIDDEN"]);
  expect(await world.sql("select role from users")).toStrictEqual([["member"], ["member"]]);
  expect(await world.sql("select id from staff")).toStrictEqual([]);
});

test("T-AUTH-15 a deleted account's password, refresh token and access token are over", async () => {
  const ada = await world.register();
  const deleted = await world.ask("DELETE", `/api/users/${ada.id}`, { token: ada.accessToken });
  expect([deleted.status, await me(ada)]).toStrictEqual([204, 401]);
  expect(code(await refresh(ada))).toStrictEqual([401, "UNAUTHENTICATED"]);
  const refused = await world.login(ada);
  expect(code(refused)).toStrictEqual([401, "INVALID_CREDENTIALS"]);
  expect(told(refused)).toStrictEqual(told(await world.login(newCredentials())));
  expect(await world.sql("select 1 from users where email = $1", ada.email)).toHaveLength(1);
});

test("T-AUTH-20 a new password ends the sessions of other devices and every mailed token, and keeps its own", async () => {
  const phone = await world.register();
  const { email, password } = phone;
  const [laptop, tablet] = [await world.login({ email, password }), await world.login({ email, password })];
  const sessions = await world.sql("select id from lucent_sessions where user_id = $1::uuid", phone.id);
  expect([sessions.length, await me(laptop), await me(tablet)]).toStrictEqual([3, 200, 200]);
  await world.ask("POST", "/api/users/forgot-password", { body: { email } });
  const { links } = await world.mails.next(
    ({ recipients, subject }) => recipients[0] === email && /new password/.test(subject),
  );
  const token = new URL(String(links[0])).searchParams.get("token");

  const newPassword = "a quiet place to read";
  const change = { currentPassword: password, newPassword };
  const changed = await world.ask("POST", "/api/users/change-password", {
    body: change,
    token: phone.accessToken,
  });
  expect([changed.status, changed.text]).toStrictEqual([204, ""]);
  expect([await me(phone), await me(laptop), await me(tablet)]).toStrictEqual([200, 401, 401]);
  expect((await refresh(laptop)).status).toBe(401);
  expect((await refresh(tablet)).status).toBe(401);
  expect((await refresh(phone)).status).toBe(200);
  const reset = await world.ask("POST", "/api/users/reset-password", {
    body: { token, password: "yet another one" },
  });
  expect(code(reset)).toStrictEqual([400, "INVALID_TOKEN"]);
  expect((await world.login({ email, password })).status).toBe(401);
  expect((await world.login({ email, password: newPassword })).status).toBe(200);
});

test("T-AUTH-21 a session alone changes neither password nor address, however old it is", async () => {
  const ada = await world.register();
  const bob = await world.register();
  const stored = () => world.sql("select email, password from users where id = $1::uuid", ada.id);
  const before = await stored();
  for (const age of ["0 minutes", "1 hour"]) {
    await world.sql(
      "update lucent_sessions set authenticated_at = now() - $1::text::interval where user_id = $2::uuid",
      age,
      ada.id,
    );
    for (const proof of [{}, { currentPassword: "" }, { currentPassword: bob.password }]) {
      for (const [path, change] of [
        ["change-password", { newPassword: "the thief's own words" }],
        ["change-email", { email: "thief@example.com" }],
      ] as const) {
        const body = { ...change, ...proof };
        const refused = await world.ask("POST", `/api/users/${path}`, { body, token: ada.accessToken });
        expect([path, proof, ...code(refused)]).toStrictEqual([path, proof, 401, "INVALID_CREDENTIALS"]);
      }
    }
    // By the usual way there is none at all.
    for (const name of ["email", "password"]) {
      const body = { [name]: "thief@example.com" };
      const refused = await world.ask("PATCH", `/api/users/${ada.id}`, { body, token: ada.accessToken });
      expect([refused.status, refused.body.errors]).toStrictEqual([422, [{ path: name, rule: "readOnly" }]]);
    }
  }
  expect([await stored(), await me(ada)]).toStrictEqual([before, 200]);
  expect(world.mails.mails.filter(({ recipients }) => recipients[0] === "thief@example.com")).toHaveLength(0);
});

test("T-AUTH-22 an account is nobody in another collection, even under the same id", async () => {
  const customer = await world.register();
  const email = customer.email;
  await world.sql(
    "insert into staff (id, email, password, email_verified, name) values ($1::uuid, $2, $3, true, 'Chief')",
    customer.id,
    email,
    await hashOf("the words of the chief"),
  );
  const chief = await world.login({ email, password: "the words of the chief" }, "staff");
  expect([chief.status, await me(chief, "staff"), await me(customer)]).toStrictEqual([200, 200, 200]);
  expect((await world.login(customer, "staff")).status).toBe(401);

  const key = await world.ask("POST", "/api/users/api-keys", {
    body: { name: "mine", scopes: ["*"] },
    token: customer.accessToken,
  });
  for (const token of [customer.accessToken, key.body.key]) {
    for (const [method, path, body] of [
      ["GET", "/api/staff/me"],
      ["GET", "/api/staff/sessions"],
      ["GET", "/api/staff/api-keys"],
      ["POST", "/api/staff/logout-all"],
      [
        "POST",
        "/api/staff/change-password",
        { currentPassword: customer.password, newPassword: "new words of mine" },
      ],
      ["GET", `/api/staff`],
      ["GET", `/api/staff/${customer.id}`],
      ["PATCH", `/api/staff/${customer.id}`, { name: "Customer" }],
    ] as const) {
      const refused = await world.ask(method, path, { token, ...(body === undefined ? {} : { body }) });
      expect([method, path, refused.status]).toStrictEqual([method, path, 403]);
      expect(refused.text).not.toMatch(/Chief|example\.com/);
    }
  }
  // Nor the other way round.
  expect(await me(chief, "users")).toBe(403);
  const renamed = { token: chief.accessToken, body: { name: "Chief" } };
  expect((await world.ask("PATCH", `/api/users/${chief.id}`, renamed)).status).toBe(403);
  // Tokens to go on with are bound as well, and signing out of one does not end the other.
  const refreshToken = customer.refreshToken;
  expect((await world.ask("POST", "/api/staff/refresh", { body: { refreshToken } })).status).toBe(401);
  await world.ask("POST", "/api/staff/logout", { body: { refreshToken }, token: customer.accessToken });
  expect([await me(customer), await me(chief, "staff")]).toStrictEqual([200, 200]);
  await world.ask("POST", "/api/users/logout-all", { token: customer.accessToken });
  expect([await me(customer), await me(chief, "staff")]).toStrictEqual([401, 200]);
});
