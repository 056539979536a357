import type { AuditEvent, AuditInput, Plugin } from "@lucent/core";
import { recordingAudit } from "@lucent/core/testing";
import { describe, expect, test } from "vitest";

import { auditTrail } from "../src/audit.ts";
import { recordingLogger } from "./world/recording-logger.ts";

const login: AuditInput = { event: "login", outcome: "ok" };

/** A settled trail with one sink. */
function trailOf(...plugins: readonly Plugin[]) {
  const log = recordingLogger();
  const sink = recordingAudit();
  const trail = auditTrail(log);
  for (const plugin of [...plugins, sink]) trail.add(plugin);
  trail.settle();
  return { log, trail, events: sink.events };
}

function recorded(input: AuditInput): AuditEvent | undefined {
  const { trail, events } = trailOf();
  trail.record(input);
  return events[0];
}

describe("an event", () => {
  test("has the time at which it was recorded, in UTC with milliseconds", () => {
    const before = Date.now();
    const time = recorded(login)?.time ?? "";
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
  });

  test("holds every member that is listed, and no other (R-AU-2)", () => {
    const listed = {
      ...login,
      reason: "BECAUSE",
      actor: { type: "key", id: "1", collection: "users", session: "s", key: "k" },
      target: "users/1",
      address: "192.0.2.1",
      agent: "a browser",
      requestId: "request-1",
    } as const;
    const { actor } = listed;
    const given = { ...listed, password: "p", token: "t", actor: { ...actor, email: "a@example.com" } };
    expect(recorded(given)).toStrictEqual({ ...listed, time: expect.any(String) });
  });

  test("has no member for what is undefined or no text", () => {
    const odd = { ...login, reason: undefined, target: { toString: () => "secret" }, agent: 5 };
    const event = recorded(odd as unknown as AuditInput);
    expect(event).toStrictEqual({ ...login, time: expect.any(String) });
  });

  test.each([
    ["a line\r\nand another\0", String.raw`a line\u{d}\u{a}and another\u{0}`],
    ["\u001b[31mred\u007f\u0085", String.raw`\u{1b}[31mred\u{7f}\u{85}`],
    ["abc\u202Egpj.exe\u2066x\u200F", String.raw`abc\u{202e}gpj.exe\u{2066}x\u{200f}`],
    ["zero\u200Bwidth\uFEFF\u00AD\u3164", String.raw`zero\u{200b}width\u{feff}\u{ad}\u{3164}`],
    ["tag\u{E0041}\u2028\u2029", String.raw`tag\u{e0041}\u{2028}\u{2029}`],
    ["half \uD83D", String.raw`half \u{d83d}`],
    [String.raw`\u{202e}`, String.raw`\u{5c}u{202e}`],
    ["日本語 😀 é", "日本語 😀 é"],
  ])("shows what its texts hold (R-AU-2): %j", (given, shown) => {
    const event = recorded({ ...login, agent: given, actor: { type: "user", id: given } });
    expect([event?.agent, event?.actor?.id]).toStrictEqual([shown, shown]);
  });

  test("has texts of at most 256 characters, without half of a character at the end", () => {
    const lengths = ["x", "\u202E", "😀"].map(
      (each) => recorded({ ...login, agent: each.repeat(5_000) })?.agent,
    );
    expect(lengths).toStrictEqual(["x".repeat(256), String.raw`\u{202e}`.repeat(32), "😀".repeat(128)]);
    expect(recorded({ ...login, agent: `x${"😀".repeat(200)}` })?.agent).toBe(`x${"😀".repeat(127)}`);
  });
});

describe("a sink", () => {
  test("that throws is logged; neither the caller nor the next sink notices", () => {
    const broken: Plugin = {
      name: "broken",
      audit() {
        throw new TypeError("no disk");
      },
    };
    const { trail, log, events } = trailOf(broken);
    expect(() => trail.record(login)).not.toThrow();
    expect(events).toHaveLength(1);
    expect(log.lines).toStrictEqual([
      {
        level: "error",
        message: "audit sink failed",
        facts: { plugin: "broken", event: "login", error: "no disk" },
      },
    ]);
  });

  test("that is async by mistake is logged when it fails", async () => {
    const broken: Plugin = {
      name: "broken",
      audit: () => Promise.reject(new TypeError("no disk")) as unknown as void,
    };
    const { trail, log, events } = trailOf(broken);
    trail.record(login);
    expect(events).toHaveLength(1);
    await expect.poll(() => log.lines.map(({ message }) => message)).toStrictEqual(["audit sink failed"]);
  });

  test("gets what the start recorded before it, in order, but not what came before it later on", () => {
    const trail = auditTrail(recordingLogger());
    const [first, second, late] = [recordingAudit(), recordingAudit(), recordingAudit()];
    trail.record({ ...login, reason: "1" });
    trail.add(first);
    trail.record({ ...login, reason: "2" });
    trail.add(second);
    trail.settle();
    trail.record({ ...login, reason: "3" });
    trail.add(late);
    trail.record({ ...login, reason: "4" });
    const reasons = [first, second, late].map(({ events }) => events.map(({ reason }) => reason));
    expect(reasons).toStrictEqual([["1", "2", "3", "4"], ["1", "2", "3", "4"], ["4"]]);
  });
});
