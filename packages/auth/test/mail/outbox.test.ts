import { isLucentError } from "@lucent/core";
import { afterEach, describe, expect, test } from "vitest";

import { MailFailure } from "../../src/mail/mailer.ts";
import { closeAll, counted, gate, mailTo, outOf, postOf, refusal } from "../world/mail-post.ts";

afterEach(closeAll);

describe("R-ID-5 the outbox", () => {
  test("begins when what is ready to run has run", async () => {
    const { out, box } = await postOf();
    const steps: string[] = [];
    out.post(async () => {
      steps.push("looked up");
      return mailTo("ada@example.com");
    });
    steps.push("handed over");
    for (let hop = 0; hop < 100; hop += 1) await Promise.resolve();
    steps.push("answered");
    await box.next();
    expect(steps).toEqual(["handed over", "answered", "looked up"]);
  });

  test("sends nothing where the work finds nobody", async () => {
    const { out, box, logger } = await postOf();
    out.post(async () => undefined);
    await out.idle();
    expect(box.mails).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  test("keeps nobody waiting for a server that does not answer", async () => {
    const asked = gate();
    const { out, box } = await postOf({ onRcptTo: () => asked.open() });
    out.post(counted().work);
    await asked.opened;
    // The server holds that mail for ever, and still:
    out.post(counted().work);
    expect(box.mails).toEqual([]);
  });

  test("sends several at once, and no more than it may", async () => {
    const release = gate();
    let sending = 0;
    let most = 0;
    const four = gate();
    const { out } = outOf({
      async send() {
        sending += 1;
        most = Math.max(most, sending);
        if (sending === 4) four.open();
        await release.opened;
        sending -= 1;
      },
    });
    for (let index = 0; index < 20; index += 1) out.post(counted().work);
    await four.opened;
    release.open();
    await out.idle();
    expect(most).toBe(4);
  });
});

describe("a full outbox", () => {
  test("refuses work, and drops notices with a line", async () => {
    const release = gate();
    const { out, logger } = outOf({ send: () => release.opened }, { limit: 2 });
    out.post(counted().work);
    out.post(counted().work);
    let refused: unknown;
    try {
      out.post(counted().work);
    } catch (error) {
      refused = error;
    }
    expect(isLucentError(refused)).toBe(true);
    expect(refused).toMatchObject({ code: "UNAVAILABLE", headers: { "retry-after": "30" } });
    out.notify(counted().work);
    expect(logger.lines).toEqual([
      { level: "error", message: "A notice was not mailed", facts: { reason: "the outbox takes no more" } },
    ]);
    release.open();
    await out.idle();
    out.post(counted().work);
    out.notify(counted().work);
    await out.idle();
    expect(logger.lines).toHaveLength(1);
  });
});

describe("the end", () => {
  test("waits for what is on its way, and takes no more", async () => {
    const { out, box, logger } = await postOf();
    for (let index = 0; index < 10; index += 1) out.post(counted().work);
    await out.close(10_000);
    expect(box.mails).toHaveLength(10);
    expect(logger.lines).toEqual([]);
    expect(() => out.post(counted().work)).toThrow("Service unavailable");
  });

  test("tries again at once instead of waiting", async () => {
    const first = gate();
    let asked = 0;
    const { out, box } = await postOf(
      {
        onRcptTo(_address, _session, done) {
          asked += 1;
          if (asked > 1) return done();
          done(refusal(451, "later"));
          first.open();
        },
      },
      { backoff: () => 3_600_000 },
    );
    out.post(counted().work);
    await first.opened;
    await out.close(10_000);
    expect(box.mails).toHaveLength(1);
  });

  test("comes at the deadline: what is left is counted and stopped", async () => {
    const sending = gate();
    let aborted: boolean | undefined;
    const { out, logger } = outOf(
      {
        async send(_mail, signal) {
          sending.open();
          await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
          aborted = signal?.aborted;
          throw new MailFailure("stopped");
        },
      },
      { parallel: 1 },
    );
    const waiting = counted();
    out.post(counted().work);
    out.post(waiting.work);
    await sending.opened;
    await out.close(20);
    await out.idle();
    expect(aborted).toBe(true);
    expect(waiting.calls()).toBe(0);
    expect(logger.lines).toEqual([
      { level: "error", message: "Mails were given up at the end", facts: { mails: 2 } },
    ]);
  });
});
