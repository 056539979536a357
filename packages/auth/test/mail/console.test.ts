import { expect, test } from "vitest";

import { consoleMailer } from "../../src/mail/console.ts";

const mail = {
  name: "reset",
  to: "ada@example.com",
  subject: "Hello",
  text: "One\n\nhttps://www.example.com/?token=abc\n",
  html: "<p>",
} as const;

test("a mail is shown, with its link", async () => {
  const lines: string[] = [];
  await consoleMailer({ print: (line) => lines.push(line) }).send(mail);
  expect(lines.join("\n")).toBe(
    "\n  To: ada@example.com\n  Subject: Hello\n\n  One\n\n  https://www.example.com/?token=abc\n",
  );
});

test("nothing in it steers the terminal", async () => {
  const lines: string[] = [];
  const text = "a\u001b[2Jb\r\u202ec\u0007";
  await consoleMailer({ print: (line) => lines.push(line) }).send({ ...mail, text });
  expect(lines.at(-2)).toBe("  a\ufffd[2Jb\ufffd\ufffdc\ufffd");
});

test("it is refused in production", () => {
  const open = (production: boolean) => () => consoleMailer().open?.({ environment: {}, production });
  expect(open(true)).toThrow("consoleMailer() is for development");
  expect(open(false)).not.toThrow();
});
