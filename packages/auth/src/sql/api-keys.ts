import type { Statement } from "@lucent/core";

import type { Accounts } from "./accounts.ts";
import { iso, seconds } from "./text.ts";

/** How many API keys an account may have, and how long they live. */
export interface ApiKeyPolicy {
  readonly limit: number;
  /** Longest life in days. */
  readonly days: number;
}

/** What an API key is made of. */
export interface ApiKeyRow {
  readonly id: string;
  readonly publicId: string;
  readonly mode: "live" | "test";
  readonly hash: string;
  readonly userId: string;
  readonly name: string;
  /** Each without a comma. */
  readonly scopes: readonly string[];
  /** ISO 8601; `null` for the longest life. */
  readonly expiresAt: string | null;
}

/** Writes the statements about the API keys of one collection's accounts. */
export interface ApiKeyStatements {
  /** Holds the account, so that keys of one account are made in turn. */
  hold(userId: string): Statement;
  /** Holds a session of the account that is not over. The account is held before: what ends sessions begins there. */
  holdSession(userId: string, sessionId: string): Statement;
  /** Makes a key, unless the account has as many as it may. */
  insert(row: ApiKeyRow): Statement;
  list(userId: string): Statement;
  revoke(userId: string, id: string): Statement;
  revokeAll(userId: string): Statement;
}

const daySeconds = 86_400;
const minute = 60;

/** Writes the statements about the API keys of one collection's accounts. */
export function apiKeyStatements(accounts: Accounts, policy: ApiKeyPolicy): ApiKeyStatements {
  const { slug, table, isLive } = accounts;
  const own = `k.collection = ${slug} and k.user_id`;
  const hold = `select a."id" from ${table} a where a."id" = $1::uuid and ${isLive} for no key update`;
  const holdSession = `select s.id from lucent_sessions s
    where s.id = $2::uuid and s.collection = ${slug} and s.user_id = $1::uuid and s.expires_at > now() for share`;
  const insert = `insert into lucent_api_keys
      (id, public_id, mode, hash, collection, user_id, name, scopes, created_at, expires_at)
    select $1::uuid, $2::text, $3::text, $4::text, ${slug}, $5::uuid, $6::text, string_to_array($7::text, ','), now(),
      least($8::text::timestamptz, now() + ${seconds(policy.days * daySeconds)})
    where (select count(*) from lucent_api_keys k where ${own} = $5::uuid and k.expires_at > now())
      < ${policy.limit.toFixed(0)}
    returning ${iso("created_at")}, ${iso("expires_at")}`;
  const list = `select k.id, k.public_id, k.mode, k.name, k.scopes, ${iso("k.created_at")}, ${iso("k.last_used_at")},
      ${iso("k.expires_at")}
    from lucent_api_keys k where ${own} = $1::uuid and k.expires_at > now() order by k.created_at desc, k.id`;
  const revoke = `delete from lucent_api_keys k where ${own} = $1::uuid and k.id = $2::uuid returning k.id`;
  const revokeAll = `delete from lucent_api_keys where id in (
      select k.id from lucent_api_keys k where ${own} = $1::uuid order by k.id for update
    )`;
  return {
    hold: (userId) => ({ text: hold, values: [userId] }),
    holdSession: (userId, sessionId) => ({ text: holdSession, values: [userId, sessionId] }),
    insert: ({ id, publicId, mode, hash, userId, name, scopes, expiresAt }) => ({
      text: insert,
      values: [id, publicId, mode, hash, userId, name, scopes.join(","), expiresAt],
    }),
    list: (userId) => ({ text: list, values: [userId] }),
    revoke: (userId, id) => ({ text: revoke, values: [userId, id] }),
    revokeAll: (userId) => ({ text: revokeAll, values: [userId] }),
  };
}

const isStale = `(k.last_used_at is null or k.last_used_at < now() - ${seconds(minute)})`;

/** Notes that a key was used. */
export function useApiKey(id: string): Statement {
  const text = `update lucent_api_keys k set last_used_at = now() where k.id = $1::uuid and ${isStale}`;
  return { text, values: [id] };
}

/**
 * The statement that finds a key: id, slug, scopes, account as JSON text, whether the use is to be noted. A key
 * does not say whose account it belongs to, so that all collections are asked at once; each is one look at an index.
 */
export function resolveApiKey(
  collections: readonly Accounts[],
): (key: { readonly publicId: string; readonly hash: string }) => Statement {
  const parts = collections.map(
    ({ slug, table, document, isLive }) => `select k.id, k.collection, k.scopes, ${document}, ${isStale}
      from lucent_api_keys k join ${table} a on a."id" = k.user_id
      where k.hash = $1::text and k.public_id = $2::text and k.collection = ${slug} and k.expires_at > now()
        and ${isLive}`,
  );
  const text = parts.join(" union all ");
  return ({ publicId, hash }) => ({ text, values: [hash, publicId], isBrief: true });
}
