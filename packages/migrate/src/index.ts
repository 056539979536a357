export { migrate, type MigrateOptions, type OnStart } from "./plugin.ts";
