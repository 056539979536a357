import type { Plugin, RouteCall, Services } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { healthRoutes } from "../../src/request/health.ts";
import { recordingLogger } from "../world/recording-logger.ts";

/** Health routes over a database that answers or fails, with a clock of their own. */
function prepared(plugins: readonly Plugin[], run: () => Promise<readonly []> = async () => []) {
  const logger = recordingLogger();
  const clock = { now: 0 };
  const routes = healthRoutes(plugins, logger, () => clock.now);
  const services = {
    database: { run },
    logger,
    blueprint: describe({ collections: [] }),
  } as unknown as Services;
  const call: RouteCall = {
    request: new Request("http://a/"),
    params: new Map(),
    facts: {},
    requestId: "request-1",
    address: "unknown",
    services,
    get lucent(): never {
      throw new TypeError("health reads no collection");
    },
    json: () => Promise.reject(new TypeError("health reads no body")),
    charge: async () => undefined,
  };
  const ask = async (id: string) => {
    const response = await routes.find((route) => route.id === id)?.handle(call);
    return [response?.status, await response?.json()];
  };
  return { ask, clock, logger };
}

test("live says ok and asks nothing", async () => {
  const { ask } = prepared([], () => Promise.reject(new TypeError("down")));
  expect(await ask("health.live")).toStrictEqual([200, { status: "ok" }]);
});

test("ready names the database and every plugin that has a check", async () => {
  const { ask } = prepared([{ name: "queue", health: async () => undefined }, { name: "quiet" }]);
  expect(await ask("health.ready")).toStrictEqual([
    200,
    { status: "ok", checks: { database: "ok", queue: "ok" } },
  ]);
});

test("a failing check is unavailable without its detail, which is logged", async () => {
  const broken: Plugin = { name: "queue", health: () => Promise.reject(new TypeError("redis://secret")) };
  const { ask, logger } = prepared([broken]);
  const answer = await ask("health.ready");
  expect(answer).toStrictEqual([
    503,
    { status: "unavailable", checks: { database: "ok", queue: "unavailable" } },
  ]);
  expect(logger.text()).toContain("redis://secret");
});

test("a check that throws at once is unavailable too", async () => {
  const broken: Plugin = {
    name: "queue",
    health() {
      throw new TypeError("x");
    },
  };
  const { ask } = prepared([broken], () => Promise.reject(new TypeError("down")));
  expect(await ask("health.ready")).toStrictEqual([
    503,
    { status: "unavailable", checks: { database: "unavailable", queue: "unavailable" } },
  ]);
});

test("T-DOS-17 R-LI-9 the checks run once in five seconds, however often and however many at once ask", async () => {
  let runs = 0;
  const { ask, clock } = prepared([], async () => {
    runs += 1;
    return [];
  });
  await Promise.all(Array.from({ length: 100 }, () => ask("health.ready")));
  clock.now = 4_999;
  await ask("health.ready");
  expect(runs).toBe(1);
  clock.now = 5_000;
  await ask("health.ready");
  expect(runs).toBe(2);
});
