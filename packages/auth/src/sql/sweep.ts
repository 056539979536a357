import type { Statement } from "@lucent/core";

import type { Aside } from "../aside.ts";

// So many rows for so many new ones: what is over can't grow faster than it is deleted.
const rows = 200;
const newRows = 10;

const keys = { lucent_sessions: "id", lucent_tokens: "hash", lucent_api_keys: "id" } as const;

/** Sweeps a table beside requests now and then; to be called for each new row. */
export function sweeper(table: keyof typeof keys, beside: Aside): () => void {
  let made = 0;
  return () => {
    if (made % newRows === 0) beside.run(`sweep ${table}`, sweep(table));
    made += 1;
  };
}

/** Deletes some rows whose time is over, and passes by those that somebody else holds. */
function sweep(table: keyof typeof keys): Statement {
  const key = keys[table];
  const text = `delete from ${table} where ${key} in (
      select ${key} from ${table} where expires_at <= now() order by expires_at limit ${rows} for update skip locked
    )`;
  return { text, values: [] };
}
