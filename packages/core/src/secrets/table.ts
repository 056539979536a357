import type { Table } from "../contract/table.ts";

/** One row for each secret, by its name. */
export const secretsTable: Table = {
  name: "lucent_secrets",
  owner: "plugin secrets",
  columns: [
    // `scope:owner:provider:name`.
    { name: "id", type: "text", nullable: false },
    // As cipher.ts seals it.
    { name: "value", type: "text", nullable: false },
    // Digest of the key that it was sealed under.
    { name: "key_version", type: "text", nullable: false },
    { name: "updated_at", type: "timestamp(3) with time zone", nullable: false, default: { call: "now" } },
  ],
  primaryKey: { name: "lucent_secrets_pkey", columns: ["id"] },
  indexes: [],
  foreignKeys: [],
  checks: [],
};
