import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { type DatabaseProxy, databaseProxy } from "../../core/test/world/database-proxy.ts";
import { cheap } from "./world/accounts.ts";
import { type Asked, type Asker, cookieHeader } from "./world/asker.ts";
import { type Application, type AuthWorld, authWorld, newCredentials } from "./world/auth-world.ts";
import { door, enter, type Entered, newcomer } from "./world/door.ts";
import { safeAsker } from "./world/safe-asker.ts";

let world: AuthWorld;
let proxy: DatabaseProxy;
let app: Application;
let ask: Asker;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [door()] });
  app = await world.another({
    async through(url) {
      proxy = await databaseProxy(url);
      return proxy.url;
    },
  });
  ask = safeAsker(app.ask);
});

afterAll(async () => {
  await app.stop();
  await proxy.stop();
  await world.stop();
});

beforeEach(() => {
  proxy.forget();
});

const mark = "zq7inj";
const payloads = [
  `${mark}'; select pg_sleep(5)--`,
  `${mark}\\'; drop table users; --`,
  `${mark}\u02bc OR 1=1`,
  `{"${mark}"},*`,
];

/** Those of a statement's texts that hold something of a client. */
const foreign = (): readonly string[] =>
  proxy.parsed.filter((text) => text.includes(mark) || text.includes("pg_sleep"));

/** As a header can carry it. */
const plain = (text: string): string => text.replaceAll(/[^ -~]/g, "");

/** As much of it as the local part of an address that is none the less looked up can hold. */
const addressOf = (text: string): string =>
  `${text.replaceAll(/[^a-z0-9'$*/{|}=-]/g, "").slice(0, 50)}@example.com`;

test("T-INJ-13 no text of a client gets into a statement about accounts, wherever it stands", async () => {
  const ada = await newcomer(world);
  const token = ada.accessToken;
  const post = (path: string, body: object, more: Asked = {}) =>
    ask("POST", `/api/users/${path}`, { body, ...more });
  const { password } = newCredentials();
  const places: readonly ((text: string) => Promise<unknown>)[] = [
    (text) => post("login", { email: text, password }),
    (text) => post("login", { email: addressOf(text), password: text, session: text }),
    (text) => post("login", { email: ada.email, password: text }),
    (text) => post("register", { email: addressOf(text), password }),
    (text) => post("register", { email: newCredentials().email, password, name: text, role: text }),
    (text) => post("register", { email: newCredentials().email, password, [text]: text }),
    (text) => post("refresh", { refreshToken: text }),
    (text) => post("refresh", { refreshToken: `lrt_${text}` }),
    (text) => post("logout", { refreshToken: text }),
    (text) => post("forgot-password", { email: addressOf(text) }),
    (text) => post("resend-verification", { email: addressOf(text) }),
    (text) => post("reset-password", { token: text, password: text }),
    (text) => post("verify-email", { token: text }),
    (text) => post("confirm-email", { token: text }),
    (text) => post("change-password", { currentPassword: text, newPassword: text }, { token }),
    (text) => post("change-email", { currentPassword: text, email: addressOf(text) }, { token }),
    (text) => post("api-keys", { name: text, scopes: [text], expiresAt: text }, { token }),
    (text) => ask("DELETE", `/api/users/api-keys/${encodeURIComponent(text)}`, { token }),
    (text) => ask("DELETE", `/api/users/sessions/${encodeURIComponent(text)}`, { token }),
    (text) => ask("GET", "/api/users/me", { token: plain(text) }),
    (text) => ask("GET", "/api/users/me", { headers: { "x-api-key": plain(text) } }),
    (text) => ask("GET", "/api/users/me", { headers: { "x-api-key": `lk_live_${plain(text)}` } }),
    (text) => ask("GET", "/api/users/me", { cookie: `lucent_at=${plain(text)}; lucent_rt=${plain(text)}` }),
    (text) => ask("GET", "/api/users/me", { token, headers: { "user-agent": plain(text) } }),
    (text) => ask("GET", "/api/users/me", { token, headers: { "x-request-id": plain(text) } }),
    (text) => ask("GET", "/api/users/me", { token, address: plain(text) }),
  ];
  for (const text of payloads) for (const place of places) await place(text);
  expect(foreign()).toStrictEqual([]);
  expect(proxy.statements()).toBeGreaterThan(payloads.length);
});

test("T-INJ-13 what is kept of a client's texts is kept as it came", async () => {
  for (const text of payloads.slice(-3)) {
    const email = `kept.${addressOf(text)}`;
    const body = { email, name: text, password: `${text} and more` };
    const agent = plain(text);
    const made = await ask("POST", "/api/users/register", { body, headers: { "user-agent": agent } });
    expect([made.status, made.body.user.name]).toStrictEqual([201, text]);
    const token = made.body.accessToken;
    const login = await ask("POST", "/api/users/login", { body: { email, password: body.password } });
    expect(login.status).toBe(200);
    const key = { name: text, scopes: ["users:read"] };
    const { status } = await ask("POST", "/api/users/api-keys", { body: key, token });
    const keys = await ask("GET", "/api/users/api-keys", { token });
    expect([status, keys.body.data[0].name]).toStrictEqual([201, text]);
    const sessions = await ask("GET", "/api/users/sessions", { token });
    const agents = sessions.body.data.map(({ userAgent }: { userAgent: unknown }) => userAgent);
    expect(agents).toContain(agent);
  }
  expect(foreign()).toStrictEqual([]);
});

test("T-INJ-13 a slug, a role and a scope that are in a statement are the application's own", async () => {
  const before = proxy.parsed.length;
  const ada: Entered = await newcomer(world);
  await enter(app, ada);
  const cookies = await enter(app, ada, { transport: "cookie" });
  await ask("POST", "/api/users/logout", { cookie: cookieHeader(cookies), headers: app.ownPage });
  const own = proxy.parsed.slice(before);
  for (const secret of [ada.id, ada.email, ada.accessToken, ada.refreshToken])
    expect(own.filter((text) => text.includes(secret))).toStrictEqual([]);
  expect(own.length).toBeGreaterThan(0);
});
