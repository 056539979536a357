import type { AuditInput } from "@lucent/core";
import { expect, it } from "vitest";

import type { Step } from "../../src/model/step.ts";
import { reportMigration } from "../../src/plugin/audit.ts";

const step = (kind: Step["kind"], object: string): Step => ({
  kind,
  object,
  title: `${kind} ${object}`,
  hazard: "safe",
  locks: [],
  statements: [],
});

it("what a migration changed is reported once each, and what it took away by itself (R-AU-1)", () => {
  const events: AuditInput[] = [];
  const steps = [
    step("createTable", "notes"),
    step("addCheck", "notes"),
    step("addColumn", "posts.size"),
    step("dropColumn", "posts.title"),
    step("dropTable", "old"),
  ];
  reportMigration((event) => void events.push(event), steps, ["2026-fill-size"]);
  const common = { outcome: "ok", actor: { type: "system" } };
  expect(events).toStrictEqual([
    { ...common, event: "migration.applied", target: "notes" },
    { ...common, event: "migration.applied", target: "posts.size" },
    { ...common, event: "migration.applied", target: "2026-fill-size" },
    { ...common, event: "migration.dropped", target: "posts.title" },
    { ...common, event: "migration.dropped", target: "old" },
  ]);
});
