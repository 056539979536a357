import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { html } from "../src/mail/html.ts";
import { cheap, hashOf } from "./world/accounts.ts";
import type { Answered, Asker } from "./world/asker.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, type Entered, newcomer } from "./world/door.ts";
import type { ReceivedMail } from "./world/mailbox.ts";
import { mailedToken, mailsHaveCome, resetToken } from "./world/mailed.ts";
import { safeAsker } from "./world/safe-asker.ts";

const password = "correct horse battery staple";
const another = "another good password";

let world: AuthWorld;
let ask: Asker;
let hash: string;
let ada: Entered;

beforeAll(async () => {
  world = await authWorld({
    api: { requestLog: true },
    auth: { hash: cheap, appName: "Places" },
    plugins: [door()],
  });
  ask = safeAsker(world.ask);
  hash = await hashOf(password);
});
afterAll(() => world.stop());

beforeEach(async () => {
  ada = await newcomer(world, { hash });
});

const post = (path: string, body: object, token?: string): Promise<Answered> =>
  ask("POST", `/api/users/${path}`, { body, token });
const mailFor = (address: string): Promise<ReceivedMail> =>
  world.mails.next(({ recipients }) => recipients.includes(address));
const invalid = { status: 400, body: { code: "INVALID_TOKEN" } };

test("T-RST-14 a token is in the mail and nowhere else, and no answer to it is kept or tells where it came from", async () => {
  const token = await resetToken(world, ada.email);
  const answers = [
    await ask("GET", `/api/users/reset-password?token=${token}`),
    await post("reset-password", { token, password: "short" }),
    await post("verify-email", { token }),
    await ask("POST", `/api/users/reset-password?token=${token}`, { body: { token, password: another } }),
    await post("reset-password", { token, password: another }),
    await post("reset-password", { token, password: another }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([
    405,
    422,
    400,
    expect.any(Number),
    expect.any(Number),
    400,
  ]);
  for (const { headers, text } of answers) {
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(JSON.stringify([headers, text])).not.toContain(token);
  }
  const done = answers.filter(({ status }) => status === 204);
  expect(done.map(({ headers }) => headers["cache-control"])).toStrictEqual(["no-store"]);
  await mailFor(ada.email);
  expect(world.log.text()).toContain("auth.users.resetPassword");
  expect(world.log.text()).not.toContain(token);
  const trail = JSON.stringify(world.audit.events);
  expect(trail).toContain("reset.completed");
  expect(trail).not.toContain(token);
});

describe("T-RST-15 what somebody calls themselves", () => {
  const names = [
    "{{7*7}}",
    "${7*7}",
    "<img src=x onerror=alert(1)>",
    "x\r\nBcc: eve@evil.com",
    "=?utf-8?q?=0d=0aBcc:_eve?=",
  ];

  function expectHarmless({ raw, to, recipients, html: markup, headers }: ReceivedMail, email: string): void {
    expect([to, recipients]).toStrictEqual([email, [email]]);
    expect(headers.has("bcc")).toBe(false);
    expect([...headers.values()].join("\n")).not.toMatch(/evil/);
    expect(markup).not.toMatch(/<img|\b49\b|onerror/);
    expect(raw).not.toMatch(/^bcc:/im);
  }

  test("is in no mail of ours", async () => {
    for (const name of names) {
      const person = await newcomer(world, { hash });
      await world.sql("update users set name = $2 where id = $1::uuid", person.id, name);
      await post("resend-verification", { email: person.email });
      const verify = await mailFor(person.email);
      const token = verify.links[0]?.split("token=")[1] ?? "";
      await post("verify-email", { token });
      const welcome = await mailFor(person.email);
      await post("forgot-password", { email: person.email });
      const reset = await mailFor(person.email);
      expect([verify, welcome, reset].map(({ subject }) => subject)).toStrictEqual([
        "Confirm your e-mail address for Places",
        "Welcome to Places",
        "Choose a new password for Places",
      ]);
      for (const mail of [verify, welcome, reset]) {
        expectHarmless(mail, person.email);
        expect(mail.raw).not.toContain(name);
      }
    }
  });

  test("is text in a mail of the application's own, and adds no header", async () => {
    const node = await world.another({
      auth: {
        hash: cheap,
        messages: {
          reset: ({ user, url, appName }) => ({
            subject: `${appName}, ${String(names[3])}, ${user.email}`,
            html: html`<p title="${names[2]}">${names}</p>
              <a href="${url}">${user.email}</a>`,
          }),
        },
      },
    });
    // An address may hold braces; no template engine reads it.
    const person = await newcomer(world, { hash, email: `{{7*7}}-${ada.email}` });
    await node.ask("POST", "/api/users/forgot-password", { body: { email: person.email } });
    const mail = await mailFor(person.email);
    expect(mail.recipients).toStrictEqual([person.email]);
    expect(mail.headers.has("bcc")).toBe(false);
    expect(mail.raw.split("\r\n\r\n")[0]).not.toMatch(/^bcc:/im);
    expect(mail.html).toContain(`<p title="&lt;img src=x onerror=alert(1)&gt;">{{7*7}}`);
    expect(mail.html).not.toContain("<img");
    expect(mail.html).toContain(`>{{7*7}}-${ada.email}</a>`);
  });

  test("is refused where it is no text for a line, or no address", async () => {
    for (const email of [
      "a@x.com\r\nBcc: eve@evil.com",
      "a@x.com,eve@evil.com",
      '"eve@evil.com"@x.com',
      "<a@x.com>",
    ]) {
      expect((await post("register", { email, password })).status).toBe(422);
      const asked = await post("forgot-password", { email });
      expect([202, 422]).toContain(asked.status);
      const change = await post("change-email", { email, currentPassword: password }, ada.accessToken);
      expect(change.status).toBe(422);
    }
    await mailsHaveCome(world, ada.email);
    const recipients = world.mails.mails.flatMap((mail) => mail.recipients);
    expect(recipients.filter((each) => /evil|x\.com/.test(each))).toStrictEqual([]);
  });
});

describe("T-RST-16 a change of address", () => {
  const change = async (email: string): Promise<string> => {
    const asked = await post("change-email", { email, currentPassword: password }, ada.accessToken);
    expect([asked.status, asked.body]).toStrictEqual([202, {}]);
    return mailedToken(world, email, "confirm-email");
  };
  const stored = () => world.sql("select email, email_verified from users where id = $1::uuid", ada.id);

  test("happens by the last link alone, once, and is told to the address before", async () => {
    await post("resend-verification", { email: ada.email });
    const verify = await mailedToken(world, ada.email, "verify-email");
    const [first, last] = [await change(`first-${ada.email}`), await change(`last-${ada.email}`)];
    expect(await stored()).toStrictEqual([[ada.email, false]]);
    expect(await post("confirm-email", { token: first })).toMatchObject(invalid);
    expect(await stored()).toStrictEqual([[ada.email, false]]);
    expect((await post("confirm-email", { token: last })).status).toBe(204);
    expect(await stored()).toStrictEqual([[`last-${ada.email}`, true]]);
    const told = await mailFor(ada.email);
    expect([told.subject, told.raw.includes("token=")]).toStrictEqual([
      "Your e-mail address for Places was changed",
      false,
    ]);
    expect(told.raw).not.toContain(`last-${ada.email}`);
    for (const token of [first, last]) expect(await post("confirm-email", { token })).toMatchObject(invalid);
    expect(await post("verify-email", { token: verify })).toMatchObject(invalid);
    expect(await stored()).toStrictEqual([[`last-${ada.email}`, true]]);
    expect((await world.login({ email: ada.email, password })).status).toBe(401);
    expect((await world.login({ email: `last-${ada.email}`, password })).status).toBe(200);
  });

  test("leaves the account as it was until it is confirmed", async () => {
    await change(`other-${ada.email}`);
    expect(await stored()).toStrictEqual([[ada.email, false]]);
    expect((await world.login({ email: `other-${ada.email}`, password })).status).toBe(401);
    expect((await world.login({ email: ada.email, password })).status).toBe(200);
  });

  test("to an address of somebody else is told to them alone, and nothing is changed", async () => {
    const bob = await newcomer(world);
    const asked = { email: bob.email, currentPassword: password };
    const answer = await post("change-email", asked, ada.accessToken);
    expect([answer.status, answer.body]).toStrictEqual([202, {}]);
    const told = await mailFor(bob.email);
    expect([told.subject, told.raw.includes("token=")]).toStrictEqual([
      "You already have an account at Places",
      false,
    ]);
    expect(
      await world.sql("select purpose from lucent_tokens where user_id = $1::uuid", ada.id),
    ).toStrictEqual([]);
  });

  test("that somebody else has made theirs meanwhile is not taken away again: the link is worth nothing", async () => {
    const email = `meanwhile-${ada.email}`;
    const token = await change(email);
    await newcomer(world, { email });
    expect(await post("confirm-email", { token })).toMatchObject(invalid);
    expect(await stored()).toStrictEqual([[ada.email, false]]);
  });
});
