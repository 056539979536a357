import type { SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";

import { composer } from "../../src/mail/composer.ts";
import { html as markup } from "../../src/mail/html.ts";
import { isMailFailure, type Mail, type Mailer, type MailFailure } from "../../src/mail/mailer.ts";
import type { SmtpOptions } from "../../src/mail/smtp-settings.ts";
import { smtp } from "../../src/mail/smtp.ts";
import { type Mailbox, mailbox } from "../world/mailbox.ts";
import { selfSigned } from "../world/self-signed.ts";

const user = { id: "1", email: "ada@example.com" };
const link = { user, url: "https://www.example.com/reset-password?token=SECRET", expiresIn: 1_800 };
const mail = composer({ appName: "Plätze" })("reset", user.email, link);
const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function boxOf(options?: SMTPServerOptions): Promise<Mailbox> {
  const box = await mailbox(options);
  cleanups.push(() => box.close());
  return box;
}

async function mailerOf(options: SmtpOptions): Promise<Mailer> {
  const mailer = smtp({ from: "Plätze <no-reply@example.com>", ...options });
  await mailer.open?.({ environment: {}, production: true });
  cleanups.push(() => mailer.close?.());
  return mailer;
}

/** What sending fails with. */
async function failure(mailer: Mailer, one: Mail = mail): Promise<MailFailure> {
  const thrown: unknown = await mailer.send(one).catch((error: unknown) => error);
  if (!isMailFailure(thrown)) throw new Error("it was sent");
  return thrown;
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

describe("a mail", () => {
  test("arrives as text and as HTML, from the sender, for one recipient", async () => {
    const box = await boxOf();
    await (await mailerOf({ url: box.url })).send(mail);
    const received = await box.next();
    expect(received).toMatchObject({
      from: "Plätze <no-reply@example.com>",
      to: "ada@example.com",
      recipients: ["ada@example.com"],
      subject: "Choose a new password for Plätze",
      text: mail.text.trimEnd(),
      html: mail.html.trimEnd(),
      links: [link.url],
    });
    expect(received.headers.get("auto-submitted")).toBe("auto-generated");
  });

  test("goes through a server given by the environment", async () => {
    const box = await boxOf();
    const mailer = smtp();
    cleanups.push(() => mailer.close?.());
    await mailer.open?.({ environment: { SMTP_URL: box.url, MAIL_FROM: "a@example.com" }, production: true });
    await mailer.send(mail);
    expect((await box.next()).from).toBe("a@example.com");
  });

  test("is not sent before settings were read, nor after the end", async () => {
    const box = await boxOf();
    expect((await failure(smtp(box.url))).message).toBe("smtp() was not opened");
    const mailer = await mailerOf({ url: box.url });
    await mailer.close?.();
    expect((await failure(mailer)).message).toBe("smtp() was not opened");
    expect(box.mails).toEqual([]);
  });

  test("shares connections with others", async () => {
    let connections = 0;
    const box = await boxOf({
      onConnect(_session, done) {
        connections += 1;
        done();
      },
    });
    const mailer = await mailerOf({ url: box.url });
    await Promise.all(Array.from({ length: 20 }, async () => mailer.send(mail)));
    expect(box.mails).toHaveLength(20);
    expect(connections).toBeLessThanOrEqual(4);
  });

  test("T-RST-15 has the headers that it should have, whatever a name says", async () => {
    const box = await boxOf();
    const name =
      "{{7*7}}<img src=x onerror=alert(1)>\r\nBcc: eve@evil.com\r\n\r\n.\r\nMAIL FROM:<eve@evil.com>";
    const compose = composer({
      appName: "Places",
      messages: {
        welcome: ({ user: { name: called } }) => ({
          subject: `Welcome ${String(called)}`,
          text: `Hello ${String(called)}`,
          html: markup`<p>Hello ${called}</p>`,
        }),
      },
    });
    const url = "https://www.example.com";
    await (
      await mailerOf({ url: box.url })
    ).send(compose("welcome", user.email, { user: { ...user, name }, url }));
    const received = await box.next();
    expect(received.recipients).toEqual([user.email]);
    expect(received.subject).toBe(`Welcome ${name.replaceAll(/[\r\n]+/g, " ")}`);
    expect([...received.headers.keys()].toSorted()).toEqual([
      "auto-submitted",
      "content-type",
      "date",
      "from",
      "message-id",
      "mime-version",
      "subject",
      "to",
    ]);
    expect(received.html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(received.text).toBe(`Hello ${name}`.replaceAll("\r\n", "\n"));
    expect(box.mails).toHaveLength(1);
  });

  test("T-AUTH-19 reaches nobody when a list is passed off as one address", async () => {
    const box = await boxOf();
    const mailer = await mailerOf({ url: box.url });
    // Past the composer, which refuses these already.
    for (const to of ["a@x.com, b@y.com", "a@x.com\r\nRCPT TO:<v@x.com>", "g: a@x.com, b@y.com;"]) {
      await mailer.send({ ...mail, to }).catch(() => undefined);
    }
    expect(box.mails.flatMap(({ recipients }) => recipients)).not.toContain("b@y.com");
    expect(box.mails.flatMap(({ recipients }) => recipients)).not.toContain("v@x.com");
  });
});

describe("a server", () => {
  const onAuth: SMTPServerOptions["onAuth"] = ({ username, password }, _session, done) => {
    if (username === "me@example.com" && password === "p/w:1") done(null, { user: username });
    else done(refusal(535, `no such user ${String(username)} ${String(password)}`));
  };

  test("is told user and password", async () => {
    const box = await boxOf({ authOptional: false, allowInsecureAuth: true, onAuth });
    const url = box.url.replace("//", "//me%40example.com:p%2Fw%3A1@");
    await (await mailerOf({ url })).send(mail);
    expect(box.mails).toHaveLength(1);
  });

  test("that refuses them is not asked again, and they stay out of the reason", async () => {
    const box = await boxOf({ authOptional: false, allowInsecureAuth: true, onAuth });
    const wrong = await failure(await mailerOf({ url: box.url.replace("//", "//me%40example.com:hush@") }));
    expect(wrong).toMatchObject({ message: "EAUTH 535", permanent: true });
    expect(wrong.cause).toBeUndefined();
  });

  test.each([
    [550, true],
    [451, false],
    [421, false],
  ])("R-OT-8 that refuses the recipient with %i is quoted by code alone", async (code, permanent) => {
    const box = await boxOf({
      onRcptTo: ({ address }, _session, done) => done(refusal(code, `5.1.1 <${address}> user unknown`)),
    });
    const refused = await failure(await mailerOf({ url: box.url }));
    expect(refused.permanent).toBe(permanent);
    expect(refused.message).toMatch(new RegExp(`^E[A-Z]+ ${code}$`));
    expect(refused.cause).toBeUndefined();
  });

  test("that dies midway fails this mail, and takes the next one", async () => {
    let deaths = 0;
    const box = await boxOf({
      onMailFrom(_address, _session, done) {
        if (deaths > 0) return done();
        deaths += 1;
        box.cut();
      },
    });
    const mailer = await mailerOf({ url: box.url });
    expect(await failure(mailer)).toMatchObject({ permanent: false });
    await mailer.send(mail);
    expect(box.mails).toHaveLength(1);
  });

  test("that hangs up before a word is asked once, not over and over", async () => {
    let connections = 0;
    const box = await boxOf({
      onConnect() {
        connections += 1;
        box.cut();
      },
    });
    expect(await failure(await mailerOf({ url: box.url }))).toMatchObject({ permanent: false });
    expect(connections).toBe(1);
  });

  test("that is not there is a reason to try again", async () => {
    const box = await mailbox();
    await box.close();
    expect(await failure(await mailerOf({ url: box.url }))).toMatchObject({
      message: expect.stringContaining("ECONNREFUSED"),
      permanent: false,
    });
  });

  test("that does not answer is left when the time is over", async () => {
    let asked: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const box = await boxOf({ onRcptTo: () => asked?.() });
    const mailer = await mailerOf({ url: box.url });
    const limit = new AbortController();
    const sent = mailer.send(mail, limit.signal).catch((error: unknown) => error);
    await reached;
    limit.abort();
    expect(await sent).toMatchObject({ message: "EABORT", permanent: false });
  });

  test("that does not answer holds nobody up at the end", async () => {
    let asked: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const box = await boxOf({ onRcptTo: () => asked?.() });
    const mailer = await mailerOf({ url: box.url });
    const sent = mailer.send(mail).catch((error: unknown) => error);
    await reached;
    await mailer.close?.();
    expect(isMailFailure(await sent)).toBe(true);
  });
});

describe("encryption", () => {
  const { key, cert } = selfSigned();

  test("is by STARTTLS where it is required", async () => {
    const box = await boxOf({ key, cert, disabledCommands: [] });
    await (await mailerOf({ url: box.url, starttls: "required", ca: cert })).send(mail);
    expect((await box.next()).secure).toBe(true);
  });

  test("is from the first byte with smtps", async () => {
    const box = await boxOf({ key, cert, secure: true });
    await (await mailerOf({ url: box.url.replace("smtp:", "smtps:"), ca: cert })).send(mail);
    expect((await box.next()).secure).toBe(true);
  });

  test("is left out where it is off, as for a server on this machine", async () => {
    const box = await boxOf({ key, cert, disabledCommands: [] });
    await (await mailerOf({ url: box.url })).send(mail);
    expect((await box.next()).secure).toBe(false);
  });

  test("needs a certificate that somebody trusted vouches for", async () => {
    const box = await boxOf({ key, cert, disabledCommands: [] });
    const refused = await failure(await mailerOf({ url: box.url, starttls: "required" }));
    expect(refused.message).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(box.mails).toEqual([]);
  });

  test.each(["required", "offered"] as const)("needs it too where STARTTLS is %s", async (starttls) => {
    const box = await boxOf({ key, cert, disabledCommands: [] });
    await failure(await mailerOf({ url: box.url, starttls }));
    expect(box.mails).toEqual([]);
  });

  test("that is required and not offered means no mail and no password", async () => {
    let logins = 0;
    const box = await boxOf({
      allowInsecureAuth: true,
      onAuth(_auth, _session, done) {
        logins += 1;
        done(null, { user: "me" });
      },
    });
    const refused = await failure(
      await mailerOf({ url: box.url.replace("//", "//me:hush@"), starttls: "required" }),
    );
    expect(refused.message).toContain("ETLS");
    expect([logins, box.mails.length]).toEqual([0, 0]);
  });
});
