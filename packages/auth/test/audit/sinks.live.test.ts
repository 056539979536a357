import { defineCollection, type Logger, type Lucent, type Plugin, start } from "@lucent/core";
import { createTestDatabase, type TestDatabase } from "@lucent/core/testing";
import { migrate } from "@lucent/migrate";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";

import { auditLog } from "../../src/audit/log-sink.ts";
import { auditTable } from "../../src/audit/postgres-sink.ts";

const notes = defineCollection({
  slug: "notes",
  fields: { title: { type: "text" } },
});
let database: TestDatabase;
let services: Lucent["services"] | undefined;
let engine: Lucent<readonly [typeof notes]> | undefined;
const lines: { readonly level: string; readonly message: string; readonly facts: object | undefined }[] = [];
const at =
  (level: string): Logger["info"] =>
  (message, facts) =>
    void lines.push({ level, message, facts });
const logger: Logger = { info: at("info"), warn: at("warn"), error: at("error") };

beforeAll(async () => {
  database = await createTestDatabase({
    url: inject("databaseUrl"),
    template: "auth_audit",
    prepare: async () => {},
  });
});

afterEach(async () => {
  await engine?.stop();
  engine = undefined;
  lines.length = 0;
});

afterAll(() => database.drop());

const keeping: Plugin = { name: "keeping", start: async (given) => void (services = given) };

function started(...plugins: readonly Plugin[]): Promise<Lucent<readonly [typeof notes]>> {
  const options = { url: database.url, max: 2 };
  return start({ collections: [notes], database: options, plugins: [...plugins, keeping], logger }, {});
}

async function rows(): Promise<readonly Record<string, unknown>[]> {
  const given = await services?.database.objects({
    text: `select * from lucent_audit where event <> 'boot.insecure' and event <> 'migration.applied' order by "time", reason`,
    values: [],
  });
  return given ?? [];
}

test("the table is made by migrate and holds every member of an event", async () => {
  // Before the plugin that makes its table: what it can't write yet waits.
  engine = await started(auditTable(), migrate());
  services?.audit({
    event: "login",
    outcome: "ok",
    reason: "R",
    actor: { type: "key", id: "1", collection: "users", session: "s", key: "k" },
    target: "users/1",
    address: "192.0.2.1",
    agent: `quote ' " \\ \u0000 \u202E`,
    requestId: "request-1",
  });
  services?.audit({ event: "logout", outcome: "fail", reason: "S" });
  await expect.poll(rows, { timeout: 10_000 }).toHaveLength(2);
  const [login, logout] = await rows();
  expect(login).toMatchObject({
    event: "login",
    outcome: "ok",
    reason: "R",
    actor_type: "key",
    actor_id: "1",
    actor_collection: "users",
    actor_session: "s",
    actor_key: "k",
    target: "users/1",
    address: "192.0.2.1",
    agent: String.raw`quote ' " \u{5c} \u{0} \u{202e}`,
    request_id: "request-1",
  });
  expect(Math.abs(Date.parse(String(login?.["time"])) - Date.now())).toBeLessThan(60_000);
  const members = Object.entries(logout ?? {}).filter(([, value]) => value !== null);
  expect(members.map(([name]) => name).toSorted()).toStrictEqual([
    "event",
    "id",
    "outcome",
    "reason",
    "time",
  ]);
});

test("what waits is written when the application stops", async () => {
  engine = await started(auditTable(), migrate());
  services?.audit({ event: "logout.all", outcome: "ok", reason: "LAST" });
  await engine.stop();
  engine = await started(auditTable(), migrate());
  expect((await rows()).map(({ reason }) => reason)).toContain("LAST");
});

test("an event from inside a transaction is written outside of it", async () => {
  engine = await started(migrate(), auditTable());
  const written = async () => (await rows()).map(({ event }) => event);
  // What the start itself recorded is not waited for any more: the next event is the first of its statement.
  services?.audit({ event: "refresh", outcome: "ok" });
  await expect.poll(written, { timeout: 10_000 }).toContain("refresh");
  await services?.database.transaction(async (tx) => {
    services?.audit({ event: "role.changed", outcome: "ok", target: "users/1" });
    // Longer than events gather.
    await tx.run({ text: "select pg_sleep(0.2)", values: [] });
  });
  await expect.poll(written, { timeout: 10_000 }).toContain("role.changed");
  expect(lines.filter(({ message }) => message.startsWith("audit"))).toStrictEqual([]);
});

test("the log has a line for each event: information where it succeeded, a warning where not", async () => {
  engine = await started(migrate(), auditLog());
  lines.length = 0;
  services?.audit({ event: "login", outcome: "ok", requestId: "request-1" });
  services?.audit({ event: "login", outcome: "fail", reason: "BAD" });
  const time = expect.any(String);
  expect(lines).toStrictEqual([
    {
      level: "info",
      message: "audit",
      facts: { time, event: "login", outcome: "ok", requestId: "request-1" },
    },
    { level: "warn", message: "audit", facts: { time, event: "login", outcome: "fail", reason: "BAD" } },
  ]);
});

test("what a migration did at the start is in the trail, and a start without one adds nothing", async () => {
  const own: string[] = [];
  const separate: Logger = { ...logger, info: (_, facts) => void own.push(String(facts?.["event"])) };
  const other = await createTestDatabase({
    url: inject("databaseUrl"),
    template: "auth_audit",
    prepare: async () => {},
  });
  const boot = async (): Promise<readonly string[]> => {
    own.length = 0;
    const config = { collections: [notes], database: { url: other.url, max: 2 }, logger };
    const given = await start({ ...config, plugins: [auditLog({ logger: separate }), migrate()] }, {});
    await given.stop();
    return own.toSorted();
  };
  try {
    expect(new Set(await boot())).toStrictEqual(new Set(["boot.insecure", "migration.applied"]));
    expect(await boot()).toStrictEqual(["boot.insecure"]);
  } finally {
    await other.drop();
  }
});
