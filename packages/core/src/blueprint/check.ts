import type { Config } from "../contract/config.ts";
import type { Plugin } from "../contract/plugin.ts";
import { collectionProblems, hookKeys } from "./check-collection.ts";
import { repeated, unknownKeys } from "./keys.ts";

const configKeys = ["collections", "database", "api", "plugins", "hooks", "logger", "secret"];
const databaseKeys = ["url", "max", "statementTimeout", "prepare"];
const apiKeys = [
  "prefix",
  "url",
  "allowedHosts",
  "bodyLimit",
  "cors",
  "trustProxy",
  "rateLimit",
  "requestLog",
  "hstsPreload",
];
const prefixGrammar = /^(?:\/[a-z0-9][a-z0-9-]*)+$/;

/** Everything that is wrong with a configuration, each a sentence that names the place. Pure. */
export function configProblems(config: Config): readonly string[] {
  const slugs = config.collections.map(({ slug }) => slug);
  const known = new Set(slugs);
  const pluginKeys = (config.plugins ?? []).flatMap(({ options }) => options ?? []);
  return [
    ...unknownKeys("The configuration", config, configKeys),
    ...unknownKeys("database", config.database, databaseKeys),
    ...unknownKeys("api", config.api, apiKeys),
    ...unknownKeys("hooks", config.hooks, hookKeys),
    ...prefixProblems(config.api?.prefix),
    ...repeated(slugs).map((slug) => `Two collections have the slug "${slug}".`),
    ...config.collections.flatMap((collection) => collectionProblems(collection, known, pluginKeys)),
    ...repeated(config.collections.flatMap(({ previousSlug }) => previousSlug ?? [])).map(
      (slug) => `Two collections have the previousSlug "${slug}".`,
    ),
    ...pluginProblems(config.plugins ?? []),
  ];
}

function prefixProblems(prefix: string | undefined): readonly string[] {
  return prefix === undefined || prefixGrammar.test(prefix)
    ? []
    : [`api.prefix must look like "/api" or "/api/v1": lower-case letters, digits and hyphens.`];
}

function pluginProblems(plugins: readonly Plugin[]): readonly string[] {
  const names = plugins.map(({ name }) => name);
  const found = repeated(names).map((name) => `The plugin "${name}" is listed twice.`);
  for (const [at, plugin] of plugins.entries()) {
    for (const earlier of plugin.after ?? []) {
      if (names.indexOf(earlier) === -1)
        found.push(`The plugin "${plugin.name}" needs the plugin "${earlier}": add it.`);
      else if (names.indexOf(earlier) > at)
        found.push(`List the plugin "${earlier}" before "${plugin.name}".`);
    }
  }
  return found;
}
