import type { Plugin } from "@lucent/core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld, newCredentials } from "./world/auth-world.ts";
import { posts, staff, users } from "./world/collections.ts";
import { mailTo, members, unverified, verified } from "./world/members.ts";
import { type Told, told, uniform } from "./world/uniform.ts";

const collections = [users, staff, posts, members] as const;

let world: AuthWorld<typeof collections>;

/** How many passwords were hashed. */
let hashed = 0;
const counting: Plugin = {
  name: "counting",
  async start({ passwordHasher }) {
    if (passwordHasher === undefined) throw new TypeError("no password can be hashed");
    const hash = passwordHasher.hash.bind(passwordHasher);
    Object.assign(passwordHasher, {
      hash: (password: string) => {
        hashed += 1;
        return hash(password);
      },
    });
  },
};

beforeAll(async () => {
  world = await authWorld({ collections, auth: { hash: cheap }, plugins: [counting] });
});
afterAll(() => world.stop());

const post = (path: string, body: unknown) => world.ask("POST", `/api/${path}`, { body });

test("T-ENUM-01 every reason to refuse a sign-in looks the same", async () => {
  const [ada, disabled, deleted, imported] = [
    await world.register(),
    await world.register(),
    await world.register(),
    await world.register(),
  ];
  await world.engine.services.auth?.disable({ collection: "users", id: disabled.id });
  await world.ask("DELETE", `/api/users/${deleted.id}`, { token: deleted.accessToken });
  await world.sql("update users set password = null where id = $1::uuid", imported.id);
  const { status, text } = await uniform({
    unknown: () => world.login(newCredentials()),
    "wrong password": () => world.login({ ...ada, password: "another password" }),
    "empty password": () => world.login({ ...ada, password: "" }),
    "no address": () => world.login({ ...ada, email: "no address" }),
    disabled: () => world.login(disabled),
    deleted: () => world.login(deleted),
    "no password": () => world.login(imported),
    "other collection": () => world.login(ada, "staff"),
  });
  expect([status, text]).toStrictEqual([401, expect.stringContaining('"INVALID_CREDENTIALS"')]);
  expect((await world.login(ada)).status).toBe(200);
});

test("T-ENUM-02 who forgot a password is answered the same whether there is an account or not", async () => {
  const [ada, disabled] = [await world.register(), await world.register()];
  await world.engine.services.auth?.disable({ collection: "users", id: disabled.id });
  const forgot = (email: string) => () => post("users/forgot-password", { email });
  const nobody = newCredentials().email;
  const { status, text } = await uniform({
    known: forgot(ada.email),
    unknown: forgot(nobody),
    disabled: forgot(disabled.email),
    "no address": forgot("no address"),
    "none at all": forgot(""),
  });
  expect([status, text]).toStrictEqual([202, "{}"]);
  await world.mails.next(
    ({ recipients, subject }) => recipients[0] === ada.email && /new password/.test(subject),
  );
  const resets = world.mails.mails.filter(({ subject }) => /new password/.test(subject));
  expect(resets.map(({ recipients }) => recipients)).toStrictEqual([[ada.email]]);
});

test("T-ENUM-02 how often a mail may be asked for is the same for an address that nobody has", async () => {
  const ada = await world.register();
  const asked = async (email: string) => {
    const answers = [];
    for (const spelling of [email, email.toUpperCase(), ` ${email}`, email])
      answers.push(told(await post("users/forgot-password", { email: spelling })));
    return answers;
  };
  const known = await asked(ada.email);
  expect(known.map(({ status }) => status)).toStrictEqual([202, 202, 202, 429]);
  expect(known[3]?.headers["retry-after"]).toBe("1200");
  expect(await asked(newCredentials().email)).toStrictEqual(known);
});

test("T-ENUM-03 who asks for the link again is answered the same whether there is something to verify or not", async () => {
  const [done, open, nobody] = [await verified(world), await unverified(world), newCredentials()];
  const before = world.mails.mails.length;
  const resend = (email: string) => () => post("members/resend-verification", { email });
  const { status, text } = await uniform({
    verified: resend(done.email),
    unverified: resend(open.email),
    unknown: resend(nobody.email),
  });
  expect([status, text]).toStrictEqual([202, "{}"]);
  await mailTo(world, open);
  const later = world.mails.mails.slice(before).flatMap(({ recipients }) => recipients);
  expect(later).toContain(open.email);
  expect(later.filter((address) => [done.email, nobody.email].includes(address))).toStrictEqual([]);
});

test("T-ENUM-04 a registration is answered the same whether the address was free or not, and the mails differ", async () => {
  const [done, open, free] = [await verified(world), await unverified(world), newCredentials()];
  const register =
    ({ email }: { readonly email: string }) =>
    () =>
      world.register({ email }, "members");
  const { status, text, setCookies } = await uniform({
    free: register(free),
    verified: register(done),
    unverified: register(open),
  });
  expect([status, text, setCookies]).toStrictEqual([202, "{}", []]);
  expect((await mailTo(world, free)).subject).toMatch(/^Confirm your e-mail address/);
  expect((await mailTo(world, open)).subject).toMatch(/^Choose a new password/);
  const known = await mailTo(world, done);
  expect(known.subject).toMatch(/^You already have an account/);
  expect(known.text).not.toMatch(/token=/);
  // What is wrong about the rest of the form is told before anything is known about the address.
  const wrong = await uniform({
    free: () => world.register({ password: "password" }, "members"),
    verified: () => world.register({ email: done.email, password: "password" }, "members"),
  });
  expect([wrong.status, wrong.text]).toStrictEqual([422, expect.stringContaining('"common"')]);
  const more = await uniform({
    free: () => world.register({ role: "admin" }, "members"),
    verified: () => world.register({ email: done.email, role: "admin" }, "members"),
  });
  expect([more.status, more.text]).toStrictEqual([422, expect.stringContaining('"role"')]);
});

test("T-ENUM-04 a registration hashes one password, whoever has the address: whoever asks next feels no more", async () => {
  const addresses = [await verified(world), await unverified(world), newCredentials()];
  for (const { email } of addresses) {
    hashed = 0;
    await world.register({ email }, "members");
    await mailTo(world, { email });
    expect(hashed).toBe(1);
  }
});

test.each(["forgot-password", "resend-verification"])(
  "T-ENUM-05 what is wrong about a request for a mail is told before anything is looked up (%s)",
  async (path) => {
    const [done, { email: nobody }] = [await verified(world), newCredentials()];
    const before = world.mails.mails.length;
    const both = (body: (email: string) => unknown) =>
      uniform({
        known: () => post(`members/${path}`, body(done.email)),
        unknown: () => post(`members/${path}`, body(nobody)),
      });
    for (const [wrong, rule] of [
      [(email) => ({ email, redirectUrl: "https://evil.example" }), "unknown"],
      [(email) => ({ email, url: "//evil.example" }), "unknown"],
      [(email) => ({ email, appUrl: 1 }), "unknown"],
      [(email) => ({ email: [email] }), "type"],
      [(email) => ({ email: { eq: email } }), "type"],
      [(email) => [{ email }], "type"],
      [(email) => ({ email: email.padEnd(1_025, "m") }), "maxLength"],
    ] satisfies [(email: string) => unknown, string][]) {
      const { status, text } = await both(wrong);
      expect([status, text]).toStrictEqual([422, expect.stringContaining(`"rule":"${rule}"`)]);
      expect(text).not.toMatch(/evil|example\.com/);
    }
    const large = await both((email) => ({ email, padding: "x".repeat(2_000_000) }));
    expect(large.status).toBe(413);
    const broken = await both((email) => `{"email":"${email}"`);
    expect(broken.status).toBe(400);
    await post("members/resend-verification", { email: (await unverified(world)).email });
    await world.mails.next(({ recipients }) => recipients[0] !== done.email);
    const later = world.mails.mails.slice(before);
    expect(later.filter(({ recipients }) => recipients[0] === done.email)).toHaveLength(0);
  },
);

test("T-ENUM-06 an account and an address that nobody has are locked alike, and open alike", async () => {
  const [ada, other, nobody] = [await world.register(), await world.register(), newCredentials()];
  const fail = (email: string) => world.login({ email, password: "another password" });
  const failures = async (email: string) => {
    const answers: Told[] = [];
    for (let attempt = 1; attempt <= 11; attempt += 1)
      answers.push(told(await fail(attempt % 2 === 0 ? email : email.toUpperCase())));
    return answers;
  };
  const known = await failures(ada.email);
  expect(known.map(({ status }) => status)).toStrictEqual([...Array.from({ length: 10 }, () => 401), 429]);
  expect(await failures(nobody.email)).toStrictEqual(known);
  const locked = await uniform({
    "right password": () => world.login(ada),
    "wrong password": () => fail(ada.email),
    unknown: () => fail(nobody.email),
  });
  // When one more attempt is let through at the latest, for everybody.
  expect([locked.status, locked.headers["retry-after"]]).toStrictEqual([429, "90"]);
  // It is the account that is locked, wherever somebody comes from, and no other.
  const open = await uniform({ known: () => fail(other.email), unknown: () => fail(newCredentials().email) });
  expect(open.status).toBe(401);
  expect((await world.login(other)).status).toBe(200);
});
