import type { Logger, Plugin } from "@lucent/core";

/** Where the lines go. */
export interface AuditLogOptions {
  /** Default: the application's own logger. */
  readonly logger?: Logger;
}

/** Writes every event of the audit trail as a line of the log: what succeeded as information, what failed as a warning. */
export function auditLog(options: AuditLogOptions = {}): Plugin {
  let { logger } = options;
  return {
    name: "audit-log",
    async start(services) {
      logger = options.logger ?? services.logger;
    },
    audit(event) {
      if (event.outcome === "ok") logger?.info("audit", { ...event });
      else logger?.warn("audit", { ...event });
    },
  };
}
