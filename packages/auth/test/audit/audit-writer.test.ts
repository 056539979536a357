import type { AuditEvent, Logger, Row, Statement } from "@lucent/core";
import { expect, test } from "vitest";

import { auditWriter } from "../../src/audit/audit-writer.ts";

const event = (reason: string): AuditEvent => ({
  time: "2026-01-01T00:00:00.000Z",
  event: "login",
  outcome: "fail",
  reason,
});

/** A writer on a database that a test can break, and what it sent and logged. */
function world(limit?: number) {
  const sent: (readonly string[])[] = [];
  const lines: string[] = [];
  const state = { isBroken: false, hold: Promise.resolve(), statements: 0 };
  const log = (message: string, facts?: object) => void lines.push(`${message} ${JSON.stringify(facts)}`);
  const logger: Logger = { info: log, warn: log, error: log };
  const runner = {
    async run({ values: [json] }: Statement): Promise<readonly Row[]> {
      state.statements += 1;
      await state.hold;
      if (state.isBroken) throw Object.assign(new Error("Key (agent)=(secret)"), { code: "42P01" });
      sent.push((JSON.parse(String(json)) as AuditEvent[]).map(({ reason }) => String(reason)));
      return [];
    },
  };
  return {
    writer: auditWriter({ runner, logger, ...(limit === undefined ? {} : { limit }) }),
    sent,
    lines,
    state,
  };
}

test("events of one moment are one statement, in order, and no event waits for another statement", async () => {
  const { writer, sent } = world();
  for (const reason of ["1", "2", "3"]) writer.add(event(reason));
  await expect.poll(() => sent).toStrictEqual([["1", "2", "3"]]);
  writer.add(event("4"));
  await expect.poll(() => sent).toStrictEqual([["1", "2", "3"], ["4"]]);
  await writer.close();
  expect(sent).toHaveLength(2);
});

test("closing writes what waits at once, in statements of bounded size", async () => {
  const { writer, sent } = world();
  for (let count = 0; count < 1_100; count += 1) writer.add(event(String(count)));
  await writer.close();
  expect(sent.map(({ length }) => length)).toStrictEqual([500, 500, 100]);
  expect(sent.flat()).toStrictEqual(Array.from({ length: 1_100 }, (_, at) => String(at)));
});

test("closing waits for the statement that runs, and writes what came meanwhile", async () => {
  const { writer, sent, state } = world();
  const held = Promise.withResolvers<void>();
  state.hold = held.promise;
  writer.add(event("1"));
  await expect.poll(() => state.statements).toBe(1);
  writer.add(event("2"));
  const closed = writer.close();
  held.resolve();
  await closed;
  expect(sent).toStrictEqual([["1"], ["2"]]);
});

test("while the database fails events are kept; the outage and its end are logged once, without what it said", async () => {
  const { writer, sent, lines, state } = world();
  state.isBroken = true;
  writer.add(event("1"));
  await expect.poll(() => lines).toStrictEqual([`audit events can't be written {"error":"42P01"}`]);
  writer.add(event("2"));
  state.isBroken = false;
  await expect.poll(() => sent, { timeout: 5_000 }).toStrictEqual([["1", "2"]]);
  expect(lines.slice(1)).toStrictEqual([`audit events are written again {"lost":0}`]);
  await writer.close();
});

test("what does not fit is lost and counted", async () => {
  const { writer, sent, lines } = world(2);
  for (const reason of ["1", "2", "3", "4"]) writer.add(event(reason));
  expect(lines).toStrictEqual([`audit events are lost {"count":1}`]);
  await expect.poll(() => sent).toStrictEqual([["1", "2"]]);
  await expect.poll(() => lines.at(-1)).toBe(`audit events are written again {"lost":2}`);
  await writer.close();
});

test("what can't be written at the end is lost and counted, and closing ends", async () => {
  const { writer, sent, lines, state } = world();
  state.isBroken = true;
  for (const reason of ["1", "2"]) writer.add(event(reason));
  await writer.close();
  expect(lines).toStrictEqual([
    `audit events can't be written {"error":"42P01"}`,
    `audit events are lost {"count":2}`,
  ]);
  expect(sent).toStrictEqual([]);
});

test("an event after the end is lost and said", async () => {
  const { writer, sent, lines } = world();
  await writer.close();
  writer.add(event("1"));
  expect([sent, lines]).toStrictEqual([[], [`audit events are lost {"count":1}`]]);
});
