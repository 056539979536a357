export { type DataMigration, type DataWork, defineDataMigration } from "./data.ts";
export type { Conversion } from "./model/decisions.ts";
export type { Hazard } from "./model/graded.ts";
export { migrate } from "./plugin.ts";
export type { MigrateOptions, OnStart, Warnings } from "./plugin/options.ts";
export type { RefusalCode } from "./model/refusal.ts";
export type { MigrationError, MigrationResult, MigrationStep } from "./result.ts";
export { planMigration, runMigration, type RunOptions } from "./run.ts";
export type { LockMode, StepKind, StepLock } from "./model/step.ts";
