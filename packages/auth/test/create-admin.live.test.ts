import { randomBytes } from "node:crypto";

import { describe as describeConfig } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { auditTable } from "../src/audit/postgres-sink.ts";
import { cheap } from "./world/accounts.ts";
import { config } from "./world/admin-config.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { canary, sungIn } from "./world/canaries.ts";
import { processOf, scriptAt } from "./world/process.ts";

let world: AuthWorld;
const secret = (): string => randomBytes(32).toString("base64");
const environment = { SESSION_SECRET: secret(), JWT_SECRET: secret() };

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [auditTable()], environment });
});
afterAll(() => world.stop());

/** How a command ended. */
interface Ran {
  readonly code: number;
  readonly out: readonly string[];
  readonly errors: readonly string[];
}

/** Runs `lucent auth` in this process. */
async function command(...args: readonly string[]): Promise<Ran> {
  const blueprint = describeConfig({ ...config, database: { url: world.url, max: 2 } });
  const [each] = blueprint.plugins.flatMap(({ commands }) => commands ?? []);
  if (each === undefined) throw new TypeError("there is no command");
  const [out, errors]: [string[], string[]] = [[], []];
  const code = await each.run({
    blueprint,
    arguments: args,
    signal: new AbortController().signal,
    environment,
    print: (line) => void out.push(line),
    printError: (line) => void errors.push(line),
  });
  return { code, out, errors };
}

const address = (): string => `admin-${randomBytes(6).toString("hex")}@example.com`;
const admin = (email: string, ...more: readonly string[]): readonly string[] => [
  "create-admin",
  "--collection",
  "users",
  "--email",
  email,
  ...more,
];
const adminWith = (pair: string): readonly string[] => admin(address(), "--set", pair);
const made = async (): Promise<number> => Number((await world.sql("select count(*) from users"))[0]?.[0]);

describe("lucent auth create-admin", () => {
  test("R-BT-4 makes an account by the binary that may do more than any registration, and shows its password once", async () => {
    const email = address();
    const { code, out, errors } = await processOf(scriptAt("../../../cli/src/bin.ts"), {
      args: ["--config", scriptAt("admin-config.ts"), "auth", ...admin(email, "--set", "role=editor")],
      environment: { ...environment, DATABASE_URL: world.url },
    });
    expect(errors).toMatch(
      /^The account [0-9a-f-]{36} of "users" is there\. Its password, shown this once:\n$/,
    );
    expect([code, out]).toStrictEqual([0, expect.stringMatching(/^[\w-]{24}\n$/)]);
    const password = out.trim();
    const { status, body } = await world.login({ email, password });
    expect([status, body.user]).toMatchObject([200, { email, role: "editor", emailVerified: true }]);
    const trail = await world.sql(
      "select event, outcome, reason, actor_type, target from lucent_audit where target = $1::text order by event desc",
      `users/${String(body.user.id)}`,
    );
    const target = `users/${String(body.user.id)}`;
    expect(trail).toStrictEqual([
      ["register", "ok", "create-admin", "system", target],
      ["email.verified", "ok", null, null, target],
    ]);
    const rows = await world.sql("select u::text from users u union all select a::text from lucent_audit a");
    expect(sungIn(JSON.stringify(rows), [canary("password", password)])).toStrictEqual([]);
  });

  test("refuses an address that has an account, in whatever spelling, and leaves that account alone", async () => {
    const email = address();
    const first = await command(...admin(email));
    expect(first.code).toBe(0);
    const before = await made();
    for (const spelled of [email, email.toUpperCase(), ` ${email} `]) {
      const { code, out, errors } = await command(...admin(spelled, "--set", "role=editor"));
      expect([code, out]).toStrictEqual([1, []]);
      expect(errors.join()).toMatch(/^The account was not made: .*email \(unique\)/);
      expect(errors.join().toLowerCase()).not.toContain(email);
    }
    expect(await made()).toBe(before);
    const [password = ""] = first.out;
    const { status, body } = await world.login({ email, password });
    expect([status, body.user.role]).toStrictEqual([200, "member"]);
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ["no address", admin("zqx-canary-zqx"), /email \(format\)/],
    ["a role that there is not", adminWith("role=zqx-canary-zqx"), /role \(options\)/],
    ["a field that there is not", adminWith("rank=zqx-canary-zqx"), /rank \(unknown\)/],
    ["a field of the server", adminWith("emailVerified=zqx-canary-zqx"), /emailVerified \(readOnly\)/],
    ["a text that is too long", adminWith(`name=zqx-canary-zqx${"x".repeat(100)}`), /name \(maxLength\)/],
    ["a name of every object", adminWith("__proto__=zqx-canary-zqx"), /\(unknown\)/],
  ])("refuses %s without repeating it", async (_, args, named) => {
    const before = await made();
    const { code, out, errors } = await command(...args);
    expect([code, out]).toStrictEqual([1, []]);
    expect(errors.join()).toMatch(named);
    expect(errors.join()).not.toMatch(/zqx-canary-zqx|@example/);
    expect(await made()).toBe(before);
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    [
      "a collection without accounts",
      ["create-admin", "--collection", "posts", "--email", "a@example.com"],
      /users, staff/,
    ],
    [
      "a collection that there is not",
      ["create-admin", "--collection", "__proto__", "--email", "a@example.com"],
      /users, staff/,
    ],
    ["no collection", ["create-admin", "--email", "a@example.com"], /--collection/],
    ["no address", ["create-admin", "--collection", "users"], /--email is missing/],
    ["another act", ["delete-admin", "--collection", "users", "--email", "a@example.com"], /create-admin/],
    ["no act", [], /create-admin/],
    ["a password", admin("a@example.com", "--password", "zqx-canary-zqx"), /not understood/],
    [
      "a password as a field",
      admin("a@example.com", "--set", "password=zqx-canary-zqx"),
      /the password is made/,
    ],
    ["a second address", admin("a@example.com", "--set", "email=zqx-canary-zqx"), /--email/],
    ["half a field", admin("a@example.com", "--set", "zqx-canary-zqx"), /FIELD=VALUE/],
  ])("explains itself where it is given %s", async (_, args, named) => {
    const before = await made();
    const { code, out, errors } = await command(...args);
    expect([code, out]).toStrictEqual([1, []]);
    expect(errors.join("\n")).toMatch(named);
    expect(errors.at(-1)).toMatch(/^Try: lucent auth create-admin /);
    expect(errors.join()).not.toContain("zqx-canary-zqx");
    expect(await made()).toBe(before);
  });
});
