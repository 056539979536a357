import type { AuditEvent, Statement } from "@lucent/core";

/** An event with the id of its row, so that writing it twice makes one row. */
export interface AuditEntry extends AuditEvent {
  readonly id: string;
}

/** Adds events, any number in one statement. */
export function insertAuditEvents(entries: readonly AuditEntry[]): Statement {
  return {
    // JSON is bound as text first: a driver that sees a jsonb parameter would encode the text a second time.
    text: `insert into "lucent_audit" (${columns})
      select ${columns} from pg_catalog.jsonb_to_recordset($1::text::jsonb) as entry ("id" uuid,
        "time" timestamptz, "event" text, "outcome" text, "reason" text, "actor_type" text, "actor_collection" text,
        "actor_id" text, "actor_session" text, "actor_key" text, "target" text, "address" text, "agent" text,
        "request_id" text)
      on conflict ("id") do nothing`,
    values: [JSON.stringify(entries.map(rowOf))],
  };
}

const columns = `"id", "time", "event", "outcome", "reason", "actor_type", "actor_collection", "actor_id",
  "actor_session", "actor_key", "target", "address", "agent", "request_id"`;

/** Members by the names of their columns; what is undefined becomes null. */
function rowOf({ actor, requestId, ...own }: AuditEntry): object {
  return {
    ...own,
    actor_type: actor?.type,
    actor_collection: actor?.collection,
    actor_id: actor?.id,
    actor_session: actor?.session,
    actor_key: actor?.key,
    request_id: requestId,
  };
}
