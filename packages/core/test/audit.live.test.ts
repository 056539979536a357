import { type AuditEvent, LucentError, type Plugin, start } from "@lucent/core";
import { recordingAudit } from "@lucent/core/testing";
import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;
let sink: ReturnType<typeof recordingAudit>;
const origin = "https://app.example.com";
const other = "https://evil.example";
const alice = { id: "alice", collection: "users" };
const bob = { id: "bob", collection: "users" };
const anonymous = { type: "anonymous" };
const id = "0190a000-0000-7000-8000-000000000000";

/** Stands for a sign-in with sessions, keys and the check of cookies. */
const credentials: Plugin = {
  name: "credentials",
  facts(request) {
    if (request.headers.has("x-cross-site")) throw new LucentError("CSRF");
    const key = request.headers.get("x-key");
    const session = request.headers.get("x-session");
    if (key !== null) {
      const scopes = request.headers.get("x-scopes")?.split(" ");
      const user = scopes === undefined ? alice : { ...alice, scopes };
      return { user, credential: { kind: "key", publicId: key } };
    }
    return session === null ? {} : { user: alice, credential: { kind: "session", id: session } };
  },
  routes: () => [
    {
      id: "limited",
      method: "GET",
      path: "/limited",
      limit: { max: 1, window: 3_600 },
      handle: () => Response.json({}),
    },
    {
      id: "report",
      method: "POST",
      path: "/report",
      handle({ services }) {
        services.audit({ event: "login", outcome: "ok" });
        services.audit({
          event: "login",
          outcome: "fail",
          actor: { type: "user", id: "carol" },
          reason: "BAD",
        });
        return Response.json({});
      },
    },
  ],
};

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
});

beforeEach(async () => {
  sink = recordingAudit();
  app = await served();
});

afterEach(() => app.stop());

afterAll(() => database.drop());

/** What was recorded, without what is different each time. */
function seen(): readonly Omit<AuditEvent, "time">[] {
  return sink.events.map(({ time, ...event }) => {
    expect(time).toMatch(/Z$/);
    return event;
  });
}

const common = { outcome: "fail", address: "127.0.0.1", agent: "test/1", requestId: "request-1" };
const headers = { "user-agent": "test/1", "x-request-id": "request-1" };

describe("a request that is refused is in the audit trail (R-AU-1)", () => {
  test("access.denied: who, what and why", async () => {
    expect((await app.ask("POST", "/api/posts", { headers, body: {} })).status).toBe(401);
    expect((await app.ask("DELETE", `/api/authors/${id}`, { headers, user: bob })).status).toBe(403);
    const event = "access.denied";
    expect(seen()).toStrictEqual([
      { ...common, event, reason: "UNAUTHENTICATED", actor: anonymous, target: "posts.create" },
      {
        ...common,
        event,
        reason: "FORBIDDEN",
        actor: { type: "user", ...bob },
        target: `authors.delete/${id}`,
      },
    ]);
  });

  test("access.denied names the session or the key that was used", async () => {
    const keyed = { ...headers, "x-key": "lk_live_public" };
    expect((await app.ask("DELETE", `/api/authors/${id}`, { headers: keyed })).status).toBe(403);
    await app.stop();
    app = await served();
    const inSession = { ...headers, "x-session": "session-1" };
    expect((await app.ask("DELETE", `/api/authors/${id}`, { headers: inSession })).status).toBe(403);
    expect(sink.events.map(({ actor }) => actor)).toStrictEqual([
      { type: "key", ...alice, key: "lk_live_public" },
      { type: "user", ...alice, session: "session-1" },
    ]);
  });

  test("key.denied: what a key was not made for; what the rule denies is access.denied", async () => {
    const keyed = { ...headers, "x-key": "lk_live_public", "x-scopes": "authors:read authors:delete" };
    expect((await app.ask("POST", "/api/authors", { headers: keyed, body: {} })).status).toBe(403);
    expect((await app.ask("DELETE", `/api/authors/${id}`, { headers: keyed })).status).toBe(403);
    expect(sink.events.map(({ event, target }) => [event, target])).toStrictEqual([
      ["key.denied", "authors.create"],
      ["access.denied", `authors.delete/${id}`],
    ]);
  });

  test("access.denied for a bad credential", async () => {
    const bad = { ...headers, "x-user": "{" };
    expect((await app.ask("GET", "/api/open-tags", { headers: bad })).status).toBe(401);
    expect(seen()).toStrictEqual([
      {
        ...common,
        event: "access.denied",
        reason: "UNAUTHENTICATED",
        actor: anonymous,
        target: "open-tags.list",
      },
    ]);
  });

  test("csrf.refused", async () => {
    const cross = { ...headers, "x-cross-site": "1" };
    expect((await app.ask("POST", "/api/open-tags", { headers: cross, body: {} })).status).toBe(403);
    expect(seen()).toStrictEqual([
      { ...common, event: "csrf.refused", reason: "CSRF", actor: anonymous, target: "open-tags.create" },
    ]);
  });

  test("host.refused, once, with what it was asked for", async () => {
    const wrong = { ...headers, host: "evil.example" };
    expect((await app.ask("GET", "/api/open-tags", { headers: wrong })).status).toBe(421);
    const { address: _, ...outer } = common;
    expect(seen()).toMatchObject([
      {
        ...outer,
        event: "host.refused",
        reason: "MISDIRECTED_REQUEST",
        actor: anonymous,
        target: "evil.example",
      },
    ]);
  });

  test("cors.refused: of a preflight and of a request, and the API's own pages are not meant", async () => {
    const target = other;
    const ask = { ...headers, origin: other, "access-control-request-method": "POST" };
    const own = `http://127.0.0.1:${app.port}`;
    for (const from of [origin, own])
      await app.ask("GET", "/api/open-tags", { headers: { ...headers, origin: from } });
    expect(seen()).toStrictEqual([]);
    await app.ask("OPTIONS", "/api/open-tags", { headers: ask });
    const event = { ...common, event: "cors.refused", reason: "CORS", actor: anonymous, target };
    expect(seen()).toStrictEqual([event]);
    await app.stop();
    app = await served();
    const got = await app.ask("GET", "/api/open-tags", { headers: { ...headers, origin: other } });
    expect([got.status, got.headers["access-control-allow-origin"]]).toStrictEqual([200, undefined]);
    expect(seen()).toStrictEqual([event, event]);
  });

  test("limit.blocked", async () => {
    await app.ask("GET", "/api/limited", { headers });
    expect(seen()).toStrictEqual([]);
    expect((await app.ask("GET", "/api/limited", { headers })).status).toBe(429);
    expect(seen()).toStrictEqual([
      { ...common, event: "limit.blocked", reason: "RATE_LIMITED", actor: anonymous, target: "limited" },
    ]);
  });
});

test("each principal's denials are recorded at most once a second", async () => {
  const began = performance.now();
  for (let count = 0; count < 20; count += 1) {
    for (const asked of [{ user: alice }, { user: bob }, {}])
      await app.ask("DELETE", `/api/authors/${id}`, asked);
  }
  const seconds = Math.floor((performance.now() - began) / 1_000);
  const who = sink.events.map(({ actor }) => actor?.id ?? actor?.type);
  for (const each of ["alice", "bob", "anonymous"]) {
    const count = who.filter((one) => one === each).length;
    expect(count).toBeGreaterThanOrEqual(1);
    expect(count).toBeLessThanOrEqual(1 + seconds);
  }
});

test("nothing is recorded of what is answered, nor of what is not found or not valid", async () => {
  await app.ask("GET", "/api/open-tags");
  await app.ask("GET", "/api/nothing-here");
  await app.ask("POST", "/api/open-tags", { body: { name: 5 } });
  await app.ask("GET", `/api/open-tags/${id}`);
  expect(seen()).toStrictEqual([]);
});

test("what a client sends is shown, never as control or bidi characters (R-AU-2)", async () => {
  const agent = Buffer.from("browser\u202E\u0085").toString("latin1");
  await app.ask("POST", "/api/posts", { headers: { "user-agent": agent }, body: {} });
  const [event] = sink.events;
  expect(event?.agent?.startsWith("browser")).toBe(true);
  expect(event?.agent).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("an event of a route gets what the route does not say", async () => {
  expect((await app.ask("POST", "/api/report", { headers, user: bob })).status).toBe(200);
  const witness = { address: "127.0.0.1", agent: "test/1", requestId: "request-1" };
  expect(seen()).toStrictEqual([
    { event: "login", outcome: "ok", actor: { type: "user", ...bob }, ...witness },
    { event: "login", outcome: "fail", reason: "BAD", actor: { type: "user", id: "carol" }, ...witness },
  ]);
});

test("a sink that throws changes no answer", async () => {
  await app.stop();
  const broken: Plugin = {
    name: "broken-sink",
    audit() {
      throw new TypeError("no disk");
    },
  };
  app = await served(broken);
  expect((await app.ask("POST", "/api/posts", { body: {} })).status).toBe(401);
  expect(app.log.lines.filter(({ message }) => message === "audit sink failed")).toHaveLength(1);
  expect(sink.events).toHaveLength(1);
});

test("boot.insecure: each thing that is only tolerated outside production, for sinks that start later", async () => {
  const engine = await start(
    { collections: blog, database: { url: database.url, max: 2 }, plugins: [sink], logger: false },
    {},
  );
  await engine.stop();
  expect(seen()).toStrictEqual([
    {
      event: "boot.insecure",
      outcome: "ok",
      reason: "SESSION_SECRET is not set: cursors are valid until this process ends.",
      actor: { type: "system" },
    },
  ]);
});

/** A new application has counted nothing: neither limits nor samples. */
function served(...more: readonly Plugin[]): Promise<Application<typeof blog>> {
  return serve({
    collections: blog,
    database: { url: database.url, max: 2 },
    plugins: [headerUser, credentials, ...more, sink],
    api: { cors: { origin: [origin] } },
    secret: Buffer.from(Array.from({ length: 32 }, (_, at) => at + 1)).toString("base64"),
  });
}
