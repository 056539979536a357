import type { Statement } from "@lucent/core";

import { type Accounts, fingerprint } from "./accounts.ts";
import { seconds } from "./text.ts";

/** What a mailed token is good for: one token is nothing to another purpose. */
export type TokenPurpose = "verify" | "reset" | "email";

/** What a mailed token is made of. */
export interface TokenRow {
  readonly hash: string;
  readonly purpose: TokenPurpose;
  readonly userId: string;
  readonly pendingEmail: string | null;
  /** Life in seconds. */
  readonly lifetime: number;
}

/** Writes the statements about the mailed tokens of one collection's accounts. */
export interface TokenStatements {
  /** Takes the place of the account's earlier token of the purpose. Answers the address that it is bound to. */
  issue(row: TokenRow): Statement;
  /** Owner, address, pending address, whether the address was verified before; nothing changes. */
  read(hash: string, purpose: TokenPurpose): Statement;
  /** The same, and the token is gone and the account held until the transaction ends. */
  consume(hash: string, purpose: TokenPurpose): Statement;
  discard(userId: string): Statement;
}

/** Writes the statements about the mailed tokens of one collection's accounts. */
export function tokenStatements({ slug, table, isOpen }: Accounts): TokenStatements {
  // What the token was bound to is compared with the account as it is, once more when its lock had to be waited for.
  const account = `select a."id", a."email", a."email_verified"
      from lucent_tokens t join ${table} a on a."id" = t.user_id
      where t.hash = $1::text and t.purpose = $2::text and t.collection = ${slug} and t.expires_at > now()
        and t.email = a."email" and t.fingerprint = ${fingerprint} and ${isOpen}`;
  const columns = `t.user_id, account."email", t.pending_email, account."email_verified"`;
  const read = `with account as (${account}) select ${columns} from account, lucent_tokens t where t.hash = $1::text`;
  const consume = `with account as (${account} for no key update of a)
      delete from lucent_tokens t using account where t.hash = $1::text and t.user_id = account."id"
      returning ${columns}`;
  const issue = (lifetime: string): string => `insert into lucent_tokens
      (hash, purpose, collection, user_id, email, fingerprint, pending_email, created_at, expires_at)
      select $1::text, $2::text, ${slug}, a."id", a."email", ${fingerprint}, $4::text, now(), now() + ${lifetime}
      from ${table} a where a."id" = $3::uuid and ${isOpen}
      on conflict (collection, user_id, purpose) do update set
        hash = excluded.hash, email = excluded.email, fingerprint = excluded.fingerprint,
        pending_email = excluded.pending_email, created_at = excluded.created_at, expires_at = excluded.expires_at
      returning email`;
  const discard = `delete from lucent_tokens where hash in (
      select hash from lucent_tokens where collection = ${slug} and user_id = $1::uuid order by hash for update
    )`;
  return {
    issue: ({ hash, purpose, userId, pendingEmail, lifetime }) => ({
      text: issue(seconds(lifetime)),
      values: [hash, purpose, userId, pendingEmail],
    }),
    read: (hash, purpose) => ({ text: read, values: [hash, purpose] }),
    consume: (hash, purpose) => ({ text: consume, values: [hash, purpose] }),
    discard: (userId) => ({ text: discard, values: [userId] }),
  };
}
