export { counterCases, type CounterCase } from "./counter.ts";
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from "./database.ts";
export { recordingAudit, type RecordingAudit } from "./recording-audit.ts";
