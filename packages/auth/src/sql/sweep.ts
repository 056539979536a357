import type { Statement } from "@lucent/core";

const rows = 20;

const keys = { lucent_sessions: "id", lucent_tokens: "hash", lucent_api_keys: "id" } as const;

/** Deletes a few rows whose time is over, and passes by those that somebody else holds. */
export function sweep(table: keyof typeof keys): Statement {
  const key = keys[table];
  const text = `delete from ${table} where ${key} in (
      select ${key} from ${table} where expires_at <= now() order by expires_at limit ${rows} for update skip locked
    )`;
  return { text, values: [] };
}
