import type { Blueprint } from "../contract/blueprint.ts";
import type { Config } from "../contract/config.ts";
import type { Model } from "../contract/model.ts";
import type { Table } from "../contract/table.ts";
import { BootError } from "../errors.ts";
import { tableProblems } from "./check-tables.ts";
import { configProblems } from "./check.ts";
import { collectionModel } from "./collection.ts";
import { withPluginParts } from "./plugin-parts.ts";
import { collectionTables } from "./tables.ts";

/**
 * Turns a configuration into data: checked, named, frozen. Pure: no database, no network, no environment.
 * @throws BootError listing everything that is wrong.
 */
export function describe(config: Config): Blueprint {
  const plugins = config.plugins ?? [];
  const extended = withPluginParts(config.collections, plugins);
  refuse([...configProblems({ ...config, collections: extended.collections }), ...extended.problems]);
  const collections = new Map(extended.collections.map((each) => [each.slug, collectionModel(each)]));
  const model: Model = Object.freeze({ collections, prefix: config.api?.prefix ?? "/api" });
  const own = [...collections.values()].flatMap(collectionTables);
  const added = plugins.flatMap((plugin) => plugin.tables?.(model) ?? []);
  const tables = [...own, ...added];
  refuse([...ownPrefixProblems(added), ...tableProblems(tables)]);
  return Object.freeze({ ...model, tables, plugins, config });
}

function ownPrefixProblems(tables: readonly Table[]): readonly string[] {
  return tables
    .filter(({ name }) => !name.startsWith("lucent_"))
    .map(
      ({ name, owner }) =>
        `${owner} asks for the table "${name}"; names of plugin tables start with "lucent_".`,
    );
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new BootError(problems);
}
