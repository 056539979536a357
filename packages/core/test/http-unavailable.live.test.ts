import { connect } from "node:net";

import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser } from "./world/blog.ts";
import { type DatabaseProxy, databaseProxy } from "./world/database-proxy.ts";

let database: Prepared;
let proxy: DatabaseProxy;
let app: Application<typeof blog>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  proxy = await databaseProxy(database.url);
  app = await serve({
    collections: blog,
    database: { url: proxy.url, max: 2, statementTimeout: 300 },
    plugins: [headerUser],
  });
  await database.sql`insert into open_tags (id, name) values (gen_random_uuid(), 'a')`;
});

afterAll(async () => {
  await app.stop();
  await proxy.stop();
  await database.drop();
});

beforeEach(() => {
  app.log.lines.length = 0;
});

const unavailable = { status: 503, json: { code: "UNAVAILABLE", title: "Service unavailable" } };

/** Asks until the answer is yes. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue()));
}

/** Asks until the answer is no longer 503. */
async function recovered(): Promise<number> {
  for (;;) {
    const { status } = await app.ask("GET", "/api/open-tags");
    if (status !== 503) return status;
  }
}

test("a request in flight when the connection breaks is 503", async () => {
  await database.sql.begin(async (sql) => {
    await sql`lock table open_tags in access exclusive mode`;
    const waiting = app.ask("GET", "/api/open-tags");
    for (;;) {
      const [row] =
        await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      if (row !== undefined) break;
    }
    await proxy.cut();
    expect(await waiting).toMatchObject(unavailable);
  });
  await proxy.restore();
  expect(await recovered()).toBe(200);
});

test("T-DOS-09 a statement over its time is 503, and its connection serves the next request", async () => {
  for (let round = 0; round < 3; round += 1) {
    await database.sql.begin(async (sql) => {
      await sql`lock table open_tags in access exclusive mode`;
      const answer = await app.ask("GET", "/api/open-tags");
      expect(answer).toMatchObject(unavailable);
      expect(answer.headers["retry-after"]).toBe("2");
    });
    expect((await app.ask("GET", "/api/open-tags")).status).toBe(200);
  }
  const [row] = await database.sql`select count(*)::int as n from pg_stat_activity
    where datname = current_database() and application_name = 'lucent'`;
  expect(row?.["n"]).toBeLessThanOrEqual(2);
});

/** Makes every reading of the open tags take longer than any limit while `work` runs. */
async function whileSlow(work: () => Promise<void>): Promise<void> {
  await database.sql.unsafe(`alter table open_tags rename to quick_tags;
    create view open_tags as select quick_tags.* from pg_sleep(60), quick_tags`);
  try {
    await work();
  } finally {
    await database.sql.unsafe("drop view open_tags; alter table quick_tags rename to open_tags");
  }
}

/** How many backends serve the application, and how many of them run a statement. */
async function backends(): Promise<{ readonly all: number; readonly active: number }> {
  const [row] =
    await database.sql`select count(*)::int as all, count(*) filter (where state = 'active')::int as active
    from pg_stat_activity where datname = current_database() and application_name = 'lucent'`;
  return { all: Number(row?.["all"]), active: Number(row?.["active"]) };
}

test("T-DOS-09 a list that sleeps is 503 at the statement timeout, and its connection serves on", async () => {
  await whileSlow(async () => {
    const start = performance.now();
    const answers = await Promise.all([1, 2, 3, 4].map(() => app.ask("GET", "/api/open-tags")));
    expect(performance.now() - start).toBeLessThan(2_000);
    for (const answer of answers) {
      expect(answer).toMatchObject(unavailable);
      expect(answer.headers["retry-after"]).toBe("2");
      expect(answer.text).not.toMatch(/sleep|select|timeout/i);
    }
  });
  expect((await app.ask("GET", "/api/open-tags")).status).toBe(200);
  expect((await backends()).all).toBeLessThanOrEqual(2);
});

test("T-DOS-10 clients that go away in the middle of a query leave no query and no connection behind", async () => {
  const slow = await serve({
    collections: blog,
    database: { url: database.url, max: 2, statementTimeout: 20_000 },
  });
  await whileSlow(async () => {
    for (let round = 0; round < 50; round += 1) {
      const socket = connect(slow.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write("GET /api/open-tags HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
      await until(async () => (await backends()).active === 1);
      socket.destroy();
      await until(async () => (await backends()).active === 0);
    }
  });
  // Both applications may have two.
  expect((await backends()).all).toBeLessThanOrEqual(4);
  expect((await slow.ask("GET", "/api/open-tags")).status).toBe(200);
  await slow.stop();
}, 60_000);

test("a write that times out leaves nothing behind, under a filter too", async () => {
  const alice = { id: "alice" };
  await database.sql.begin(async (sql) => {
    await sql`lock table posts in share mode`;
    const answer = await app.ask("POST", "/api/posts", { user: alice, body: { title: "a", owner: "alice" } });
    expect(answer).toMatchObject(unavailable);
  });
  expect(await database.sql`select count(*)::int as n from posts`).toMatchObject([{ n: 0 }]);
  expect(
    (await app.ask("POST", "/api/posts", { user: alice, body: { title: "a", owner: "alice" } })).status,
  ).toBe(201);
});

test("a database that is gone is 503 with Retry-After and nothing about it, and everything recovers", async () => {
  expect((await app.ask("GET", "/api/open-tags")).status).toBe(200);
  await proxy.cut();
  for (const [method, target, body] of [
    ["GET", "/api/open-tags"],
    ["GET", "/api/open-tags/count"],
    ["POST", "/api/open-tags", { name: "b" }],
  ] as const) {
    const answer = await app.ask(method, target, body === undefined ? {} : { body });
    expect(answer).toMatchObject(unavailable);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.headers["x-frame-options"]).toBe("DENY");
    expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres|select/i);
    expect(app.log.lines.at(-1)).toMatchObject({
      level: "error",
      facts: { requestId: answer.headers["x-request-id"], code: "UNAVAILABLE" },
    });
  }
  expect((await app.ask("GET", "/api/health/live")).status).toBe(200);
  await proxy.restore();
  expect(await recovered()).toBe(200);
});

test("R-LI-5 a request that finds no free connection for two seconds is 503", async () => {
  const slow = await serve({
    collections: blog,
    database: { url: database.url, max: 1, statementTimeout: 20_000 },
  });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holding = slow.engine.services.database.transaction(async (runner) => {
    await runner.run({ text: "select 1", values: [] });
    await held;
  });
  const start = performance.now();
  const answer = await Promise.race([
    slow.ask("GET", "/api/open-tags"),
    new Promise<undefined>((resolve) => void setTimeout(resolve, 3_000)),
  ]);
  release();
  await holding;
  await slow.stop();
  expect(answer).toMatchObject(unavailable);
  expect(performance.now() - start).toBeLessThan(2_900);
});

test(
  "R-LI-5 every request during an outage is answered in time, however long the outage lasts",
  { timeout: 60_000 },
  async () => {
    await proxy.cut();
    const times: number[] = [];
    for (let request = 0; request < 10; request += 1) {
      const start = performance.now();
      expect(await app.ask("GET", "/api/open-tags")).toMatchObject(unavailable);
      times.push(performance.now() - start);
    }
    expect(Math.max(...times)).toBeLessThan(3_000);
    await proxy.restore();
    const start = performance.now();
    expect(await recovered()).toBe(200);
    expect(performance.now() - start).toBeLessThan(3_000);
  },
);
