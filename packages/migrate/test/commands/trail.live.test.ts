import { type AuditEvent, defineCollection } from "@lucent/core";
import { recordingAudit } from "@lucent/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

import { defineDataMigration } from "../../src/data.ts";
import type { MigrateOptions } from "../../src/plugin/options.ts";
import { type CommandRun, type World, world } from "../world/database.ts";

let here: World;
let sink: ReturnType<typeof recordingAudit>;

beforeEach(async () => {
  here = await world();
  sink = recordingAudit();
});
afterEach(() => here.end());

const notes = defineCollection({ slug: "notes", fields: { title: { type: "text" } } });
const sized = defineCollection({
  slug: "notes",
  fields: { title: { type: "text" }, size: { type: "integer" } },
});
const wrong = defineDataMigration({
  id: "2026-wrong",
  up: async () => {
    throw new TypeError("wrong");
  },
});
const right = defineDataMigration({ id: "2026-right", up: async () => undefined });

function migrate(
  collection: typeof notes | typeof sized,
  options: MigrateOptions = {},
  ...args: readonly string[]
): Promise<CommandRun> {
  return here.commandWith({ collections: [collection], options, plugins: [sink] }, ...args);
}

/** What was recorded since the last time, without the tables of migrate itself. */
function recorded(): readonly string[] {
  const events = sink.events.splice(0);
  expect(new Set(events.map(({ outcome, actor }) => `${outcome} ${String(actor?.type)}`)).size).toBeLessThan(
    2,
  );
  return events.filter(isOurs).map(({ event, target }) => `${event} ${String(target)}`);
}

const isOurs = ({ target = "" }: AuditEvent): boolean => !target.startsWith("lucent_");

test("R-AU-1 what lucent migrate does is recorded, and what it only looks at is not", async () => {
  expect((await migrate(notes, {}, "--dry-run")).code).toBe(0);
  expect(recorded()).toStrictEqual([]);
  expect((await migrate(notes)).code).toBe(0);
  expect(recorded()).toStrictEqual(["migration.applied notes"]);
  expect((await migrate(notes)).code).toBe(0);
  expect(recorded()).toStrictEqual([]);
  expect((await migrate(sized, { data: [right] })).code).toBe(0);
  expect(recorded()).toStrictEqual(["migration.applied notes.size", "migration.applied 2026-right"]);
});

test("R-AU-1 what it takes away is recorded by itself", async () => {
  await migrate(sized);
  recorded();
  expect((await migrate(notes, { dropOrphaned: true }, "--drop", "notes.size")).code).toBe(0);
  expect(recorded()).toStrictEqual(["migration.dropped notes.size"]);
});

test("R-AU-1 a run that fails has recorded what it did before", async () => {
  const { code } = await migrate(notes, { data: [right, wrong] });
  expect(code).not.toBe(0);
  expect(recorded()).toStrictEqual(["migration.applied notes", "migration.applied 2026-right"]);
});

test("the only line that a program reads on standard output is its own", async () => {
  const log = recordingAudit();
  const loud = { ...log, start: () => Promise.reject(new TypeError("no")) };
  const setup = { collections: [notes], plugins: [loud] };
  const { code, out, errors } = await here.commandWith(setup, "--json");
  expect([code, out.length]).toStrictEqual([0, 1]);
  expect(JSON.parse(errors.join())).toMatchObject({ level: "error", message: "audit sink did not start" });
});
