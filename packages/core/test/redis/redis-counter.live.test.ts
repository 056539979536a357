import { randomUUID } from "node:crypto";

import { type Counter, type Lucent, type Plugin, start } from "@lucent/core";
import { redisCounter } from "@lucent/core/redis";
import { counterCases } from "@lucent/core/testing";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";

import { type RecordingLogger, recordingLogger } from "../world/recording-logger.ts";
import { type TcpProxy, tcpProxy } from "../world/tcp-proxy.ts";

const url = inject("redisUrl");

/** A sign-in that allows 20 in an hour. */
const login: Plugin = {
  name: "login",
  routes: () => [
    {
      id: "login",
      method: "POST",
      path: "/login",
      limit: { max: 20, window: 3_600 },
      handle: () => Response.json({ ok: true }),
    },
  ],
};

describe.skipIf(url === undefined)("Redis", () => {
  let proxy: TcpProxy;
  let client: Redis;
  const running: Lucent[] = [];
  const prefix = `test-${randomUUID()}`;

  beforeAll(async () => {
    proxy = await tcpProxy(Number(new URL(url ?? "").port));
    client = new Redis(url ?? "");
  });

  afterEach(async () => {
    await proxy.restore();
    for (const engine of running.splice(0)) await engine.stop();
  });

  afterAll(async () => {
    const keys = await client.keys(`${prefix}*`);
    if (keys.length > 0) await client.del(keys);
    await client.quit();
    await proxy.stop();
  });

  /** One process of an application, as far as limits go, with keys of the test's own. */
  async function engineOf(name: string, logger: RecordingLogger = recordingLogger()): Promise<Lucent> {
    const engine = await start(
      {
        collections: [],
        database: { url: inject("databaseUrl"), max: 1 },
        plugins: [redisCounter({ prefix: `${prefix}-${name}` }), login],
        logger,
      },
      { REDIS_URL: `redis://127.0.0.1:${proxy.port}` },
    );
    running.push(engine);
    return engine;
  }

  const ask = async (engine: Lucent, method: string, path: string): Promise<number> => {
    const request = new Request(`http://localhost/api${path}`, { method, headers: { host: "localhost" } });
    return (await engine.handle(request, { address: "192.0.2.1" })).status;
  };

  /** How many of these sign-ins, all at once, were let through. */
  async function signedIn(engines: readonly Lucent[], count: number): Promise<number> {
    const asked = Array.from({ length: count }, async (_, at) => {
      const engine = engines[at % engines.length];
      return engine === undefined ? 0 : ask(engine, "POST", "/login");
    });
    return (await Promise.all(asked)).filter((status) => status === 200).length;
  }

  describe("a counter on Redis", () => {
    let counter: Counter;
    beforeAll(async () => {
      counter = (await engineOf("cases")).services.counter;
      // It is stopped here, not after the first test.
      running.length = 0;
    });
    test.each(counterCases)("$name", async ({ run }) => {
      await expect(run(counter)).resolves.toBeUndefined();
    });
  });

  test("T-RL-08 of a hundred at once, over two processes, exactly the allowed number pass", async () => {
    const engines = [await engineOf("parallel"), await engineOf("parallel")];
    expect(await signedIn(engines, 100)).toBe(20);
    expect(await signedIn(engines, 10)).toBe(0);
  });

  test("keys live as long as they say something, and hold nothing but the route and the address", async () => {
    const engine = await engineOf("keys");
    await signedIn([engine], 1);
    const key = `${prefix}-keys:limit:route:login:address:192.0.2.1`;
    expect(await client.keys(`${prefix}-keys*`)).toStrictEqual([key]);
    const left = await client.pttl(key);
    expect(left).toBeGreaterThan(170_000);
    expect(left).toBeLessThanOrEqual(180_000);
  });

  test("what one process forgets is forgotten for all of them, and leaves no key", async () => {
    const [one, two] = [await engineOf("clear"), await engineOf("clear")];
    expect(await signedIn([one, two], 30)).toBe(20);
    await two.services.counter.clear("route:login:address:192.0.2.1");
    expect(await client.keys(`${prefix}-clear*`)).toStrictEqual([]);
    expect(await signedIn([one, two], 30)).toBe(20);
  });

  test("T-RL-07 when Redis is gone sign-ins work and are still limited; when it is back it counts", async () => {
    const logger = recordingLogger();
    const engine = await engineOf("outage", logger);
    expect(await signedIn([engine], 5)).toBe(5);
    logger.lines.length = 0;
    await proxy.cut();
    expect(await signedIn([engine], 30)).toBe(20);
    expect(await signedIn([engine], 30)).toBe(0);
    expect(await ask(engine, "GET", "/health/ready")).toBe(200);
    expect(logger.lines.filter(({ message }) => message.startsWith("redis"))).toHaveLength(1);
    await proxy.restore();
    // The 15 that Redis has left from before. Without a round trip of its own the loop would let no timer fire.
    let found = 0;
    for (; found === 0; await client.ping()) found = await signedIn([engine], 1);
    expect(found + (await signedIn([engine], 30))).toBe(15);
    expect(logger.lines.filter(({ message }) => message === "redis counts again")).toHaveLength(1);
  });

  test("T-RL-07 a Redis that does not answer holds nobody up", async () => {
    const engine = await engineOf("stalled");
    await signedIn([engine], 1);
    proxy.stall();
    const started = performance.now();
    expect(await signedIn([engine], 30)).toBe(20);
    expect(await signedIn([engine], 30)).toBe(0);
    // Far below what a connection needs to be given up; each command waits 0.2 s at most.
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  test("after a restart, which forgets the script, it counts on", async () => {
    const engine = await engineOf("script");
    await signedIn([engine], 1);
    await client.script("FLUSH");
    expect(await signedIn([engine], 30)).toBe(19);
  });

  test("a key of another kind is a failure, and is counted around", async () => {
    const engine = await engineOf("kind");
    await client.rpush(`${prefix}-kind:limit:route:login:address:192.0.2.1`, "x");
    expect(await signedIn([engine], 30)).toBe(20);
  });

  test("stopping closes the connection, also while Redis is gone", async () => {
    const engine = await engineOf("stop");
    const clients = async () => String(await client.client("LIST")).split("\n").length;
    const before = await clients();
    await engine.stop();
    while ((await clients()) >= before) expect(running).toContain(engine);
    const other = await engineOf("stop");
    await proxy.cut();
    await expect(other.stop()).resolves.toBeUndefined();
  });
});
