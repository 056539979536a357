import type { AuditEvent } from "../contract/audit.ts";
import type { Plugin } from "../contract/plugin.ts";

/** A plugin that keeps the audit trail in memory. */
export interface RecordingAudit extends Plugin {
  /** Everything that was recorded, in its order. */
  readonly events: AuditEvent[];
}

/** Makes a sink for tests: list it among the plugins, and look at what was recorded. */
export function recordingAudit(): RecordingAudit {
  const events: AuditEvent[] = [];
  return { name: "recording-audit", events, audit: (event) => void events.push(event) };
}
