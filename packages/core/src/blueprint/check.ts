import type { Collection } from "../contract/collection.ts";
import type { Config } from "../contract/config.ts";
import type { Plugin } from "../contract/plugin.ts";
import type { Table } from "../contract/table.ts";
import { fieldProblems } from "./check-field.ts";
import {
  columnName,
  fieldGrammar,
  maxIdentifierBytes,
  reservedFields,
  reservedSlugs,
  slugGrammar,
} from "./names.ts";

const configKeys = ["collections", "database", "api", "plugins", "logger", "secret"];
const databaseKeys = ["url", "max", "statementTimeout", "prepare"];
const apiKeys = ["prefix", "url", "allowedHosts", "bodyLimit"];
const collectionKeys = ["slug", "fields", "access", "timestamps", "defaultSort"];
const accessKeys = ["read", "create", "update", "delete"];
const prefixGrammar = /^(?:\/[a-z0-9][a-z0-9-]*)+$/;

/** Everything that is wrong with a configuration, each a sentence that names the place. Pure. */
export function configProblems(config: Config): readonly string[] {
  const slugs = config.collections.map(({ slug }) => slug);
  const known = new Set(slugs);
  return [
    ...unknownKeys("The configuration", config, configKeys),
    ...unknownKeys("database", config.database, databaseKeys),
    ...unknownKeys("api", config.api, apiKeys),
    ...prefixProblems(config.api?.prefix),
    ...repeated(slugs).map((slug) => `Two collections have the slug "${slug}".`),
    ...config.collections.flatMap((collection) => collectionProblems(collection, known)),
    ...pluginProblems(config.plugins ?? []),
  ];
}

function unknownKeys(place: string, value: object | undefined, known: readonly string[]): readonly string[] {
  return Object.keys(value ?? {})
    .filter((key) => !known.includes(key))
    .map((key) => `${place} has the unknown key "${key}"; it takes ${known.join(", ")}.`);
}

function prefixProblems(prefix: string | undefined): readonly string[] {
  return prefix === undefined || prefixGrammar.test(prefix)
    ? []
    : [`api.prefix must look like "/api" or "/api/v1": lower-case letters, digits and hyphens.`];
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}

function collectionProblems(collection: Collection, slugs: ReadonlySet<string>): readonly string[] {
  const { slug, fields } = collection;
  const place = `Collection "${slug}"`;
  const found = [
    ...slugProblems(slug),
    ...unknownKeys(place, collection, collectionKeys),
    ...unknownKeys(`${place} access`, collection.access, accessKeys),
    ...sortProblems(collection),
  ];
  for (const [name, field] of Object.entries(fields)) {
    if (!fieldGrammar.test(name))
      found.push(`${place}: the field name "${name}" must match ${fieldGrammar.source}.`);
    if (columnName(name).length > maxIdentifierBytes) {
      found.push(
        `${place}: the column of the field "${name}" would be longer than ${maxIdentifierBytes} bytes.`,
      );
    }
    if (reservedFields.has(name)) found.push(`${place}: the field name "${name}" is reserved.`);
    for (const problem of fieldProblems(field, slugs))
      found.push(`${place}: the field "${name}" ${problem}.`);
  }
  return found;
}

function slugProblems(slug: string): readonly string[] {
  if (!slugGrammar.test(slug)) return [`The slug "${slug}" must match ${slugGrammar.source}.`];
  if (reservedSlugs.has(slug) || slug.startsWith("lucent")) return [`The slug "${slug}" is reserved.`];
  return [];
}

function sortProblems({ slug, fields, timestamps, defaultSort }: Collection): readonly string[] {
  if (defaultSort === undefined) return [];
  const keys = typeof defaultSort === "string" ? [defaultSort] : defaultSort;
  const server = timestamps === true ? ["id", "createdAt", "updatedAt"] : ["id"];
  const names = keys.map((key) => (key.startsWith("-") ? key.slice(1) : key));
  const unknown = names.filter((name) => !server.includes(name) && !isSortable(fields, name));
  const found = unknown.map(
    (name) => `Collection "${slug}": defaultSort names "${name}", which can't be sorted by.`,
  );
  return keys.length > 3 ? [...found, `Collection "${slug}": defaultSort takes at most 3 keys.`] : found;
}

function isSortable(fields: Collection["fields"], name: string): boolean {
  return Object.hasOwn(fields, name) && fields[name]?.type !== "json";
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

/** Names that would meet in the database: tables, and indexes and constraints, which share a name space per schema. */
export function tableProblems(tables: readonly Table[]): readonly string[] {
  const owners = new Map<string, string>();
  const found: string[] = [];
  for (const table of tables) {
    for (const name of [table.name, ...relationNames(table)]) {
      const owner = owners.get(name);
      if (owner !== undefined)
        found.push(`${owner} and ${table.owner} both need the database name "${name}": rename one.`);
      owners.set(name, table.owner);
    }
  }
  return found;
}

function relationNames(table: Table): readonly string[] {
  return [table.primaryKey.name, ...table.indexes.map(({ name }) => name)];
}
