import { randomBytes, randomUUID } from "node:crypto";

import { lucent } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { auth } from "../src/plugin.ts";
import { cheap } from "./world/accounts.ts";
import { type Asked, type Asker, asker } from "./world/asker.ts";
import { type AuthWorld, authWorld, newCredentials, type SignedIn } from "./world/auth-world.ts";
import { posts, staff, users } from "./world/collections.ts";
import { door, newcomer } from "./world/door.ts";
import { listen } from "./world/listen.ts";
import { safeAsker } from "./world/safe-asker.ts";

let world: AuthWorld;
let ask: Asker;
let ada: SignedIn;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [door()] });
  ask = safeAsker(world.ask);
  ada = await world.register();
});
afterAll(() => world.stop());

/** Routes that read a body whoever asks. */
const open = [
  "register",
  "login",
  "refresh",
  "forgot-password",
  "reset-password",
  "verify-email",
  "confirm-email",
  "resend-verification",
] as const;
/** Routes that read one of somebody who is signed in. */
const closed = ["change-password", "change-email", "api-keys"] as const;
const withBody = [...open, ...closed].map((path) => `/api/users/${path}`);

/** Every path of an account, and what it can do. */
const paths: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...open, ...closed].map((path) => [path, "POST, OPTIONS"])),
  "api-keys": "POST, GET, HEAD, OPTIONS",
  logout: "POST, OPTIONS",
  "logout-all": "POST, OPTIONS",
  me: "GET, HEAD, OPTIONS",
  sessions: "GET, HEAD, OPTIONS",
  [`sessions/${"0".repeat(16)}`]: "DELETE, OPTIONS",
  [`api-keys/${randomUUID()}`]: "DELETE, OPTIONS",
};
const safe: readonly string[] = ["GET", "HEAD"];
const methods = [...safe, "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const asAda = (asked: Asked = {}): Asked => ({ token: ada.accessToken, ...asked });

/** Posts as somebody who may: an account makes few keys in an hour, so that each request for one is another's. */
const post = async (path: string, asked: Asked) => {
  const token = path.endsWith("/api-keys") ? (await newcomer(world)).accessToken : ada.accessToken;
  return ask("POST", path, { token, ...asked });
};

describe("a path of accounts", () => {
  test("takes its methods; others are told which", async () => {
    for (const [path, allow] of Object.entries(paths)) {
      const others = methods.filter((method) => !allow.split(", ").includes(method));
      for (const method of [...others, "PROPFIND"]) {
        const asked = safe.includes(method) ? {} : { body: {}, headers: { "content-length": "2" } };
        const { status, headers, body } = await ask(method, `/api/users/${path}`, asAda(asked));
        expect([method, path, status, headers["allow"]]).toStrictEqual([method, path, 405, allow]);
        if (method !== "HEAD") expect(body.code).toBe("METHOD_NOT_ALLOWED");
      }
      const options = await ask("OPTIONS", `/api/users/${path}`);
      expect([path, options.status, options.headers["allow"], options.text]).toStrictEqual([
        path,
        204,
        allow,
        "",
      ]);
    }
    expect((await ask("GET", "/api/users/me", asAda())).status).toBe(200);
  });

  test("is read by HEAD as by GET, without the body", async () => {
    for (const path of ["/api/users/me", "/api/users/sessions", "/api/users/api-keys"]) {
      for (const asked of [asAda(), {}]) {
        const [get, head] = [await ask("GET", path, asked), await ask("HEAD", path, asked)];
        expect([path, head.status, head.text, head.headers["content-type"]]).toStrictEqual([
          path,
          get.status,
          "",
          get.headers["content-type"],
        ]);
      }
    }
  });

  test("may end in a slash, and in no two", async () => {
    const { email, password } = ada;
    expect((await ask("POST", "/api/users/login/", { body: { email, password } })).status).toBe(200);
    expect((await ask("GET", "/api/users/me/", asAda())).body.id).toBe(ada.id);
    for (const path of ["/api/users/me//", "/api/users//me", "/api//users/me", "/api/users/me/more"])
      expect([path, (await ask("GET", path, asAda())).status]).toStrictEqual([path, 404]);
  });

  test("is below the prefix, whichever that is; the keys are where everybody looks for them", async () => {
    const environment = {
      SESSION_SECRET: randomBytes(32).toString("base64"),
      JWT_SECRET: randomBytes(32).toString("base64"),
    };
    const plugin = await lucent(
      {
        collections: [users, staff, posts],
        plugins: [auth({ hash: cheap, mailer: false })],
        database: { url: world.url, max: 2 },
        api: { prefix: "/v1/app", trustProxy: 1 },
        logger: false,
      },
      environment,
    );
    const listening = await listen(plugin);
    const { port } = listening;
    const other = asker(port, `127.0.0.1:${port}`);
    try {
      const { email, password } = ada;
      const headers = { origin: `http://127.0.0.1:${port}` };
      const body = { email, password, session: "cookie" };
      const signedIn = await other("POST", "/v1/app/users/login", { body, headers });
      expect(signedIn.status).toBe(200);
      for (const cookie of signedIn.setCookies) expect(cookie).toContain("; Path=/;");
      expect((await other("GET", "/v1/app/users/me", { cookie: signedIn })).body.id).toBe(ada.id);
      expect((await other("POST", "/v1/app/users/refresh", { cookie: signedIn, headers })).status).toBe(200);
      expect((await other("GET", "/.well-known/jwks.json")).status).toBe(200);
      for (const path of ["/api/users/me", "/users/me", "/v1/users/me", "/v1/app/.well-known/jwks.json"])
        expect([path, (await other("GET", path, { cookie: signedIn })).status]).toStrictEqual([path, 404]);
    } finally {
      other.close();
      await listening.stop();
      await plugin.decorator.lucent.stop();
    }
  });
});

describe("a body", () => {
  const chunked = { "transfer-encoding": "chunked" };

  test("has 16 KiB, whether or not it says how long it is", async () => {
    for (const path of withBody) {
      for (const headers of [{}, chunked]) {
        const padded = (length: number) => `{"x":"${"x".repeat(length - 8)}"}`;
        const most = await post(path, { body: padded(16_384), headers });
        expect([path, most.status]).toStrictEqual([path, 422]);
        const more = await post(path, { body: padded(16_385), headers });
        expect([path, more.status, more.body.code]).toStrictEqual([path, 413, "PAYLOAD_TOO_LARGE"]);
      }
    }
  });

  test("is JSON, and says so", async () => {
    const types = ["text/plain", "application/x-www-form-urlencoded", ""];
    for (const path of withBody) {
      for (const type of types) {
        const { status, body } = await post(path, { body: {}, headers: { "content-type": type } });
        expect([path, type, status, body.code]).toStrictEqual([path, type, 415, "UNSUPPORTED_MEDIA_TYPE"]);
      }
      const compressed = await post(path, { body: {}, headers: { "content-encoding": "gzip" } });
      expect([path, compressed.status]).toStrictEqual([path, 415]);
      for (const text of ["{", "", '{"a":1,}', "\u0000"]) {
        // Without any a refresh looks for its cookie.
        if (path.endsWith("/refresh") && text === "") continue;
        const { status, body } = await post(path, { body: text, headers: chunked });
        expect([path, text, status, body.code]).toStrictEqual([path, text, 400, "BAD_REQUEST"]);
      }
      for (const text of ["[]", "null", '"text"']) {
        const { status, body } = await post(path, { body: text });
        expect([path, text, status, body.errors]).toStrictEqual([
          path,
          text,
          422,
          [{ path: "", rule: "type" }],
        ]);
      }
    }
  });

  test("that makes no sense keeps nobody signed in", async () => {
    for (const asked of [
      { body: "{" },
      { body: "[]" },
      { body: { refreshToken: 1 } },
      { body: "x".repeat(20_000) },
      { body: "a=b", headers: { "content-type": "text/plain" } },
    ] satisfies Asked[]) {
      const { accessToken } = await world.login(ada);
      const answer = await ask("POST", "/api/users/logout", { ...asked, token: accessToken });
      expect(answer.status).toBe(204);
      expect((await ask("GET", "/api/users/me", { token: accessToken })).status).toBe(401);
    }
  });
});

describe("a query string", () => {
  test("R-AK-2 is no place for a credential, on no route, and is kept nowhere", async () => {
    const { body: made } = await post("/api/users/api-keys", { body: { name: "CI", scopes: ["*"] } });
    const key: string = made.key;
    const query = (name: string, value: string): string => `?${name}=${encodeURIComponent(value)}`;
    const shown = [
      ...["api_key", "apiKey", "x-api-key", "access_token", "token", "authorization"].map((name) =>
        query(name, key),
      ),
      ...["access_token", "token", "accessToken"].map((name) => query(name, ada.accessToken)),
      query("refreshToken", ada.refreshToken),
    ];
    for (const [at, [path, allow]] of Object.entries(paths).entries()) {
      const method = allow.split(", ")[0] ?? "GET";
      for (const search of [shown[at % shown.length], shown[(at + 3) % shown.length]]) {
        const body = method === "POST" ? { body: {} } : {};
        const answer = await ask(method, `/api/users/${path}${search}`, body);
        expect([method, path, search, answer.status]).toStrictEqual([method, path, search, 400]);
      }
    }
    for (const search of shown) {
      // Nobody is signed in by it, and who is signed in anyhow is told that it is no parameter.
      expect((await ask("GET", `/api/posts${search}`)).status).toBe(401);
      expect((await ask("GET", `/api/posts${search}`, asAda())).status).toBe(400);
      expect((await ask("GET", `/api/posts/${ada.id}${search}`, asAda())).status).toBe(400);
    }
    const health = await ask("GET", `/api/health/live${query("api_key", key)}`);
    expect(health.status).toBe(400);
    const kept = JSON.stringify([world.log.lines, world.audit.events]);
    for (const value of [key, key.slice(-20), ada.accessToken, ada.refreshToken])
      expect(kept).not.toContain(value);
  });

  test("has no parameters at accounts, and an empty one is none", async () => {
    const me = async (search: string) => (await ask("GET", `/api/users/me${search}`, asAda())).status;
    expect(await me("?")).toBe(200);
    for (const search of ["?x=1", "?select=email", "?depth=3", "?populate=x", "?=", "?id=1&id=2"])
      expect([search, await me(search)]).toStrictEqual([search, 400]);
    const { email, password } = ada;
    const login = await ask("POST", `/api/users/login?session=cookie`, { body: { email, password } });
    expect([login.status, login.setCookies]).toStrictEqual([400, []]);
    expect((await ask("GET", "/.well-known/jwks.json?v=1")).status).toBe(200);
  });
});

test("T-HDR-03 nothing that is made for somebody is kept by a cache, and what decides is named", async () => {
  const { email, password } = ada;
  const session = { session: "cookie", email, password };
  const made = await ask("POST", "/api/posts", asAda({ body: { title: "a post", author: ada.id } }));
  const own = `/api/posts/${made.body.id}`;
  const byCookie = await ask("POST", "/api/users/login", { body: session, headers: world.ownPage });
  const answers = [
    made,
    byCookie,
    await ask("POST", "/api/users/login", { body: { email, password } }),
    await ask("POST", "/api/users/refresh", { cookie: byCookie, headers: world.ownPage }),
    await ask("POST", "/api/users/forgot-password", { body: { email: newCredentials().email } }),
    await ask("POST", "/api/users/logout"),
    await ask("POST", "/api/users/login", { body: { email, password: "another password" } }),
    await ask("POST", "/api/users/login", { body: { email } }),
    await ask("POST", "/api/users/refresh", { body: { refreshToken: "x" } }),
    await ask("GET", "/api/users/me"),
    await ask("GET", "/api/users/me?x=1"),
  ];
  for (const who of [asAda(), { cookie: byCookie }]) {
    for (const path of ["/api/users/me", "/api/users/sessions", "/api/users/api-keys", "/api/posts", own])
      answers.push(await ask("GET", path, who), await ask("HEAD", path, who));
    const { headers } = await ask("GET", own, who);
    const again = { ...who, headers: { "if-none-match": headers["etag"] ?? "" } };
    answers.push(await ask("GET", own, again));
    expect(answers.at(-1)?.status).toBe(304);
    for (const path of ["/api/posts/x", "/api/users/me?x=1", "/api/users/login", "/api/ghosts"])
      answers.push(await ask("GET", path, who));
  }
  for (const { status, headers } of answers) {
    expect([status, headers["cache-control"]]).toStrictEqual([status, "no-store"]);
    const vary = headers["vary"]?.toLowerCase().split(", ");
    expect(vary).toStrictEqual(expect.arrayContaining(["authorization", "cookie", "origin"]));
  }
  // Public keys are the same for everybody.
  const keys = await ask("GET", "/.well-known/jwks.json", asAda());
  expect(keys.headers["cache-control"]).toBe("public, max-age=300");
});

test("T-HDR-05 no value that was sent to an account's route comes back in a problem", async () => {
  const secret = "hunter2-hunter2";
  const values = [secret, [secret], { eq: secret }, `${secret}\u0000`, secret.repeat(75), { [secret]: 1 }];
  const names = [
    "email",
    "password",
    "session",
    "refreshToken",
    "token",
    "name",
    "role",
    "currentPassword",
    "newPassword",
    "scopes",
    "expiresAt",
    `${secret}!`,
  ];
  const bodies = [
    ...values.map((value) => Object.fromEntries(names.map((name) => [name, value]))),
    ...names.map((name) => ({ [name]: [secret] })),
  ];
  for (const path of withBody) {
    for (const body of bodies) {
      const { status, text } = await post(path, { body });
      expect([401, 403, 422]).toContain(status);
      expect(text).not.toContain(secret);
    }
    const broken = await post(path, { body: `{"password":"${secret}` });
    expect([path, broken.status, broken.text.includes(secret)]).toStrictEqual([path, 400, false]);
  }
  const text = JSON.stringify(world.log.lines);
  expect(text).not.toContain(secret);
});
