import { createHash, randomBytes } from "node:crypto";

import {
  type ApiOptions,
  type Collection,
  type Config,
  type DatabaseOptions,
  defineConfig,
  describe,
  lucent,
  type Lucent,
  openDatabase,
  type Plugin,
} from "@lucent/core";
import { createTestDatabase, type RecordingAudit, recordingAudit } from "@lucent/core/testing";
import { runMigration } from "@lucent/migrate";
import { inject } from "vitest";

import type { AuthPluginOptions } from "../../src/options.ts";
import { auth } from "../../src/plugin.ts";
import { type Answered, type Asker, asker } from "./asker.ts";
import { posts, staff, users } from "./collections.ts";
import { listen } from "./listen.ts";
import { type Mailbox, mailbox } from "./mailbox.ts";
import { type RecordingLogger, recordingLogger } from "./recording-logger.ts";

const usual = [users, staff, posts] as const;
type Usual = typeof usual;

type Environment = Readonly<Record<string, string | undefined>>;

/** What a test wants otherwise than usual. */
export interface AuthWorldOptions<C extends readonly Collection[]> {
  /** Default: `users`, `staff` and `posts` of collections.ts. */
  readonly collections?: C;
  /** Of the plugin. */
  readonly auth?: AuthPluginOptions;
  /** Other plugins, listed after it. */
  readonly plugins?: readonly Plugin[];
  readonly api?: Omit<ApiOptions, "prefix">;
  readonly database?: Omit<DatabaseOptions, "url">;
  /** Makes the URL by which the application reaches its database, for what stands in between. Default: the database's. */
  readonly through?: (url: string) => string | Promise<string>;
  /** Beside what an application in development has; `undefined` takes a variable away. */
  readonly environment?: Environment;
}

/** An application that listens. */
export interface Application<C extends readonly Collection[] = Usual> {
  readonly engine: Lucent<C>;
  readonly port: number;
  readonly ask: Asker;
  /** Headers that a browser adds to what a page of the API's own origin asks for. */
  readonly ownPage: Readonly<Record<string, string>>;
  readonly log: RecordingLogger;
  readonly audit: RecordingAudit;
  /** Makes an account, in `users` unless it says otherwise. Whoever asks for cookies does so from an own page. */
  register(body?: Partial<Credentials>, collection?: string): Promise<SignedIn>;
  /** Signs in likewise; more than address, password and `session` is not sent. */
  login(body: Pick<Credentials, "email" | "password" | "session">, collection?: string): Promise<SignedIn>;
  stop(): Promise<void>;
}

/** What a form of a sign-in holds. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly session?: "token" | "cookie";
  readonly [field: string]: unknown;
}

/** The answer to a sign-in, with what was sent. Only where it was a success there are tokens. */
export interface SignedIn extends Answered, Pick<Credentials, "email" | "password"> {
  readonly id: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A database, a mail server and an application with accounts. */
export interface AuthWorld<C extends readonly Collection[] = Usual> extends Application<C> {
  /** Of the database. */
  readonly url: string;
  readonly mails: Mailbox;
  /** Runs SQL beside the application. */
  sql(text: string, ...values: readonly (string | number | null)[]): Promise<readonly (readonly unknown[])[]>;
  /** Starts the application once more on the same database, as another node would be; it is stopped with the world. */
  another(options?: Omit<AuthWorldOptions<C>, "collections">): Promise<Application<C>>;
}

/** Makes a world of its own for a test, or for the tests of a file. */
export async function authWorld<const C extends readonly Collection[] = Usual>(
  options: AuthWorldOptions<C> = {},
): Promise<AuthWorld<C>> {
  const database = await accountsDatabase(configOf(options, "postgres://nowhere"));
  const mails = await mailbox();
  const beside = openDatabase({ collections: [], database: { url: database.url, max: 1 } }, {});
  const surroundings = { ...development(mails.url), ...options.environment };
  const running: Application<C>[] = [];
  const another: AuthWorld<C>["another"] = async (others = {}) => {
    const environment = { ...surroundings, ...others.environment };
    const { through = (url: string) => url } = others;
    const application = await serve({ ...options, ...others, environment }, await through(database.url));
    running.push(application);
    return application;
  };
  const stop = async (): Promise<void> => {
    for (const application of running.splice(0)) await application.stop();
    await beside.close();
    await mails.close();
    await database.drop();
  };
  try {
    const first = await another();
    return {
      ...first,
      url: database.url,
      mails,
      sql: async (text, ...values) =>
        Array.from(await beside.database.run({ text, values }), (row) => [...row]),
      another,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configOf<C extends readonly Collection[]>(
  { collections, auth: options, plugins = [], api = {}, database = {} }: AuthWorldOptions<C>,
  url: string,
): Config<C, "/api"> {
  // C is another type only where other collections are given.
  const all = collections ?? (usual as unknown as C);
  return defineConfig<C>({
    collections: all,
    plugins: [auth(options), ...plugins],
    database: { url, max: 5, ...database },
    api: { trustProxy: 1, ...api },
  });
}

const secret = (): string => randomBytes(32).toString("base64");

function development(smtpUrl: string): Environment {
  return {
    SESSION_SECRET: secret(),
    JWT_SECRET: secret(),
    APP_URL: "https://www.example.com",
    SMTP_URL: smtpUrl,
    MAIL_FROM: "Example <no-reply@example.com>",
  };
}

/** A database with the tables of a configuration, made as `lucent migrate` makes them, once for all who need the same. */
async function accountsDatabase(config: Config): ReturnType<typeof createTestDatabase> {
  const { tables } = describe(config);
  const digest = createHash("sha256").update(JSON.stringify(tables)).digest("hex").slice(0, 12);
  return createTestDatabase({
    url: inject("databaseUrl"),
    template: `auth_${digest}`,
    async prepare(url) {
      const silent = { ...config, database: { url }, logger: false } as const;
      const { success } = await runMigration(silent, { environment: {} });
      if (!success) throw new TypeError("the tables were not made");
    },
  });
}

async function serve<C extends readonly Collection[]>(
  options: AuthWorldOptions<C>,
  url: string,
): Promise<Application<C>> {
  const { environment = {} } = options;
  const log = recordingLogger();
  const audit = recordingAudit();
  const plugins = [...(options.plugins ?? []), audit];
  const plugin = await lucent<C>({ ...configOf({ ...options, plugins }, url), logger: log }, environment);
  const engine: Lucent<C> = plugin.decorator.lucent;
  const listening = await listen(plugin);
  const { port } = listening;
  const origin = environment["API_URL"] ?? `http://127.0.0.1:${port}`;
  const ask = asker(port, new URL(origin).host);
  const ownPage = { origin, "sec-fetch-site": "same-origin" };
  const signIn = async (path: string, body: Credentials): Promise<SignedIn> => {
    const headers = body.session === "cookie" ? ownPage : {};
    return signedIn(await ask("POST", `/api/${path}`, { body, headers }), body);
  };
  return {
    engine,
    port,
    ask,
    ownPage,
    log,
    audit,
    register: (body, collection = "users") =>
      signIn(`${collection}/register`, { ...newCredentials(), ...body }),
    login: ({ email, password, session }, collection = "users") =>
      signIn(`${collection}/login`, { email, password, ...(session === undefined ? {} : { session }) }),
    async stop() {
      ask.close();
      await listening.stop();
      await engine.stop();
    },
  };
}

let registered = 0;

/** An address that nobody has, and a password that is fine. */
export function newCredentials(): Credentials {
  registered += 1;
  return {
    email: `ada-${registered}@example.com`,
    password: `${randomBytes(9).toString("base64url")} staple`,
  };
}

function signedIn(answer: Answered, { email, password }: Credentials): SignedIn {
  const { user, accessToken, refreshToken } = answer.body ?? {};
  return { ...answer, email, password, id: user?.id, accessToken, refreshToken };
}
