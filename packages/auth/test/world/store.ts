import { createHash, randomUUID } from "node:crypto";

import { type Config, type Database, defineCollection, describe, openDatabase } from "@lucent/core";
import { createTestDatabase } from "@lucent/core/testing";
import { type MigrationResult, planMigration, runMigration } from "@lucent/migrate";

import { type AccountStore, accountStore } from "../../src/account-store.ts";
import { type ApiKeyStore, apiKeyStore } from "../../src/api-keys.ts";
import { refreshTokens } from "../../src/credential/refresh-token.ts";
import { type TokenStore, tokenStore } from "../../src/one-time.ts";
import { type SessionStore, sessionStore } from "../../src/session.ts";
import { type Accounts, accountsOf } from "../../src/sql/accounts.ts";
import type { ApiKeyPolicy } from "../../src/sql/api-keys.ts";
import type { SessionPolicy } from "../../src/sql/sessions.ts";
import { authTables } from "../../src/tables.ts";
import { pass } from "./time.ts";

const fields = {
  email: { type: "email", required: true, unique: true },
  password: { type: "password" },
  emailVerified: { type: "boolean", required: true, default: false },
  disabledAt: { type: "date" },
  role: { type: "text" },
} as const;

const configuration = (url: string): Config => ({
  collections: [
    defineCollection({ slug: "users", fields, timestamps: true, softDelete: true }),
    defineCollection({ slug: "admins", fields }),
    defineCollection({ slug: "visitors", fields: { ...fields, hidden: { type: "text", hidden: true } } }),
  ],
  plugins: [{ name: "auth-store", tables: () => authTables }],
  database: { url },
});

const { collections, tables } = describe(configuration("postgres://nowhere"));

/** The collections of accounts: `users` are only marked as deleted, `visitors` must have verified their address. */
export type Slug = "users" | "admins" | "visitors";

/** What the accounts of a collection are to statements. */
export function accountsIn(slug: Slug): Accounts {
  const model = collections.get(slug);
  if (model === undefined) throw new TypeError("there is no such collection");
  return accountsOf(model, { requireEmailVerification: slug === "visitors" });
}

/** The policy that is the default of `auth`. */
const policy: SessionPolicy = { idle: 604_800, absolute: 2_592_000, grace: 10, limit: 50 };

/** One key for all, as all processes of an application have. */
export const tokenKey: Uint8Array = new Uint8Array(32).fill(7);

/** Where statements go: a pool, or something around one. */
export type Runs = Pick<Database, "run" | "inOrder" | "transaction">;

/** Sends statements in order by something that sends single ones, each when the one before is answered. */
export function oneByOne(run: Runs["run"]): Runs["inOrder"] {
  return async (statements) => {
    const answers: Awaited<ReturnType<Runs["run"]>>[] = [];
    for (const statement of statements) answers.push(await run(statement));
    return answers;
  };
}

/** What is known of one collection's accounts, as one process would open it. */
export interface Realm {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly apiKeys: ApiKeyStore;
}

export interface RealmOptions {
  readonly slug?: Slug;
  readonly session?: Partial<SessionPolicy>;
  readonly apiKeys?: Partial<ApiKeyPolicy>;
  readonly revokeApiKeysOnReset?: boolean;
}

export function realmOn(database: Runs, options: RealmOptions = {}): Realm {
  const { slug = "users", revokeApiKeysOnReset = false } = options;
  const accounts = accountsIn(slug);
  const sessions = sessionStore(database, {
    accounts,
    policy: { ...policy, ...options.session },
    refreshTokens: refreshTokens(tokenKey),
  });
  const tokens = tokenStore(database, accounts);
  const apiKeys = apiKeyStore(database, { accounts, policy: { limit: 50, days: 365, ...options.apiKeys } });
  const parts = { accounts, sessions, tokens, apiKeys, revokeApiKeysOnReset };
  return { accounts: accountStore(database, parts), sessions, tokens, apiKeys };
}

/** A database with accounts. */
export interface World {
  readonly url: string;
  readonly database: Database;
  /** A pool of its own on the same database, as another process has. */
  readonly other: Database;
  /** Runs SQL beside the stores. */
  readonly sql: (
    text: string,
    ...values: readonly (string | number | boolean | null)[]
  ) => Promise<readonly (readonly unknown[])[]>;
  /** What migrate would still change. */
  readonly plan: () => Promise<MigrationResult>;
  /** Whether a statement waits for a lock. */
  readonly isWaiting: () => Promise<boolean>;
  /** Makes an account and answers its id. */
  account(options?: AccountOptions): Promise<string>;
  /** Lets time go by for all that an account has. */
  pass(userId: string, seconds: number): Promise<void>;
  stop(): Promise<void>;
}

export interface AccountOptions {
  readonly slug?: Slug;
  readonly id?: string;
  readonly email?: string;
  readonly password?: string | null;
  readonly isVerified?: boolean;
}

export async function startWorld(server: string): Promise<World> {
  const digest = createHash("sha256").update(JSON.stringify(tables)).digest("hex").slice(0, 12);
  const created = await createTestDatabase({
    url: server,
    template: `auth_store_${digest}`,
    prepare: async (url) => void (await runMigration(configuration(url), { environment: {} })),
  });
  const [{ database, close }, other] = [openPool(created.url), openPool(created.url)];
  const sql: World["sql"] = (text, ...values) => database.run({ text, values });
  return {
    url: created.url,
    database,
    other: other.database,
    sql,
    plan: () => planMigration(configuration(created.url), { environment: {} }),
    async isWaiting() {
      const [row] = await sql(
        "select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return Number(row?.[0]) > 0;
    },
    async account({ slug = "users", id = randomUUID(), email, password = "first", isVerified = true } = {}) {
      await sql(
        `insert into ${slug} (id, email, password, email_verified, role) values ($1, $2, $3, $4, 'member')`,
        id,
        email ?? `${id}@example.com`,
        password,
        isVerified,
      );
      return id;
    },
    pass: (userId, seconds) => pass({ sql }, userId, seconds),
    async stop() {
      await Promise.all([close(), other.close()]);
      await created.drop();
    },
  };
}

/** One more pool on the same database, as another process would have. */
export function openPool(url: string, max = 10): ReturnType<typeof openDatabase> {
  return openDatabase({ collections: [], database: { url, max } }, {});
}
