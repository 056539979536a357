import type { Column, ColumnType, Table } from "@lucent/core";

/** One row for each event. Rows are only ever added; how long they are kept is the operator's to decide. */
export const auditEvents: Table = {
  name: "lucent_audit",
  owner: "audit",
  columns: [
    column("id", "uuid"),
    column("time", "timestamp(3) with time zone"),
    column("event", "text"),
    // "ok" or "fail".
    column("outcome", "text"),
    column("reason", "text", true),
    // "user", "key", "system" or "anonymous".
    column("actor_type", "text", true),
    column("actor_collection", "text", true),
    column("actor_id", "text", true),
    column("actor_session", "text", true),
    column("actor_key", "text", true),
    column("target", "text", true),
    column("address", "text", true),
    column("agent", "text", true),
    column("request_id", "text", true),
  ],
  primaryKey: { name: "lucent_audit_pkey", columns: ["id"] },
  indexes: [
    {
      name: "lucent_audit_time_idx",
      columns: [{ name: "time", descending: false }],
      unique: false,
    },
    {
      name: "lucent_audit_actor_idx",
      columns: [
        { name: "actor_id", descending: false },
        { name: "time", descending: false },
      ],
      unique: false,
    },
  ],
  foreignKeys: [],
  checks: [],
};

function column(name: string, type: ColumnType, nullable = false): Column {
  return { name, type, nullable };
}
