import type { Plugin } from "@lucent/core";

import { type AuditWriter, auditWriter } from "./audit-writer.ts";
import { auditEvents } from "./table.ts";

/**
 * Keeps every event of the audit trail in the table `lucent_audit`. Events are written in the background, many in one
 * statement, and the last ones when the application stops; a process that is killed loses those of its last moment.
 */
export function auditTable(): Plugin {
  let writer: AuditWriter | undefined;
  return {
    name: "audit-table",
    tables: () => [auditEvents],
    async start({ database, logger }) {
      writer = auditWriter({ runner: database, logger });
    },
    audit: (event) => writer?.add(event),
    stop: async () => writer?.close(),
  };
}
