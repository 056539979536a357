import { isBootError } from "@lucent/core";
import { describe, expect, test } from "vitest";

import { type SmtpOptions, smtpSettings } from "../../src/mail/smtp-settings.ts";

const from = "Places <no-reply@example.com>";

function settings(options: SmtpOptions, production = true): ReturnType<typeof smtpSettings> {
  return smtpSettings({ from, ...options }, { environment: {}, production });
}

/** What a start is refused with. */
function problems(
  options: SmtpOptions,
  environment: Readonly<Record<string, string>> = {},
): readonly string[] {
  try {
    smtpSettings(options, { environment, production: true });
  } catch (error) {
    if (isBootError(error)) return error.problems;
  }
  return [];
}

describe("the server", () => {
  test("comes from the environment unless an option names it", () => {
    const environment = { SMTP_URL: "smtp://mail.example.com", MAIL_FROM: "a@example.com" };
    expect(smtpSettings({}, { environment, production: true })).toEqual({
      host: "mail.example.com",
      port: 587,
      secure: false,
      starttls: "required",
      auth: undefined,
      from: { name: "", address: "a@example.com" },
      ca: undefined,
    });
    const other = smtpSettings({ url: "smtps://other.example.com" }, { environment, production: true });
    expect(other).toMatchObject({ host: "other.example.com", port: 465, secure: true });
  });

  test("takes user and password percent-encoded", () => {
    expect(settings({ url: "smtp://me%40example.com:p%2F%3Aw%25@mail.example.com:2525" })).toMatchObject({
      port: 2525,
      auth: { user: "me@example.com", pass: "p/:w%" },
    });
  });

  test.each([
    ["smtp://mail.example.com", true, "required"],
    ["smtp://mail.example.com", false, "offered"],
    ["smtp://localhost", true, "off"],
    ["smtp://127.0.0.1:1025", true, "off"],
    ["smtp://[::1]:1025", false, "off"],
    ["smtp://127.evil.com", true, "required"],
    ["smtp://localhost.evil.com", true, "required"],
  ])("%s (production: %s) has STARTTLS %s", (url, production, expected) => {
    expect(settings({ url }, production).starttls).toBe(expected);
    expect(settings({ url, starttls: "required" }, production).starttls).toBe("required");
  });

  test("has an address of version 6 without brackets", () => {
    expect(settings({ url: "smtp://[::1]:25" })).toMatchObject({ host: "::1", port: 25 });
  });

  test.each([
    "mail.example.com",
    "http://mail.example.com",
    "direct://mail.example.com",
    "smtp:mail",
    "smtp://",
    "smtp://u:%zz@mail.example.com",
    "smtp://u:a%0d%0ab@mail.example.com",
  ])("is refused when it is no such URL: %s", (url) => {
    expect(problems({ url, from })).toEqual([expect.stringContaining("SMTP_URL is not a URL such as")]);
  });

  test.each(["?tls.rejectUnauthorized=false", "/path", "#x", "/?secure=false"])(
    "takes no settings behind the port: %s",
    (more) => {
      expect(problems({ url: `smtp://mail.example.com${more}`, from })).toEqual([
        expect.stringContaining("SMTP_URL has something behind the port"),
      ]);
    },
  );

  test("and the sender are asked for together, and a password is never repeated", () => {
    expect(problems({})).toEqual([
      expect.stringMatching(/^Set SMTP_URL/),
      expect.stringMatching(/^Set MAIL_FROM/),
    ]);
    expect(problems({ url: "smtpx://me:secret@mail.example.com", from: "secret" }).join()).not.toContain(
      "secret",
    );
  });
});

describe("the sender", () => {
  test.each([
    ["no-reply@example.com", "", "no-reply@example.com"],
    [" no-reply@Example.com ", "", "no-reply@example.com"],
    ["Places <no-reply@example.com>", "Places", "no-reply@example.com"],
    ['"Places, Inc." <no-reply@example.com>', "Places, Inc.", "no-reply@example.com"],
    ["Ünï <a@example.com>", "Ünï", "a@example.com"],
    ["<a@example.com>", "", "a@example.com"],
  ])("%j is understood", (text, name, address) => {
    expect(settings({ url: "smtp://localhost", from: text }).from).toEqual({ name, address });
  });

  test.each([
    "Places",
    "a@x.com, b@y.com",
    "A <a@x.com>, B <b@y.com>",
    "A <a@x.com",
    "A <a@x.com> B",
    "A\r\nBcc: v@x.com <a@x.com>",
    "a@x.com\r\nBcc: v@x.com",
    'A" <a@x.com>',
  ])("R-OT-9 is refused when it is more than one, or more than an address: %j", (text) => {
    expect(problems({ url: "smtp://localhost", from: text })).toEqual([
      expect.stringContaining("MAIL_FROM is not an address such as"),
    ]);
  });
});
