import { createServer, type Server, type Socket } from "node:net";

import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import type { Database } from "../../src/contract/database.ts";
import { openPool } from "../../src/postgres/pool.ts";
import { type DatabaseProxy, databaseProxy } from "../world/database-proxy.ts";
import { backendOf, note, type Pools, pools, rejection, statement, until } from "./pools.ts";

let world: Pools;
let proxy: DatabaseProxy;

beforeAll(async () => {
  world = await pools(inject("databaseUrl"));
  proxy = await databaseProxy(world.url);
});

afterAll(async () => {
  await world.close();
  await proxy.stop();
});

beforeEach(async () => {
  await world.sql`truncate notes`;
});

const unavailable = { code: "UNAVAILABLE", headers: { "retry-after": "2" } };
const isActive = async (): Promise<boolean> => (await world.backends()).active > 0;

/** Asks until there is an answer, and says how long that took, in milliseconds. */
async function recovery(database: Database): Promise<number> {
  const start = performance.now();
  await until(async () => {
    try {
      await database.run(statement("select 1"));
      return true;
    } catch (error) {
      expect(error).toMatchObject(unavailable);
      return false;
    }
  });
  return performance.now() - start;
}

test("a pool opens no more connections than it may, and no more than it needs", async () => {
  const database = world.open({ max: 3 });
  const before = (await world.backends()).all;
  await database.run(statement("select 1"));
  await database.run(statement("select 1"));
  expect((await world.backends()).all).toBe(before + 1);
  const pids = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const [row] = await database.run(statement("select pg_backend_pid() from pg_sleep($1)", 0.01));
      return row?.[0];
    }),
  );
  expect(new Set(pids).size).toBe(3);
  expect((await world.backends()).all).toBe(before + 3);
});

test("statements that wait are served in the order in which they came", async () => {
  const database = world.open({ max: 1 });
  await Promise.all([5, 3, 1, 4, 2].map((id) => note(database, id)));
  const order = await world.sql`select id from notes order by ctid`;
  expect(order.map((row) => row["id"])).toStrictEqual([5, 3, 1, 4, 2]);
});

test("R-LI-5 what waits for two seconds is 503 and never runs, and the connection is not lost by it", async () => {
  const database = world.open({ max: 1 });
  const release = Promise.withResolvers<void>();
  const held = database.transaction(async (tx) => {
    await tx.run(statement("select 1"));
    await release.promise;
  });
  const start = performance.now();
  const late = await Promise.all([
    rejection(note(database, 1)),
    rejection(database.transaction((tx) => note(tx, 2))),
    rejection(database.drizzle.execute("select 1").execute()),
  ]);
  expect(performance.now() - start).toBeLessThan(2_900);
  expect(late).toMatchObject([unavailable, unavailable, { cause: unavailable }]);
  release.resolve();
  await held;
  await note(database, 3);
  expect(await world.notes()).toStrictEqual([3]);
});

test("R-LI-5 a connection that takes longer to open than anybody waits is used by those who come later", async () => {
  const database = world.open({ max: 1 }, proxy.url);
  const pass = proxy.holdConnections();
  expect(await rejection(database.run(statement("select 1")))).toMatchObject(unavailable);
  pass();
  expect(await recovery(database)).toBeLessThan(2_000);
});

test.each([
  ["accepted", (socket: Socket) => void socket.end()],
  ["reset", (socket: Socket) => void socket.resetAndDestroy()],
  ["spoken to", (socket: Socket) => void socket.once("data", () => socket.end())],
])(
  "R-LI-5 connections that end once they are %s are 503 at once, and are not tried without a pause",
  async (_, end) => {
    let accepted = 0;
    const server = await listening((socket) => {
      accepted += 1;
      end(socket);
    });
    const database = world.open({ max: 1 }, withPort(world.url, server.port));
    const start = performance.now();
    for (let request = 0; request < 5; request += 1) {
      expect(await rejection(database.run(statement("select 1")))).toMatchObject(unavailable);
    }
    expect(performance.now() - start).toBeLessThan(1_500);
    expect(accepted).toBe(5);
    server.close();
  },
);

test("of several hosts the first that answers is used, for cancel requests too", async () => {
  const silent = await listening((socket) => void socket.end());
  const closed = await listening(() => undefined);
  closed.close();
  const { hostname, port } = new URL(world.url);
  const hosts = [`127.0.0.1:${closed.port}`, `127.0.0.1:${silent.port}`, `${hostname}:${port}`].join(",");
  const url = world.url.replace(`${hostname}:${port}`, hosts);
  const database = world.open({ max: 1, statementTimeout: 20_000 }, url);
  const abort = new AbortController();
  const failed = rejection(database.tracked({ signal: abort.signal }).run(statement("select pg_sleep(15)")));
  await until(isActive);
  abort.abort();
  expect(await failed).toMatchObject(unavailable);
  expect(await database.run(statement("select 1"))).toEqual([[1]]);
  silent.close();
  const start = performance.now();
  const nowhere = world.open(
    { max: 1 },
    world.url.replace(`${hostname}:${port}`, `127.0.0.1:${closed.port},127.0.0.1:${closed.port}`),
  );
  expect(await rejection(nowhere.run(statement("select 1")))).toMatchObject(unavailable);
  expect(performance.now() - start).toBeLessThan(1_500);
});

test("a pool with connections still serves when the server allows no more of them", async () => {
  const database = world.open({ max: 2 }, proxy.url);
  await database.run(statement("select 1"));
  proxy.refuse();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, at) => database.run(statement("select $1::int, pg_sleep(0.01)", at))),
  );
  expect(answers.map(([row]) => row?.[0])).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await proxy.cut();
  await proxy.restore();
  expect(await recovery(database)).toBeLessThan(3_000);
});

test("R-LI-5 a pool recovers from outage after outage, in the middle of queries too", async () => {
  const database = world.open({ max: 3 }, proxy.url);
  for (let round = 0; round < 5; round += 1) {
    await database.run(statement("select 1"));
    const running = Array.from({ length: 6 }, () =>
      rejection(database.run(statement("select pg_sleep(10)"))),
    );
    await until(isActive);
    await proxy.cut();
    // Statements go on coming in the very moment in which the connections break.
    for (let at = 0; at < 50; at += 1) {
      running.push(rejection(database.run(statement("select 1"))));
      await new Promise((resolve) => void setImmediate(resolve));
    }
    for (const failure of await Promise.all(running)) expect(failure).toMatchObject(unavailable);
    await proxy.restore();
    expect(await recovery(database)).toBeLessThan(3_000);
  }
}, 60_000);

test("a statement that waits gets a new connection when the one before it breaks", async () => {
  const database = world.open({ max: 1 }, proxy.url);
  for (let round = 0; round < 10; round += 1) {
    const pid = Number(await backendOf(database));
    const running = rejection(database.run(statement("select pg_sleep(10)")));
    await until(async () => {
      const [row] = await world.sql`select state from pg_stat_activity where pid = ${pid}`;
      return row?.["state"] === "active";
    });
    const behind = database.run(statement("select 1"));
    proxy.reset();
    expect(await running).toMatchObject(unavailable);
    expect(await behind).toEqual([[1]]);
  }
});

test.each([
  ["while a statement runs", "select pg_sleep(10)"],
  ["between statements", undefined],
])("a transaction whose connection is ended %s is 503, and the pool is as before", async (_, text) => {
  const database = world.open({ max: 1 });
  const ended = Promise.withResolvers<void>();
  const pid = Promise.withResolvers<unknown>();
  const failed = database.transaction(async (tx) => {
    await note(tx, 1);
    pid.resolve(await backendOf(tx));
    if (text !== undefined) await tx.run(statement(text));
    await ended.promise;
    await note(tx, 2);
  });
  const caught = rejection(failed);
  const backend = Number(await pid.promise);
  if (text !== undefined) await until(isActive);
  await world.sql`select pg_terminate_backend(${backend})`;
  await until(
    async () => (await world.sql`select 1 from pg_stat_activity where pid = ${backend}`).length === 0,
  );
  ended.resolve();
  expect(await caught).toMatchObject(unavailable);
  await note(database, 3);
  expect(await world.notes()).toStrictEqual([3]);
});

test("a transaction that idles too long is ended by Postgres: 503, nothing is left, and the pool is as before", async () => {
  const database = world.open({ max: 1 });
  const failed = database.transaction(async (tx) => {
    await note(tx, 1);
    const pid = Number(await backendOf(tx));
    await tx.run(statement("set local idle_in_transaction_session_timeout = 100"));
    await until(
      async () => (await world.sql`select 1 from pg_stat_activity where pid = ${pid}`).length === 0,
    );
    await rejection(note(tx, 2));
    return "the work does not mind";
  });
  expect(await rejection(failed)).toMatchObject(unavailable);
  await note(database, 3);
  expect(await world.notes()).toStrictEqual([3]);
});

test("deadlocks and serialization failures are 503, and the connection serves on", async () => {
  const database = world.open({ max: 2 });
  await Promise.all([note(database, 1), note(database, 2)]);
  const lock = (id: number) => statement("update notes set text = 'b' where id = $1", id);
  const ready = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const crossing = ([first, second]: readonly [number, number], at: 0 | 1) =>
    database.transaction(async (tx) => {
      await tx.run(lock(first));
      ready[at].resolve();
      await Promise.all(ready.map(({ promise }) => promise));
      await tx.run(lock(second));
    });
  const outcomes = await Promise.allSettled([crossing([1, 2], 0), crossing([2, 1], 1)]);
  const reasons = outcomes
    .filter((outcome) => outcome.status === "rejected")
    .map(({ reason }) => reason as unknown);
  expect(reasons).toMatchObject([{ ...unavailable, cause: { code: "40P01" } }]);
  expect(await database.run(statement("select 1"))).toEqual([[1]]);
});

test("a session whose connection is lost does not go on in another one", async () => {
  const failed = world.open({ max: 1 }).session(async (runner) => {
    await runner.run(statement("begin"));
    const pid = Number(await backendOf(runner));
    await world.sql`select pg_terminate_backend(${pid})`;
    // The first ones may still meet what the lost connection left behind.
    await rejection(note(runner, 1));
    await rejection(note(runner, 2));
    await note(runner, 3);
  });
  expect(await rejection(failed)).toMatchObject(unavailable);
  expect(await world.notes()).toStrictEqual([]);
});

test("closing waits for what runs, refuses what comes, and leaves no connection", async () => {
  const before = (await world.backends()).all;
  const { database, close } = openPool(world.url, { max: 2 });
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const held = database.transaction(async (tx) => {
    await note(tx, 1);
    started.resolve();
    await release.promise;
    await note(tx, 2);
  });
  await database.run(statement("select 1"));
  await started.promise;
  const closed = close();
  expect(await rejection(note(database, 3))).toMatchObject({ code: "UNAVAILABLE" });
  release.resolve();
  await held;
  await closed;
  expect(await world.notes()).toStrictEqual([1, 2]);
  await until(async () => (await world.backends()).all === before);
});

interface Listening {
  readonly port: number;
  close(): void;
}

async function listening(accept: (socket: Socket) => void): Promise<Listening> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: () => void server.close(),
  };
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.host = `127.0.0.1:${port}`;
  return changed.href;
}
