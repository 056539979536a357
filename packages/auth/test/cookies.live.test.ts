import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Answered, cookieHeader } from "./world/asker.ts";
import { type Application, type AuthWorld, authWorld, type SignedIn } from "./world/auth-world.ts";

const own = "https://api.example.com";
const environment = { NODE_ENV: "production", API_URL: own };

let world: AuthWorld;
let ada: SignedIn;

beforeAll(async () => {
  world = await authWorld({ environment });
  ada = await byCookie(await world.register());
});
afterAll(() => world.stop());

/** Signs in as a browser does: from the application's own page, and for cookies. */
function byCookie({ email, password }: SignedIn): Promise<SignedIn> {
  return world.login({ email, password, session: "cookie" });
}

const me = (cookie: string | Answered) => world.ask("GET", "/api/users/me", { cookie });
const accessOf = (cookies: Answered): string =>
  /__Host-lucent_at=([^;]*)/.exec(cookieHeader(cookies))?.[1] ?? "";
const cleared = "__Host-lucent_at=; HttpOnly; Secure; Path=/; SameSite=Lax; Max-Age=0";

describe("a sign-in for cookies", () => {
  test("T-CK-01 in production sets these cookies, and no token is in the body", () => {
    expect(ada.status).toBe(200);
    expect(ada.setCookies).toStrictEqual([
      expect.stringMatching(
        /^__Host-lucent_at=[\w-]+\.[\w-]+\.[\w-]+; HttpOnly; Secure; Path=\/; SameSite=Lax; Max-Age=900$/,
      ),
      expect.stringMatching(
        /^__Host-lucent_rt=lrt_[\w-]+; HttpOnly; Secure; Path=\/; SameSite=Strict; Max-Age=604800$/,
      ),
    ]);
    expect(Object.keys(ada.body).toSorted()).toStrictEqual(["expiresIn", "user"]);
    expect(ada.text).not.toMatch(/lrt_|eyJ/);
  });

  test("T-CK-01 in development on a loopback host sets plain ones", async () => {
    const local = await authWorld();
    try {
      const signedIn = await local.register({ session: "cookie" });
      expect([signedIn.status, Object.keys(signedIn.body).toSorted()]).toStrictEqual([
        201,
        ["expiresIn", "user"],
      ]);
      expect(signedIn.setCookies).toStrictEqual([
        expect.stringMatching(/^lucent_at=[\w.-]+; HttpOnly; Path=\/; SameSite=Lax; Max-Age=900$/),
        expect.stringMatching(/^lucent_rt=lrt_[\w-]+; HttpOnly; Path=\/; SameSite=Strict; Max-Age=604800$/),
      ]);
      expect((await local.ask("GET", "/api/users/me", { cookie: signedIn })).status).toBe(200);
    } finally {
      await local.stop();
    }
  });

  test("is refused where nothing says where it comes from", async () => {
    const { email, password } = ada;
    const body = { email, password, session: "cookie" };
    const answer = await world.ask("POST", "/api/users/login", { body });
    expect(answer).toMatchObject({ status: 403, body: { code: "CSRF" }, setCookies: [] });
  });

  test("is who one is on the next request", async () => {
    const answer = await me(ada);
    expect([answer.status, answer.body.id, answer.setCookies]).toStrictEqual([200, ada.id, []]);
  });

  test("without asking for cookies sets none", async () => {
    const answer = await world.login({ email: ada.email, password: ada.password });
    expect([answer.status, answer.setCookies]).toStrictEqual([200, []]);
  });
});

describe("reading cookies", () => {
  test.each([
    ["an object", '{"a":1}'],
    ["a list", "[1]"],
    ["a broken percent code", "%E0%A4%A"],
    ["nothing", ""],
    ["5 KB", "a".repeat(5_120)],
    ["a token of nobody", "eyJhbGciOiJub25lIn0.e30."],
  ])("T-CK-02 %s is an invalid credential: 401, and the cookie is cleared", async (_, value) => {
    const answer = await me(`__Host-lucent_at=${value}`);
    expect([answer.status, answer.body.code, answer.setCookies]).toStrictEqual([
      401,
      "UNAUTHENTICATED",
      [cleared],
    ]);
  });

  test.each([
    ["a no-break space before it", (token: string) => `\u00A0__Host-lucent_at=${token}`],
    ["upper case", (token: string) => `__HOST-LUCENT_AT=${token}`],
    ["no prefix", (token: string) => `lucent_at=${token}`],
    ["another prefix", (token: string) => `__Secure-lucent_at=${token}`],
  ])("T-CK-02 the name with %s is another name: its sender is anonymous", async (_, header) => {
    const answer = await me(header(accessOf(ada)));
    expect([answer.status, answer.setCookies]).toStrictEqual([401, []]);
    expect((await me(`__Host-lucent_at=${accessOf(ada)}`)).status).toBe(200);
  });

  test("T-CK-03 two cookies of one credential are refused, even where both are good", async () => {
    const pair = `__Host-lucent_at=${accessOf(ada)}`;
    for (const cookie of [
      `${pair}; ${pair}`,
      `${pair}; a=b; __Host-lucent_at=`,
      `${cookieHeader(ada)}; ${cookieHeader(ada)}`,
    ])
      expect(await me(cookie)).toMatchObject({ status: 400, body: { code: "BAD_REQUEST" } });
  });

  test("T-CK-04 names of an object's prototype change nobody, then or later", async () => {
    const cookie = "__proto__=%7B%22__Host-lucent_at%22%3A%22x%22%7D; constructor=1; prototype=2";
    const answer = await me(cookie);
    expect([answer.status, answer.setCookies]).toStrictEqual([401, []]);
    const later = await world.ask("GET", "/api/users/me");
    expect([later.status, later.setCookies]).toStrictEqual([401, []]);
    expect((await me(ada)).status).toBe(200);
  });
});

describe("a write with a cookie", () => {
  const write = (headers: Readonly<Record<string, string>>) =>
    world.ask("POST", "/api/posts", { body: { title: "x", author: ada.id }, cookie: ada, headers });

  test.each([
    ["T-CSRF-01 cross-site", { "sec-fetch-site": "cross-site" }, 403],
    ["T-CSRF-01 same-site", { "sec-fetch-site": "same-site" }, 403],
    ["T-CSRF-01 none", { "sec-fetch-site": "none" }, 403],
    ["T-CSRF-01 same-origin", { "sec-fetch-site": "same-origin" }, 201],
    ["T-CSRF-02 no site, own origin", { origin: own }, 201],
    ["T-CSRF-02 no site, other origin", { origin: "https://evil.example" }, 403],
    ["T-CSRF-02 no site, origin null", { origin: "null" }, 403],
    ["T-CSRF-02 no site, own referer", { referer: `${own}/page` }, 201],
    ["T-CSRF-02 nothing", {}, 403],
  ] as const)("%s", async (...[, headers, status]) => {
    const before = await world.sql("select count(*)::int from posts");
    const answer = await write(headers);
    expect(answer.status).toBe(status);
    if (status === 403) {
      expect(answer.body.code).toBe("CSRF");
      expect(await world.sql("select count(*)::int from posts")).toStrictEqual(before);
    }
  });

  test("what it is answered with depends on where it came from, and says so to caches", async () => {
    const vary = (await write(world.ownPage)).headers["vary"]?.split(", ");
    expect(vary).toEqual(expect.arrayContaining(["Origin", "Sec-Fetch-Site"]));
  });

  test("T-CSRF-06 the method is the method, whatever else is said", async () => {
    const { body: post } = await write(world.ownPage);
    const asked = { cookie: ada, headers: { ...world.ownPage, "x-http-method-override": "DELETE" } };
    const overridden = await world.ask("POST", `/api/posts/${post.id}?_method=DELETE`, asked);
    expect(overridden.status).toBeGreaterThanOrEqual(400);
    await world.ask("GET", `/api/posts/${post.id}?_method=DELETE`, asked);
    await world.ask("GET", "/api/posts?_method=POST", {
      ...asked,
      body: { title: "by GET", author: ada.id },
    });
    const read = await world.ask("GET", `/api/posts/${post.id}`, { cookie: ada });
    expect(read.status).toBe(200);
    expect(await world.sql("select count(*)::int from posts where title = 'by GET'")).toStrictEqual([[0]]);
  });

  test("a read by cookie is answered to anyone's page, which can't see the answer", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    const answer = await world.ask("GET", "/api/users/me", { cookie: ada, headers });
    expect([answer.status, answer.headers["access-control-allow-origin"]]).toStrictEqual([200, undefined]);
  });
});

describe("another site", () => {
  const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };

  test.each([undefined, "cookie"])("T-CSRF-04 signs nobody in, asking for %s", async (session) => {
    const { email, password } = ada;
    const body = { email, password, ...(session === undefined ? {} : { session }) };
    const before = await world.sql("select count(*)::int from lucent_sessions");
    const answer = await world.ask("POST", "/api/users/login", { body, headers: evil });
    expect(answer).toMatchObject({ status: 403, body: { code: "CSRF" }, setCookies: [] });
    expect(await world.sql("select count(*)::int from lucent_sessions")).toStrictEqual(before);
  });

  test("T-CSRF-04 signs nobody out, with a cookie or without", async () => {
    for (const route of ["logout", "logout-all"]) {
      const answer = await world.ask("POST", `/api/users/${route}`, { cookie: ada, headers: evil });
      expect(answer).toMatchObject({ status: 403, body: { code: "CSRF" }, setCookies: [] });
    }
    expect((await world.ask("POST", "/api/users/logout", { headers: evil })).status).toBe(403);
    expect((await me(ada)).status).toBe(200);
  });

  test("T-CSRF-05 a token or an API key needs no such check: no browser adds it by itself", async () => {
    const { accessToken } = await world.login({ email: ada.email, password: ada.password });
    const key = await world.ask("POST", "/api/users/api-keys", {
      body: { name: "CI", scopes: ["posts:create", "users:read"] },
      token: accessToken,
      headers: evil,
    });
    expect(key.status).toBe(201);
    const body = { title: "by token", author: ada.id };
    for (const headers of [{ origin: "https://evil.example" }, evil, {}]) {
      for (const asked of [
        { token: accessToken, headers },
        { token: key.body.key, headers },
        { headers: { ...headers, "x-api-key": key.body.key } },
      ])
        expect((await world.ask("POST", "/api/posts", { body, ...asked })).status).toBe(201);
    }
  });
});

describe("origins that are trusted", () => {
  let trusting: Application;
  beforeAll(async () => {
    trusting = await world.another({
      auth: { trustedOrigins: ["https://app.example.com", "https://*.shop.example"] },
    });
  });

  test.each([
    ["https://app.example.com", 201],
    ["https://one.shop.example", 201],
    ["https://shop.example", 403],
    ["https://evilshop.example", 403],
    ["https://one.shop.example.evil.example", 403],
    ["http://app.example.com", 403],
    ["https://app.example.com:8443", 403],
  ])("%s writes with a cookie: %d", async (origin, status) => {
    const body = { title: "x", author: ada.id };
    for (const headers of [
      { origin },
      { origin, "sec-fetch-site": "same-site" },
      { origin, "sec-fetch-site": "cross-site" },
    ])
      expect((await trusting.ask("POST", "/api/posts", { body, cookie: ada, headers })).status).toBe(status);
  });
});

describe("a session in cookies", () => {
  test("is refreshed by its own cookie, which is replaced; tokens stay out of the body", async () => {
    const old = await byCookie(ada);
    const answer = await world.ask("POST", "/api/users/refresh", { cookie: old, headers: world.ownPage });
    expect([answer.status, Object.keys(answer.body)]).toStrictEqual([200, ["expiresIn"]]);
    expect(answer.setCookies).toHaveLength(2);
    expect(cookieHeader(answer)).not.toContain(cookieHeader(old).split("__Host-lucent_rt=")[1]);
    expect((await me(cookieHeader(answer))).status).toBe(200);
  });

  test("is refreshed by nobody else's page", async () => {
    const other = await byCookie(ada);
    const headers = { "sec-fetch-site": "cross-site" };
    expect(await world.ask("POST", "/api/users/refresh", { cookie: other, headers })).toMatchObject({
      status: 403,
      body: { code: "CSRF" },
      setCookies: [],
    });
  });

  test("ends with a logout, which clears both cookies with the flags that they were set with", async () => {
    const other = await byCookie(ada);
    const answer = await world.ask("POST", "/api/users/logout", { cookie: other, headers: world.ownPage });
    expect([answer.status, answer.setCookies]).toStrictEqual([
      204,
      [cleared, "__Host-lucent_rt=; HttpOnly; Secure; Path=/; SameSite=Strict; Max-Age=0"],
    ]);
    expect((await me(other)).status).toBe(401);
    expect((await me(ada)).status).toBe(200);
  });
});
