import type { AccessRule, FieldRule } from "@lucent/core";
import { expect, test } from "vitest";

import { everything, nothing } from "../../src/filter/tree.ts";
import { type Question, ruleAsker } from "../../src/operation/rules.ts";
import { systemViews } from "../../src/operation/views.ts";
import { type RecordingLogger, recordingLogger } from "../world/recording-logger.ts";
import { fieldIn, modelIn, models } from "../world/relations.ts";

const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

/** A question about a post, and the asker with what it logs. */
function asking(more: Partial<Question> = {}, log: RecordingLogger = recordingLogger()) {
  const principal = { user: { id: "alice" }, system: false, requestId: "request-1" };
  const question: Question = { model: modelIn("posts"), operation: "update", id, principal, ...more };
  const asker = ruleAsker(systemViews(models), log);
  return {
    log,
    ask: (rule: unknown) => asker.ask(rule as AccessRule | undefined, question),
    askField: (rule: unknown) =>
      asker.askField(rule as FieldRule | undefined, fieldIn("posts", "title"), question),
  };
}

test("R-AC-1 a missing rule of a collection denies, one of a field allows", () => {
  const { ask, askField, log } = asking();
  expect(ask(undefined)).toBeUndefined();
  expect(askField(undefined)).toBe(everything);
  expect(log.lines).toStrictEqual([]);
});

test("what is written out is not waited for, and what is promised is", async () => {
  for (const how of ["ask", "askField"] as const) {
    const { [how]: ask, log } = asking();
    expect([ask(true), ask(false), ask(() => true), ask(() => null)]).toStrictEqual([
      everything,
      undefined,
      everything,
      undefined,
    ]);
    const late = [ask(async () => true), ask(async () => null), ask(async () => ({ title: "a" }))];
    expect(late.every((each) => each instanceof Promise)).toBe(true);
    expect(await Promise.all(late.map(async (each) => each))).toMatchObject([
      everything,
      undefined,
      { kind: "comparison", value: "a" },
    ]);
    expect(log.lines).toStrictEqual([]);
  }
});

test("a rule may name what nobody else can, but passwords, and lead through relationships", () => {
  const { ask, log } = asking();
  expect(ask(() => ({ note: "a" }))).toMatchObject({ field: fieldIn("posts", "note") });
  expect(ask(() => ({ "secretAuthor.pin": "a" }))).toMatchObject({
    kind: "related",
    of: { field: fieldIn("authors", "pin"), value: "a" },
  });
  expect(ask(() => ({ "mainAuthor.vault.owner.name": { in: ["a"] } }))).toMatchObject({ kind: "related" });
  expect(ask(() => ({ tags: { contains: id } }))).toMatchObject({ kind: "containment" });
  expect(log.lines).toStrictEqual([]);
  expect(ask(() => ({ "mainAuthor.password": "a" }))).toBeUndefined();
  expect(log.lines.length).toBe(1);
});

test("T-ACL-18 the filter of a rule does not see deleted rows behind a relationship", () => {
  const { ask } = asking();
  expect(ask(() => ({ "related.title": "a" }))).toMatchObject({
    kind: "related",
    of: {
      kind: "and",
      of: [{ kind: "existence", field: { name: "deletedAt" }, exists: false }, { value: "a" }],
    },
  });
});

test("T-ACL-04 a filter that can match nothing is a filter, and one that rules out nothing everything", () => {
  const { ask, askField } = asking();
  for (const each of [ask, askField]) {
    expect(each(() => ({ title: { in: [] } }))).toBe(nothing);
    expect(each(() => ({ title: { nin: [] } }))).toBe(everything);
  }
});

const mistakes: readonly (readonly [string, unknown])[] = [
  ["nothing at all", () => undefined],
  ["an empty object", () => ({})],
  ["a list", () => []],
  ["a number", () => 1],
  ["a text", () => "true"],
  ["a Boolean object", () => new Boolean(true)],
  ["a date", () => new Date(0)],
  ["an empty part", () => ({ or: [{ title: "a" }, { not: {} }] })],
  ["an unknown field", () => ({ ghost: 1 })],
  ["an unknown relationship", () => ({ "ghost.name": 1 })],
  ["a foreign operator", () => ({ title: { is: 1 } })],
  ["an unset value", () => ({ "mainAuthor.name": undefined })],
  // oxlint-disable-next-line unicorn/no-thenable -- a rule may answer anything
  ["something that only looks like a promise", () => ({ then: () => true })],
  ["a promise of nothing", async () => undefined],
  ["a promise of an empty object", async () => ({})],
  ["a promise of a promise that fails", () => Promise.reject(new TypeError("broke"))],
  ["a promise of an empty part", async () => ({ and: [{}] })],
  ["a rule that is no function", "yes"],
  ["a filter in place of a rule", { title: "a" }],
  ["null in place of a rule", null],
];

test.each(mistakes)("T-ACL-01 R-AC-2 %s denies and is logged, without the answer", async (_, rule) => {
  for (const how of ["ask", "askField"] as const) {
    const { [how]: ask, log } = asking();
    expect(await ask(rule)).toBeUndefined();
    expect(log.lines).toStrictEqual([
      {
        level: "error",
        message: "access rule failed and denies",
        facts: {
          collection: "posts",
          operation: "update",
          requestId: "request-1",
          error: expect.any(String),
        },
      },
    ]);
  }
});

test("R-AC-18 a rule sees the caller, the operation and the id; that of a field its name too", async () => {
  const seen: unknown[] = [];
  const rule = (context: unknown) => seen.push(context) > 0;
  const { ask, askField } = asking();
  await ask(rule);
  await askField(rule);
  const context = {
    user: { id: "alice" },
    operation: "update",
    collection: "posts",
    id,
    requestId: "request-1",
  };
  expect(seen).toStrictEqual([context, { ...context, field: "title" }]);
});

test("the system is asked for no rule", () => {
  let asked = 0;
  const { ask, askField } = asking({ principal: { user: null, system: true, requestId: "request-1" } });
  const deny = () => (asked += 1) < 0;
  for (const rule of [deny, false, undefined, null, "yes"]) {
    expect([ask(rule), askField(rule)]).toStrictEqual([everything, everything]);
  }
  expect(asked).toBe(0);
});
