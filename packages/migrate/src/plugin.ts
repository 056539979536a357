import type { Plugin } from "@lucent/core";

import { migrateCommand } from "./commands/migrate.ts";
import { type MigrateOptions, readSettings } from "./plugin/options.ts";
import { rememberSettings } from "./plugin/settings.ts";
import { migrateAtStart } from "./plugin/start.ts";

/**
 * Keeps the database in step with the collections: adds `lucent migrate`, and looks at the schema at every start. List
 * it before plugins that use tables of their own when they start.
 * @throws BootError when the options can't be meant.
 */
export function migrate(options: MigrateOptions = {}): Plugin {
  const settings = readSettings(options);
  return rememberSettings(
    {
      name: "migrate",
      commands: [migrateCommand(settings)],
      start: (services) => migrateAtStart(services, settings),
    },
    settings,
  );
}
