import { randomBytes } from "node:crypto";
import { inspect } from "node:util";

import { type Collection, type Config, isBootError, start } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { AuthPluginOptions } from "../src/options.ts";
import { auth } from "../src/plugin.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { canary, sungIn } from "./world/canaries.ts";
import { posts, staff, users } from "./world/collections.ts";
import { processOf, scriptAt } from "./world/process.ts";

let world: AuthWorld;

beforeAll(async () => {
  world = await authWorld();
});
afterAll(() => world.stop());

type Variables = Readonly<Record<string, string | undefined>>;

const random = (): string => randomBytes(32).toString("base64");
const [session, vault] = [random(), random()];

/** What production needs, but for what is said otherwise. */
function environmentOf(variables: Variables = {}): Variables {
  return {
    NODE_ENV: "production",
    DATABASE_URL: world.url,
    SESSION_SECRET: session,
    JWT_SECRET: random(),
    API_URL: "https://api.example.com",
    APP_URL: "https://www.example.com",
    SMTP_URL: "smtps://mailer:pa55-canary-word@127.0.0.1:1",
    MAIL_FROM: "no-reply@example.com",
    ...variables,
  };
}

const app = (options: AuthPluginOptions = {}, more: Partial<Config> = {}): Config => ({
  collections: [users, staff, posts],
  plugins: [auth(options)],
  logger: false,
  ...more,
});

/** The collections, with one more key of the users. */
const withKey = (key: string, value: unknown): { readonly collections: readonly Collection[] } => ({
  collections: [{ ...users, [key]: value }, staff, posts],
});

/** What a start prints when nobody catches it. @throws Error where it is not a refusal. */
async function refusalOf(config: () => Config, variables?: Variables): Promise<string> {
  try {
    const engine = await start(config(), environmentOf(variables));
    await engine.stop();
  } catch (error) {
    if (isBootError(error)) return inspect(error, { depth: 9, showHidden: true });
    throw error;
  }
  return "no refusal";
}

describe.concurrent("a process in production", () => {
  const script = scriptAt("boot-app.ts");

  test("T-BOOT-01 T-BOOT-02 starts where it has all that it needs", async () => {
    const ended = await processOf(script, { environment: environmentOf() });
    expect(ended).toStrictEqual({ code: 0, out: "started\n", errors: "" });
  });

  test("T-BOOT-01 T-BOOT-02 ends with an exit code where it has not, and says all that it lacks at once", async () => {
    const secret = randomBytes(31).toString("base64");
    const lacking = { JWT_SECRET: secret, APP_URL: undefined, MAIL_FROM: undefined };
    const { code, out, errors } = await processOf(script, { environment: environmentOf(lacking) });
    expect([code, out]).toStrictEqual([1, ""]);
    for (const name of Object.keys(lacking)) expect(errors).toContain(name);
    expect(sungIn(errors, [canary("secret", secret), canary("session", session)])).toStrictEqual([]);
    expect(errors).not.toContain("pa55-canary-word");
  });
});

describe("the secret of tokens", () => {
  test.each<readonly [string, string | undefined, RegExp]>([
    ["is missing", undefined, /Set JWT_SECRET/],
    ["is empty", "", /Set JWT_SECRET/],
    ["is a word", "secret", /JWT_SECRET has 4 bytes/],
    ["has 31 bytes", randomBytes(31).toString("base64"), /JWT_SECRET has 31 bytes/],
    ["is one letter", "a".repeat(64), /JWT_SECRET is not random/],
    ["is a pattern", randomBytes(20).toString("hex").repeat(2), /JWT_SECRET is not random/],
    [
      "is a published sample",
      "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
      /JWT_SECRET is not random/,
    ],
    ["is that of sessions", session, /JWT_SECRET and SESSION_SECRET must be two/],
    [
      "is that of sessions in another spelling",
      Buffer.from(session, "base64").toString("hex"),
      /JWT_SECRET and SESSION_SECRET must be two/,
    ],
    ["is that of stored secrets", vault, /JWT_SECRET and LUCENT_SECRETS_KEY must be two/],
  ])("T-BOOT-01 that %s refuses the start, and is not shown", async (_, secret, named) => {
    const told = await refusalOf(() => app(), { JWT_SECRET: secret, LUCENT_SECRETS_KEY: vault });
    expect(told).toMatch(named);
    const secrets = [session, vault, ...(secret !== undefined && secret.length > 12 ? [secret] : [])];
    const canaries = secrets.map((text, index) => canary(String(index), text));
    expect(sungIn(told, canaries)).toStrictEqual([]);
  });

  test("T-BOOT-01 that is the root key of the configuration refuses the start", async () => {
    const secret = random();
    const told = await refusalOf(() => app({}, { secret }), { JWT_SECRET: secret });
    expect(told).toContain("JWT_SECRET and SESSION_SECRET must be two different secrets.");
  });

  test("T-BOOT-01 outside production is made for the process, with a warning; a bad one is refused there too", async () => {
    const lines: string[] = [];
    const logger = {
      info: () => undefined,
      warn: (line: string) => void lines.push(line),
      error: () => undefined,
    };
    const config = app({ mailer: false }, { logger });
    const engine = await start(config, { DATABASE_URL: world.url, SESSION_SECRET: session });
    await engine.stop();
    expect(lines).toStrictEqual(["JWT_SECRET is not set: access tokens are valid until this process ends."]);
    const development = { NODE_ENV: "development", JWT_SECRET: "a".repeat(64) };
    expect(await refusalOf(() => app(), development)).toContain("JWT_SECRET is not random");
  });
});

describe("an application", () => {
  const refused: readonly (readonly [string, string, () => Config, Variables?])[] = [
    ["with weak hashes", "auth({ hash })", () => app({ hash: { memory: 4_096, passes: 3, lanes: 1 } })],
    ["with tokens of two hours", "lifetime", () => app({ tokens: { lifetime: 7_200 } })],
    ["with a misspelt key", '"acess"', () => app({}, withKey("acess", {}))],
    ["with debug", '"debug"', () => app({}, odd({ debug: true }))],
    ["that trusts every proxy", "trustProxy", () => app({}, odd({ api: { trustProxy: true } }))],
    [
      "that shares cookies with every origin",
      "cors",
      () => app({}, { api: { cors: { origin: "*", credentials: true } } }),
    ],
    ["with mails and no place for links", "APP_URL", () => app(), { APP_URL: undefined }],
    ["with links to no web page", "APP_URL", () => app({ appUrl: "mailto:ada@example.com" })],
    ["with no way to send mails", "SMTP_URL", () => app(), { SMTP_URL: undefined }],
    ["with no sender", "MAIL_FROM", () => app(), { MAIL_FROM: undefined }],
    ["with no name for what issues tokens", "API_URL", () => app(), { API_URL: undefined }],
    [
      "that verifies addresses without mails",
      'Collection "users": auth.requireEmailVerification needs mails',
      () => app({ mailer: false }, withKey("auth", { requireEmailVerification: true })),
    ],
    ["that trusts every origin", "trustedOrigins", () => app({ trustedOrigins: ["*"] })],
    ["that trusts no origin at all", "trustedOrigins", () => app({ trustedOrigins: ["null"] })],
    ["with a key of the plugin that there is not", '"tokn"', () => app(odd({ tokn: {} }))],
    [
      "with a key of tokens that there is not",
      '"algorithms"',
      () => app(odd({ tokens: { algorithms: [] } })),
    ],
    ["with a cost that there is not", '"rounds"', () => app(odd({ hash: { rounds: 10 } }))],
    [
      "with a key of sessions that there is not",
      '"ttl"',
      () => app({}, withKey("auth", { session: { ttl: 1 } })),
    ],
    [
      "with sessions without an end",
      "absolute",
      () => app({}, withKey("auth", { session: { absolute: 1e9 } })),
    ],
    [
      "whose tokens stay good for minutes",
      "grace",
      () => app({}, withKey("auth", { session: { grace: 600 } })),
    ],
    [
      "that locks owners out for a day",
      "lockout",
      () => app({}, withKey("auth", { lockout: { max: 5, window: 86_400 } })),
    ],
    [
      "with roles that are free texts",
      "roleFields",
      () => app({}, withKey("auth", { roleFields: ["name"] })),
    ],
    ["whose clients choose the ids of accounts", "clientId", () => app({}, withKey("clientId", true))],
    [
      "with a field that a sign-in needs",
      '"session" is reserved',
      () => app({}, withKey("fields", { session: { type: "text" } })),
    ],
    [
      "with a field that accounts have already",
      '"disabledAt"',
      () => app({}, withKey("fields", { disabledAt: { type: "date" } })),
    ],
  ];
  for (const [what, named, config, variables] of refused) {
    test(`T-BOOT-02 ${what} is refused by name`, async () => {
      expect(await refusalOf(config, variables)).toContain(named);
    });
  }
});

/** What no type allows, as a configuration without types has it. */
function odd(value: object): never {
  return value as never;
}

const odds = [
  "'",
  '"',
  "`",
  "${1}",
  "\n",
  "' + process.exit() + '",
  "`${process.exit()}`",
  "\u0000",
  "a;b",
  "<b>",
];

describe("characters that mean something elsewhere", () => {
  test.each(odds)(
    "T-BOOT-03 %j is part of no name: slugs, prefixes, key ids, pages, secrets",
    async (text) => {
      const key = { alg: "HS256", key: randomBytes(32), state: "sign" } as const;
      const configs: readonly (() => Config)[] = [
        () => app({}, withKey("slug", `users${text}`)),
        () => app({}, { api: { prefix: `/api${text}` } }),
        () => app({ tokens: { keys: [{ ...key, kid: `k${text}` }] } }),
        () => app({ paths: { reset: `/reset${text}` } }),
        () => app({}, withKey("auth", { roleFields: [`role${text}`] })),
      ];
      for (const config of configs) expect(await refusalOf(config)).toMatch(/BootError/);
      // A process ends before it could be given a variable with a zero byte.
      const secret = `${random()}${text}`;
      const told = await refusalOf(() => app(), { JWT_SECRET: secret });
      expect(told).toContain("JWT_SECRET is neither base64 nor hex");
      expect(told).not.toContain(secret);
    },
  );

  test("T-BOOT-03 where any text may stand it is only ever text: the name of the application, who issues tokens", async () => {
    const name = odds.join(" ");
    const application = await world.another({
      auth: { appName: name, tokens: { issuer: name, audience: name } },
    });
    const { status, accessToken, email } = await application.register();
    expect(status).toBe(201);
    expect((await application.ask("GET", "/api/users/me", { token: accessToken })).status).toBe(200);
    expect((await world.ask("GET", "/api/users/me", { token: accessToken })).status).toBe(401);
    const { subject, html, headers } = await world.mails.next(({ recipients }) => recipients.includes(email));
    expect(subject).toContain("' + process.exit() + '");
    expect(subject).not.toMatch(/\p{Cc}/u);
    expect(html).not.toContain("<b>");
    expect(headers.get("bcc")).toBeUndefined();
  });
});
