import type { Column, ColumnType, Index, Table } from "@lucent/core";

/**
 * One row for each session that lives: what ends is deleted. A leaked row opens nothing, because a refresh token is made
 * of it with a key that is not stored. The time of last use has no index, so that writing it touches none (manual, 66.7):
 * a session that is only idle is swept when its whole life is over, or when its owner signs in.
 */
const sessions: Table = table("lucent_sessions", "id", {
  columns: [
    column("id", "uuid"),
    column("collection", "text"),
    column("user_id", "uuid"),
    // How often its refresh token was replaced.
    column("counter", "integer"),
    moment("created_at"),
    moment("authenticated_at"),
    // Written at most once a minute, except by a refresh.
    moment("last_used_at"),
    moment("rotated_at", true),
    // Whatever happens; the limit of an idle one is counted from its last use.
    moment("expires_at"),
    column("address", "text", true),
    column("agent", "text", true),
    // How its owner was recognised, such as "password".
    column("method", "text"),
  ],
  indexes: [
    index("lucent_sessions_owner_idx", ["collection", "user_id"]),
    index("lucent_sessions_expires_at_idx", ["expires_at"]),
  ],
});

/** At most one mailed token for each account and purpose, so that a new one takes the place of the one before. */
const tokens: Table = table("lucent_tokens", "hash", {
  columns: [
    // SHA-256 in hexadecimal digits.
    column("hash", "text"),
    // "verify", "reset" or "email".
    column("purpose", "text"),
    column("collection", "text"),
    column("user_id", "uuid"),
    // The account's address when it was issued, and SHA-256 of its password hash then: it goes when one of them changes.
    column("email", "text"),
    column("fingerprint", "text"),
    // The address that the account is to get.
    column("pending_email", "text", true),
    moment("created_at"),
    moment("expires_at"),
  ],
  indexes: [
    { ...index("lucent_tokens_owner_key", ["collection", "user_id", "purpose"]), unique: true },
    index("lucent_tokens_expires_at_idx", ["expires_at"]),
  ],
});

/** One row for each API key that was not revoked. */
const apiKeys: Table = table("lucent_api_keys", "id", {
  columns: [
    column("id", "uuid"),
    // The part of the key that may be shown.
    column("public_id", "text"),
    // "live" or "test".
    column("mode", "text"),
    // SHA-256 of the whole key in hexadecimal digits.
    column("hash", "text"),
    column("collection", "text"),
    column("user_id", "uuid"),
    column("name", "text"),
    column("scopes", "text[]"),
    moment("created_at"),
    // Written at most once a minute.
    moment("last_used_at", true),
    moment("expires_at"),
  ],
  indexes: [
    { ...index("lucent_api_keys_hash_key", ["hash"]), unique: true },
    index("lucent_api_keys_owner_idx", ["collection", "user_id"]),
    index("lucent_api_keys_expires_at_idx", ["expires_at"]),
  ],
});

/** The tables of sessions, mailed tokens and API keys, for the accounts of all collections. */
export const authTables: readonly Table[] = [sessions, tokens, apiKeys];

function table(name: string, key: string, parts: Pick<Table, "columns" | "indexes">): Table {
  return {
    name,
    owner: "auth",
    ...parts,
    primaryKey: { name: `${name}_pkey`, columns: [key] },
    // Accounts lie in as many tables as there are collections of them, so that no foreign key leads there: every
    // statement joins the account, and rows without one end with their own time.
    foreignKeys: [],
    checks: [],
  };
}

function column(name: string, type: ColumnType, nullable = false): Column {
  return { name, type, nullable };
}

function moment(name: string, nullable = false): Column {
  return column(name, "timestamp(3) with time zone", nullable);
}

function index(name: string, columns: readonly string[]): Index {
  return { name, columns: columns.map((each) => ({ name: each, descending: false })), unique: false };
}
