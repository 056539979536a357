import { describe, expect, test } from "vitest";

import { type Compose, composer, messageProblems } from "../../src/mail/composer.ts";
import { html as markup } from "../../src/mail/html.ts";
import type { Mail } from "../../src/mail/mailer.ts";

const user = {
  id: "1",
  email: "ada@example.com",
  name: `{{7*7}}<img src=x onerror=alert(1)>\r\nBcc: eve@evil.com`,
};
const url = "https://www.example.com/reset-password?token=abc&x=1";
const link = { user, url, expiresIn: 1_800 };

/** Every message there is, once. */
function all(compose: Compose): readonly Mail[] {
  return [
    compose("verify", user.email, { ...link, expiresIn: 86_400 }),
    compose("reset", user.email, link),
    compose("confirmEmail", user.email, { ...link, expiresIn: 3_600 }),
    compose("changed", user.email, { user, url, changed: "password" }),
    compose("changed", user.email, { user, url, changed: "email" }),
    compose("welcome", user.email, { user, url }),
    compose("exists", user.email, { user, url }),
  ];
}

describe("the messages", () => {
  const mails = all(composer({ appName: "Tom & Jerry's" }));

  test("name the application, in text and in HTML", () => {
    for (const mail of mails) {
      expect(mail.to).toBe(user.email);
      expect(mail.subject).toContain("Tom & Jerry's");
      expect(mail.text).toContain("Tom & Jerry's");
      expect(mail.html).toContain("Tom &amp; Jerry&#39;s");
      expect(mail.html).not.toContain("Tom & Jerry's");
    }
  });

  test("say the same in text and in HTML", () => {
    for (const mail of mails) {
      const shown = mail.html.replaceAll("&amp;", "&").replaceAll("&#39;", "'");
      for (const line of mail.text
        .trim()
        .split("\n")
        .filter((one) => one !== "")) {
        expect(shown).toContain(line.replace(/:$/, ""));
      }
    }
  });

  test("carry the link, and for how long it works", () => {
    const [verify, reset, confirm] = mails;
    expect(reset?.text).toContain(`\n${url}\n`);
    expect(reset?.html).toContain('<a href="https://www.example.com/reset-password?token=abc&amp;x=1"');
    expect(verify?.text).toContain("for 24 hours.");
    expect(reset?.text).toContain("for 30 minutes.");
    expect(confirm?.text).toContain("for 60 minutes.");
  });

  test("load nothing and set no colour", () => {
    for (const { html: shown } of mails) {
      expect(shown).not.toMatch(
        /<(?:img|link|script|iframe|object)\b|url\(|@import|\b(?:background|color)\s*:\s*#/i,
      );
      expect(shown).toContain('<meta name="color-scheme" content="light dark">');
    }
  });

  test("T-RST-15 say nothing that an account chose itself", () => {
    for (const mail of mails) {
      expect(JSON.stringify(mail)).not.toMatch(/7\*7|49|onerror|Bcc|evil/);
    }
  });
});

describe("an application's own messages", () => {
  const compose = composer({
    appName: "Places",
    messages: {
      reset: ({ url: to, user: { name }, appName, expiresIn }) => ({
        subject: `${String(name)}: ${appName}`,
        text: `${to} ${expiresIn}`,
        html: markup`<p title="${name}">${name}</p><a href="${to}">${appName}</a>`,
      }),
      welcome: () => ({ subject: "Servus" }),
    },
  });

  test("T-RST-15 show a name as text, and the subject stays one line", () => {
    const mail = compose("reset", user.email, link);
    expect(mail.subject).toBe("{{7*7}}<img src=x onerror=alert(1)> Bcc: eve@evil.com: Places");
    expect(mail.text).toBe(`${url} 1800`);
    const name = "{{7*7}}&lt;img src=x onerror=alert(1)&gt;\r\nBcc: eve@evil.com";
    expect(mail.html).toBe(
      `<p title="${name}">${name}</p><a href="https://www.example.com/reset-password?token=abc&amp;x=1">Places</a>`,
    );
  });

  test("leave what they do not say, and the other messages, as they are", () => {
    const mail = compose("welcome", user.email, { user, url });
    expect(mail.subject).toBe("Servus");
    expect(mail.text).toContain("Your account at Places is ready.");
    expect(compose("verify", user.email, link).subject).toBe("Confirm your e-mail address for Places");
  });

  test.each([
    ["html as a plain string", { html: "<p>" }],
    ["html that looks like ours", { html: { "lucent.html": "<p>" } }],
    ["no text", { text: undefined }],
    ["a subject that is none", { subject: 1 }],
  ])("R-OT-9 are refused with %s", (_what, text) => {
    const careless = composer({ appName: "Places", messages: { reset: () => text as never } });
    expect(() => careless("reset", user.email, link)).toThrow("messages.reset needs a subject and a text");
  });

  test("are checked at start", () => {
    expect(messageProblems({ reset: () => ({}) })).toEqual([]);
    expect(messageProblems(JSON.parse('{"rest":1,"reset":"x","constructor":1}'))).toEqual([
      expect.stringContaining("messages.rest does not exist: there are verify, reset,"),
      "messages.reset is not a function.",
      expect.stringContaining("messages.constructor does not exist"),
    ]);
  });
});

describe("a header", () => {
  test.each(["\r\nBcc: v@x.com", "\n", "\r", "\0", "\u2028", "\u0085", "\v", "\u202e"])(
    "R-OT-9 has no line break and no control character: %j",
    (bad) => {
      const compose = composer({
        appName: `a${bad}b`,
        messages: { welcome: () => ({ subject: `c${bad}d` }) },
      });
      const visible = bad.replace(/^[^B]+/, "");
      expect(compose("welcome", user.email, { user, url }).subject).toBe(`c ${visible}d`);
      expect(compose("exists", user.email, { user, url }).subject).toContain(`at a ${visible}b`);
    },
  );
});

describe("T-AUTH-19 a recipient", () => {
  const compose = composer({ appName: "Places" });

  test.each([
    "a＠x.com",
    "a@x.com\r\nBcc: v@x.com",
    "a@x.com\n",
    '"e@evil.com"@x.com',
    "a@x.com,b@y.com",
    "a@x.com b@y.com",
    "a@x.com;b@y.com",
    "Ada <a@x.com>",
    "<a@x.com>",
    "list: a@x.com, b@y.com;",
    "a@x.com\0",
    "a",
    "",
  ])("is one plain address, or there is no mail: %j", (address) => {
    expect(() => compose("welcome", address, { user, url })).toThrow("not one plain address");
  });

  test("is written to in its canonical form", () => {
    expect(compose("welcome", "Ada@Example.COM", { user, url }).to).toBe("ada@example.com");
  });
});
