import {
  describe as describeConfig,
  openDatabase,
  openTrail,
  type Plugin,
  type Services,
} from "@lucent/core";
import { recordingAudit } from "@lucent/core/testing";
import { afterAll, expect, test } from "vitest";

import { recordingLogger } from "./world/recording-logger.ts";

// Nobody answers there, and nobody is asked.
const { database, close } = openDatabase(
  { collections: [], database: { url: "postgres://127.0.0.1:1/none" } },
  {},
);
afterAll(close);

const noting = (name: string, notes: string[], more: Partial<Plugin>): Plugin => ({
  name,
  start: async () => void notes.push(`start ${name}`),
  stop: async () => void notes.push(`stop ${name}`),
  ...more,
});

function opened(plugins: readonly Plugin[], environment: Readonly<Record<string, string>> = {}) {
  const logger = recordingLogger();
  const blueprint = describeConfig({ collections: [], plugins });
  return { logger, trail: openTrail(blueprint, { database, environment, logger }) };
}

test("a command starts those who keep events, and nobody else, and stops them in reverse", async () => {
  const notes: string[] = [];
  const audit = (name: string): Partial<Plugin> => ({
    audit: ({ event }) => void notes.push(`${name} ${event}`),
  });
  const { trail } = opened([
    noting("a", notes, audit("a")),
    noting("other", notes, {}),
    noting("b", notes, audit("b")),
  ]);
  const { audit: record, close: end } = await trail;
  record({ event: "migration.applied", outcome: "ok" });
  await end();
  expect(notes).toStrictEqual([
    "start a",
    "start b",
    "a migration.applied",
    "b migration.applied",
    "stop b",
    "stop a",
  ]);
});

test("one that does not start is logged, and keeps neither the others nor the command from anything", async () => {
  const sink = recordingAudit();
  const broken: Plugin = {
    name: "broken",
    audit: () => undefined,
    start: () => Promise.reject(new TypeError("no")),
  };
  const { trail, logger } = opened([broken, sink]);
  const { audit, close: end } = await trail;
  audit({ event: "secret.rotated", outcome: "ok" });
  await end();
  expect(sink.events).toMatchObject([{ event: "secret.rotated" }]);
  expect(logger.lines).toMatchObject([
    { level: "error", message: "audit sink did not start", facts: { plugin: "broken" } },
  ]);
});

test("they find the services of a start: the database, the environment, and keys of the same root", async () => {
  const given: Services[] = [];
  const curious: Plugin = {
    name: "curious",
    audit: () => undefined,
    start: async (services) => void given.push(services),
  };
  const secret = Buffer.from("a root key of 32 bytes, not more").toString("base64");
  const environment = { NODE_ENV: "production", SESSION_SECRET: secret };
  for (const _ of ["one", "two"]) await (await opened([curious], environment).trail).close();
  const [first, second] = given;
  expect(first).toMatchObject({ database, environment, production: true, origin: undefined });
  expect(first?.deriveKey("curious.key")).toStrictEqual(second?.deriveKey("curious.key"));
});
