import { LucentError } from "@lucent/core";
import { afterEach, describe, expect, test } from "vitest";

import { composer } from "../../src/mail/composer.ts";
import { closeAll, counted, mailTo, outOf, postOf, refusal } from "../world/mail-post.ts";

afterEach(closeAll);

describe("R-OT-8 a failing mail server", () => {
  test("is tried again with the same mail, so that there is one token", async () => {
    let refused = 0;
    const { out, box, logger } = await postOf({
      onRcptTo({ address }, _session, done) {
        refused += 1;
        if (refused > 2) done();
        else done(refusal(451, `<${address}> greylisted`));
      },
    });
    const { work, calls } = counted();
    out.post(work);
    await out.idle();
    expect(box.mails.map(({ links }) => links)).toEqual([
      ["https://www.example.com/reset-password?token=SECRET-1"],
    ]);
    expect(calls()).toBe(1);
    expect(logger.lines).toEqual([
      {
        level: "warn",
        message: "A mail was not sent yet",
        facts: { mail: "reset", reason: "EENVELOPE 451", attempts: 1 },
      },
      {
        level: "warn",
        message: "A mail was not sent yet",
        facts: { mail: "reset", reason: "EENVELOPE 451", attempts: 2 },
      },
    ]);
  });

  test("is given up after three attempts, and logged without address, token or text", async () => {
    const { out, box, logger } = await postOf({
      onData(stream, session, done) {
        stream.resume();
        stream.on("end", () =>
          done(refusal(450, `no room for ${JSON.stringify(session.envelope)} SECRET-1`)),
        );
      },
    });
    out.post(counted("ada@example.com").work);
    await out.idle();
    expect(box.mails).toEqual([]);
    expect(logger.lines.at(-1)).toEqual({
      level: "error",
      message: "A mail was not sent",
      facts: { mail: "reset", reason: "EMESSAGE 450", attempts: 3 },
    });
    expect(logger.lines).toHaveLength(3);
    expect(logger.text()).not.toMatch(/ada|example|SECRET|password|room/);
  });

  test("that says no for good is not asked again", async () => {
    let asked = 0;
    const { out, logger } = await postOf({
      onRcptTo({ address }, _session, done) {
        asked += 1;
        done(refusal(550, `<${address}> unknown`));
      },
    });
    out.post(counted().work);
    await out.idle();
    expect(asked).toBe(1);
    expect(logger.lines).toMatchObject([{ level: "error", facts: { reason: "EENVELOPE 550", attempts: 1 } }]);
  });

  test("that dies in the middle of a mail gets it once it is back", async () => {
    let deaths = 0;
    const { out, box, logger } = await postOf({
      onMailFrom(_address, _session, done) {
        deaths += 1;
        if (deaths === 1) box.cut();
        else done();
      },
    });
    out.post(counted().work);
    await out.idle();
    expect(box.mails).toHaveLength(1);
    expect(logger.lines.map(({ level }) => level)).toEqual(["warn"]);
  });

  test("does not hold up the mails behind it", async () => {
    const { out, box } = await postOf(
      {
        onRcptTo({ address }, _session, done) {
          if (address.startsWith("late")) done(refusal(451, "later"));
          else done();
        },
      },
      { parallel: 1, backoff: () => 3_600_000 },
    );
    out.post(counted("late@example.com").work);
    out.post(counted("ada@example.com").work);
    expect((await box.next()).to).toBe("ada@example.com");
  });

  test("that is silent costs its turn no longer than an attempt may take", async () => {
    const { out, logger } = await postOf({ onRcptTo: () => undefined }, { timeout: 50, attempts: 2 });
    out.post(counted().work);
    await out.idle();
    expect(logger.lines.map(({ facts }) => facts["reason"])).toEqual([
      "it took too long",
      "it took too long",
    ]);
  });
});

describe("work that fails", () => {
  test("is done again", async () => {
    const { out, box, logger } = await postOf();
    let calls = 0;
    out.post(async () => {
      calls += 1;
      if (calls === 1) throw new LucentError("UNAVAILABLE");
      return mailTo("ada@example.com");
    });
    await out.idle();
    expect(box.mails).toHaveLength(1);
    expect(logger.lines).toMatchObject([{ facts: { mail: "not made", reason: "UNAVAILABLE", attempts: 1 } }]);
  });

  test("R-OT-8 is logged by name alone, whatever it threw", async () => {
    const { out, logger } = await postOf();
    out.post(async () => {
      throw new TypeError("ada@example.com SECRET");
    });
    out.post(async () => {
      // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- what some libraries do
      throw "ada@example.com SECRET";
    });
    out.post(async () =>
      composer({ appName: "Places" })("reset", "a@x.com,b@y.com", {
        user: { id: "1", email: "" },
        url: "SECRET",
        expiresIn: 1,
      }),
    );
    await out.idle();
    expect(logger.text()).not.toMatch(/ada|x\.com|SECRET/);
    const reasons = logger.lines.filter(({ level }) => level === "error").map(({ facts }) => facts["reason"]);
    expect(new Set(reasons)).toEqual(new Set(["TypeError", "not one plain address", "unknown reason"]));
  });

  test("or a mailer that does not look at the signal, ends with its attempt", async () => {
    const { out, logger } = outOf(
      { send: async () => new Promise(() => undefined) },
      { timeout: 20, attempts: 1, parallel: 1 },
    );
    out.post(counted().work);
    out.post(async () => new Promise(() => undefined));
    await out.idle();
    expect(logger.lines).toMatchObject([
      { facts: { mail: "reset", reason: "it took too long" } },
      { facts: { mail: "not made", reason: "it took too long" } },
    ]);
  });
});
