import { LucentError, type Plugin } from "@lucent/core";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered, Asked } from "./world/asker.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog> | undefined;
const alice = { id: "alice", collection: "users" };
const long = 3_600;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
});

afterEach(async () => {
  await app?.stop();
  app = undefined;
});

afterAll(() => database.drop());

/** Stands for a sign-in: a route by address, 20 in an hour. Others for what limits can be about. */
const limited: Plugin = {
  name: "limited",
  routes: () => [
    {
      id: "login",
      method: "POST",
      path: "/login",
      limit: { max: 20, window: long },
      handle: () => Response.json({ ok: true }),
    },
    {
      id: "me",
      method: "GET",
      path: "/me",
      limit: { max: 3, window: long, by: "principal" },
      handle: ({ address }) => Response.json({ address }),
    },
    { id: "where", method: "GET", path: "/where", handle: ({ address }) => Response.json({ address }) },
    {
      id: "broken",
      method: "GET",
      path: "/broken",
      limit: { max: 3, window: long },
      handle() {
        throw new LucentError("CONFLICT");
      },
    },
    {
      id: "bulk",
      method: "POST",
      path: "/bulk/{count}",
      async handle({ params, charge }) {
        await charge(Number(params.get("count")));
        return Response.json({ ok: true });
      },
    },
  ],
};

type Api = Parameters<typeof serve>[0]["api"];

async function served(api: Api = {}): Promise<Application<typeof blog>> {
  app = await serve({
    collections: blog,
    database: { url: database.url, max: 2 },
    plugins: [headerUser, limited],
    api,
  });
  return app;
}

/** How many of these requests, one after the other, were not limited. */
async function allowed(count: number, ask: (at: number) => Promise<Answered>): Promise<number> {
  let found = 0;
  for (let at = 0; at < count; at += 1) if ((await ask(at)).status !== 429) found += 1;
  return found;
}

const login = ({ ask }: Application<typeof blog>, headers: Asked["headers"] = {}, target = "/api/login") =>
  ask("POST", target, { body: {}, headers });

test("T-RL-01 without a trusted proxy no header gives anybody a second allowance", async () => {
  const each = await served();
  const names = [
    "x-forwarded-for",
    "x-real-ip",
    "forwarded",
    "true-client-ip",
    "cf-connecting-ip",
    "x-client-ip",
  ];
  const count = await allowed(30, (at) =>
    login(
      each,
      Object.fromEntries(
        names.map((name) => [name, name === "forwarded" ? `for=9.9.9.${at}` : `9.9.9.${at}`]),
      ),
    ),
  );
  expect(count).toBe(20);
});

test("R-RL-7 a refusal is one problem with the times, and says nothing of who asked", async () => {
  const each = await served();
  const before = await login(each);
  expect([
    before.status,
    before.headers["ratelimit-limit"],
    before.headers["ratelimit-remaining"],
  ]).toStrictEqual([200, "20", "19"]);
  await allowed(19, () => login(each));
  const refused = await login(each);
  const requestId = refused.headers["x-request-id"];
  expect([refused.status, refused.json]).toStrictEqual([
    429,
    {
      type: "urn:lucent:problem:rate-limited",
      title: "Too many requests",
      status: 429,
      code: "RATE_LIMITED",
      requestId,
    },
  ]);
  expect(refused.headers).toMatchObject({
    "ratelimit-limit": "20",
    "ratelimit-remaining": "0",
    "cache-control": "no-store",
  });
  // One twentieth of an hour until the next.
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(170);
  expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(180);
  expect(Number(refused.headers["ratelimit-reset"])).toBeGreaterThan(3_500);
  expect(Number(refused.headers["ratelimit-reset"])).toBeLessThanOrEqual(3_600);
});

test("T-RL-02 behind one trusted hop the last entry is who is counted", async () => {
  const each = await served({ trustProxy: 1 });
  expect(await allowed(30, (at) => login(each, { "x-forwarded-for": `9.9.9.${at}, 192.0.2.1` }))).toBe(20);
  expect((await login(each, { "x-forwarded-for": "9.9.9.9, 192.0.2.2" })).status).toBe(200);
  // The same list in several lines.
  const lines = [
    "POST /api/login HTTP/1.1",
    `host: 127.0.0.1:${each.port}`,
    "x-forwarded-for: 9.9.9.9",
    "x-forwarded-for: 192.0.2.1",
  ];
  expect((await each.ask.raw(`${lines.join("\r\n")}\r\ncontent-length: 0\r\n\r\n`, "POST")).status).toBe(429);
});

test("T-RL-02 a peer that is not on the list is believed nothing", async () => {
  const other = await served({ trustProxy: ["192.0.2.0/24"] });
  expect(await allowed(30, (at) => login(other, { "x-forwarded-for": `9.9.9.${at}` }))).toBe(20);
});

test("T-RL-03 every spelling of an address is in one bucket, and so is a whole /64", async () => {
  const each = await served({ trustProxy: ["127.0.0.0/8"] });
  const buckets = [
    [
      "2001:db8:1:2::1",
      "2001:DB8:1:2::2",
      "2001:0db8:0001:0002:0000:0000:0000:0003",
      "2001:db8:1:2:ffff:ffff:ffff:ffff",
      "[2001:db8:1:2::9]:443",
    ],
    ["1.2.3.4", "::ffff:1.2.3.4", "::ffff:0102:0304", "0:0:0:0:0:FFFF:1.2.3.4", "1.2.3.4:5678"],
    ["2001:db8:1:3::1", "2001:db8:1:3:0:0:0:2%eth0"],
  ];
  for (const spellings of buckets) {
    const count = await allowed(25, (at) =>
      login(each, { "x-forwarded-for": spellings[at % spellings.length] ?? "" }),
    );
    expect([spellings[0], count]).toStrictEqual([spellings[0], 20]);
  }
  const told = async (forwarded: string) =>
    (await each.ask("GET", "/api/where", { headers: { "x-forwarded-for": forwarded } })).json.address;
  expect([
    await told("2001:DB8:1:2::1"),
    await told("::ffff:0102:0304"),
    await told("garbage"),
  ]).toStrictEqual(["2001:db8:1:2::/64", "1.2.3.4", "127.0.0.1"]);
});

test("T-RL-04 a path spelt otherwise is not routed or in the same bucket", async () => {
  const each = await served();
  const spellings = [
    "/login",
    "/login/",
    "//login",
    "/LOGIN",
    "/%6cogin",
    "/%6Cogin/",
    "/login?x=1",
    "/login;x",
    "/./login",
    "/x/../login",
  ];
  let reached = 0;
  for (let at = 0; at < 60; at += 1) {
    const { status } = await login(each, {}, `/api${spellings[at % spellings.length]}`);
    expect([200, 400, 404, 429]).toContain(status);
    if (status === 200) reached += 1;
  }
  expect(reached).toBe(20);
});

test("T-RL-08 of a hundred at once exactly the allowed number pass", async () => {
  const each = await served();
  const request = `POST /api/login HTTP/1.1\r\nhost: 127.0.0.1:${each.port}\r\ncontent-length: 0\r\n\r\n`;
  const answers = await Promise.all(Array.from({ length: 100 }, () => each.ask.raw(request, "POST")));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(80);
});

test("the host and the route come before the limit, the limit before the credential", async () => {
  const { ask } = await served();
  const broken = (asked: Asked = {}, method = "GET", target = "/api/broken") => ask(method, target, asked);
  expect((await broken({ headers: { host: "evil.example" } })).status).toBe(421);
  expect((await broken({}, "PUT")).status).toBe(405);
  expect((await broken({}, "GET", "/api/broken/ghost")).status).toBe(404);
  expect((await broken({ headers: { "x-user": "{" } })).headers["ratelimit-remaining"]).toBe("2");
  expect((await broken({ headers: { "x-user": "{" } })).status).toBe(401);
  expect((await broken()).status).toBe(409);
  expect((await broken({ headers: { "x-user": "{" } })).status).toBe(429);
  expect((await broken({ headers: { host: "evil.example" } })).status).toBe(421);
});

test("a limited route says so in every answer, also where it fails", async () => {
  const { ask } = await served();
  const seen = [
    await ask("GET", "/api/broken"),
    await ask("GET", "/api/broken", { headers: { "x-user": "{" } }),
  ];
  expect(
    seen.map(({ status, headers }) => [status, headers["ratelimit-limit"], headers["ratelimit-remaining"]]),
  ).toStrictEqual([
    [409, "3", "2"],
    [401, "3", "1"],
  ]);
  const open = await ask("GET", "/api/where");
  expect(Object.keys(open.headers).filter((name) => name.startsWith("ratelimit"))).toStrictEqual([]);
});

test("a limit by principal counts each account, and by address those without one", async () => {
  const { ask } = await served();
  const me = (user?: object) => ask("GET", "/api/me", user === undefined ? {} : { user });
  expect(await allowed(5, () => me(alice))).toBe(3);
  expect(await allowed(5, () => me({ ...alice, collection: "admins" }))).toBe(3);
  expect(await allowed(5, () => me())).toBe(3);
  // Guessing credentials is no way to have more.
  expect((await ask("GET", "/api/me", { headers: { "x-user": "{" } })).status).toBe(429);
});

test("the API-wide limit is off unless it is switched on", async () => {
  const { ask } = await served();
  const { headers } = await ask("GET", "/api/open-tags");
  expect(headers["ratelimit-limit"]).toBeUndefined();
});

const rateLimit = { anonymous: { max: 4, window: long }, principal: { max: 6, window: long } };

test("the API-wide limit is one allowance for all routes of all collections", async () => {
  const { ask } = await served({ rateLimit });
  const targets = [
    "/api/open-tags",
    "/api/posts",
    "/api/open-tags/count",
    "/api/open-tags/x",
    "/api/posts?page=0",
    "/api/ruleless",
  ];
  expect(await allowed(12, (at) => ask("GET", targets[at % targets.length] ?? ""))).toBe(4);
  expect(await allowed(12, (at) => ask("GET", targets[at % targets.length] ?? "", { user: alice }))).toBe(6);
  expect(await allowed(12, () => ask("GET", "/api/open-tags", { user: { id: "bob" } }))).toBe(6);
  const refused = await ask("GET", "/api/open-tags");
  expect([refused.json.code, refused.headers["ratelimit-limit"]]).toStrictEqual(["RATE_LIMITED", "4"]);
  // What is no collection's goes on.
  expect((await ask("GET", "/api/where")).status).toBe(200);
  expect((await ask("OPTIONS", "/api/open-tags")).status).toBe(204);
  expect((await ask("GET", "/api/ghosts")).status).toBe(404);
});

test("a bad credential takes from the allowance of its address", async () => {
  const { ask } = await served({ rateLimit });
  const statuses = [];
  for (let at = 0; at < 6; at += 1)
    statuses.push((await ask("GET", "/api/open-tags", { headers: { "x-user": "{" } })).status);
  expect(statuses).toStrictEqual([401, 401, 401, 401, 429, 429]);
});

test("health is never limited, and never told who asks", async () => {
  const { ask } = await served({ rateLimit: { anonymous: { max: 1, window: long } } });
  for (let at = 0; at < 30; at += 1) {
    const { status, headers } = await ask("GET", "/api/health/live");
    expect([status, headers["ratelimit-limit"]]).toStrictEqual([200, undefined]);
  }
});

test("T-RL-09 a route that stands for several operations pays for all of them, and says what is left", async () => {
  const { ask } = await served({ rateLimit });
  const bulk = (count: number, user?: object) =>
    ask("POST", `/api/bulk/${count}`, { body: {}, ...(user === undefined ? {} : { user }) });
  const first = await bulk(4, alice);
  expect([first.status, first.headers["ratelimit-remaining"]]).toStrictEqual([200, "2"]);
  expect((await bulk(3, alice)).status).toBe(429);
  expect(await allowed(5, () => ask("GET", "/api/open-tags", { user: alice }))).toBe(2);
  expect((await bulk(5)).status).toBe(429);
  expect((await bulk(4)).status).toBe(200);
});

test("a request whose sender is unknown is counted with all such, not let through", async () => {
  const each = await served({ rateLimit });
  const statuses = [];
  for (let at = 0; at < 6; at += 1) {
    const request = new Request(`http://localhost/api/open-tags?x=${at}`, {
      headers: { host: "localhost", "x-forwarded-for": `9.9.9.${at}` },
    });
    statuses.push((await each.engine.handle(request)).status);
  }
  expect(statuses).toStrictEqual([400, 400, 400, 400, 429, 429]);
});
