import { randomUUID } from "node:crypto";

import type { Database, Row, Runner } from "@lucent/core";

import { type AccountDocument, accountDocument } from "./account-document.ts";
import { aside } from "./aside.ts";
import type { Accounts } from "./sql/accounts.ts";
import { type ApiKeyPolicy, apiKeyStatements, resolveApiKey, useApiKey } from "./sql/api-keys.ts";
import { sweeper } from "./sql/sweep.ts";
import { uuidGrammar } from "./uuid.ts";

/** A key to be stored: nothing of its secret but a hash. */
export interface ApiKeyRequest {
  readonly userId: string;
  /** Id of the session that asks for it: where that has ended meanwhile, there is no key. Absent where none asks. */
  readonly sessionId?: string;
  readonly publicId: string;
  readonly mode: "live" | "test";
  /** SHA-256 of the key in hexadecimal digits. */
  readonly hash: string;
  readonly name: string;
  /** What it may do, each `slug:action` or `*`. */
  readonly scopes: readonly string[];
  /** Brought within the longest life, which is also that of a key without it. */
  readonly expiresAt?: Date;
}

/** What became of a request for a key. Times are ISO 8601 in UTC. */
export type CreatedApiKey =
  | { readonly kind: "created"; readonly id: string; readonly createdAt: string; readonly expiresAt: string }
  /** The account has as many keys as it may. */
  | { readonly kind: "full" };

/** A key as its owner sees it. Times are ISO 8601 in UTC. */
export interface ListedApiKey {
  readonly id: string;
  readonly publicId: string;
  readonly mode: "live" | "test";
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string;
}

/** The API keys of one collection's accounts. */
export interface ApiKeyStore {
  /** Stores a key; `undefined` where the credentials of the account do not count, or the session that asks is over. */
  create(request: ApiKeyRequest): Promise<CreatedApiKey | undefined>;
  /** Those of an account that live, the newest first. */
  list(userId: string): Promise<readonly ListedApiKey[]>;
  /** Ends one of an account's. Answers whether there was one. */
  revoke(userId: string, id: string): Promise<boolean>;
  /** Ends all of an account's, in the transaction `on`. */
  revokeAll(userId: string, on: Runner): Promise<void>;
  /** Resolves when nothing is being written beside requests. */
  settled(): Promise<void>;
}

/** Opens the API keys of one collection's accounts. */
export function apiKeyStore(
  database: Pick<Database, "run" | "transaction">,
  { accounts, policy }: { readonly accounts: Accounts; readonly policy: ApiKeyPolicy },
): ApiKeyStore {
  const statements = apiKeyStatements(accounts, policy);
  const beside = aside(database);
  const onNewRow = sweeper("lucent_api_keys", beside);
  return {
    async create({ expiresAt, sessionId, ...request }) {
      const row = { ...request, id: randomUUID(), expiresAt: expiresAt?.toISOString() ?? null };
      const { userId } = row;
      const made = await database.transaction(async (tx) => {
        if ((await tx.run(statements.hold(userId))).length === 0) return undefined;
        // A session is looked up before its request's body is read, which may take its client as long as it likes.
        const asking = sessionId === undefined ? undefined : statements.holdSession(userId, sessionId);
        if (asking !== undefined && (await tx.run(asking)).length === 0) return undefined;
        return { inserted: (await tx.run(statements.insert(row)))[0] };
      });
      onNewRow();
      if (made === undefined) return undefined;
      if (made.inserted === undefined) return { kind: "full" };
      const [createdAt, endsAt] = made.inserted;
      return { kind: "created", id: row.id, createdAt: String(createdAt), expiresAt: String(endsAt) };
    },
    async list(userId) {
      return (await database.run(statements.list(userId))).map(listed);
    },
    async revoke(userId, id) {
      return uuidGrammar.test(id) && (await database.run(statements.revoke(userId, id))).length > 0;
    },
    async revokeAll(userId, on) {
      await on.run(statements.revokeAll(userId));
    },
    settled: beside.settled,
  };
}

function listed([id, publicId, mode, name, scopes, createdAt, lastUsedAt, expiresAt]: Row): ListedApiKey {
  return {
    id: String(id),
    publicId: String(publicId),
    mode: mode === "live" ? "live" : "test",
    name: String(name),
    scopes: textsOf(scopes),
    createdAt: String(createdAt),
    lastUsedAt: typeof lastUsedAt === "string" ? lastUsedAt : null,
    expiresAt: String(expiresAt),
  };
}

function textsOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

/** An API key that lives, and whose it is. */
export interface ResolvedApiKey {
  readonly id: string;
  readonly publicId: string;
  /** Slug of the owner's collection. */
  readonly collection: string;
  readonly scopes: readonly string[];
  readonly user: AccountDocument;
}

/** Finds who an API key belongs to, whatever collection that is. */
export interface ApiKeyReader {
  /** `undefined` where there is no such key, its time is over, or the credentials of its account do not count. */
  resolve(key: { readonly publicId: string; readonly hash: string }): Promise<ResolvedApiKey | undefined>;
  /** Resolves when nothing is being written beside requests. */
  settled(): Promise<void>;
}

/** Opens the API keys of several collections for reading. */
export function apiKeyReader(runner: Runner, collections: readonly Accounts[]): ApiKeyReader {
  const statement = resolveApiKey(collections);
  const beside = aside(runner);
  return {
    async resolve(key) {
      const [found] = collections.length === 0 ? [] : await runner.run(statement(key));
      if (found === undefined) return undefined;
      const [id, collection, scopes, document, isStale] = found;
      if (isStale === true) beside.run(String(id), useApiKey(String(id)));
      return {
        id: String(id),
        publicId: key.publicId,
        collection: String(collection),
        scopes: textsOf(scopes),
        user: accountDocument(document),
      };
    },
    settled: beside.settled,
  };
}
