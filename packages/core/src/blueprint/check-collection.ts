import type { Collection, CollectionIndex } from "../contract/collection.ts";
import type { Field } from "../contract/field.ts";
import type { Hooks } from "../contract/hook.ts";
import { fieldProblems } from "./check-field.ts";
import { wordsProblems } from "./check-words.ts";
import { repeated, unknownKeys } from "./keys.ts";
import {
  columnName,
  fieldGrammar,
  maxIdentifierBytes,
  reservedFields,
  reservedSlugs,
  slugGrammar,
} from "./names.ts";

const collectionKeys = [
  "slug",
  "fields",
  "access",
  "hooks",
  "timestamps",
  "softDelete",
  "clientId",
  "defaultSort",
  "indexes",
  "previousSlug",
  "description",
  "deprecated",
];
const accessKeys = ["read", "create", "update", "delete", "readDeleted"];
const indexKeys = ["fields", "unique"];
const maxSortKeys = 3;
// What Postgres takes.
const maxIndexFields = 32;

/** The moments at which hooks run. */
export const hookKeys: readonly (keyof Hooks)[] = [
  "beforeOperation",
  "beforeRead",
  "afterRead",
  "beforeCreate",
  "afterCreate",
  "beforeUpdate",
  "afterUpdate",
  "beforeDelete",
  "afterDelete",
  "afterCommit",
];

/**
 * Everything that is wrong with a collection, each a sentence that names the place.
 * @param pluginKeys The options of a collection that plugins understand.
 */
export function collectionProblems(
  collection: Collection,
  slugs: ReadonlySet<string>,
  pluginKeys: readonly string[],
): readonly string[] {
  const { slug, fields } = collection;
  const place = `Collection "${slug}"`;
  return [
    ...slugProblems(slug),
    ...optionProblems(collection, pluginKeys),
    ...unknownKeys(`${place} access`, collection.access, accessKeys),
    ...unknownKeys(`${place} hooks`, collection.hooks, hookKeys),
    ...deletionProblems(collection),
    ...sortProblems(collection),
    ...(collection.indexes ?? []).flatMap((index) => indexProblems(collection, index)),
    ...wordsProblems(collection).map((problem) => `${place} ${problem}.`),
    ...previousSlugProblems(collection, slugs),
    ...previousNameProblems(collection),
    ...Object.entries(fields).flatMap(([name, field]) =>
      [
        ...nameProblems(name),
        ...fieldProblems(field, slugs).map((problem) => `the field "${name}" ${problem}`),
      ].map((problem) => `${place}: ${problem}.`),
    ),
  ];
}

/** `auth: false` needs nobody to understand it. */
function optionProblems(collection: Collection, pluginKeys: readonly string[]): readonly string[] {
  const place = `Collection "${collection.slug}"`;
  const { auth, ...others } = collection;
  const unknown = unknownKeys(place, others, [...collectionKeys, ...pluginKeys]);
  if (auth === undefined || auth === false || pluginKeys.includes("auth")) return unknown;
  return [...unknown, `${place} has auth, which needs a plugin: add auth() of @lucent/auth to plugins.`];
}

function slugProblems(slug: string): readonly string[] {
  if (!slugGrammar.test(slug)) return [`The slug "${slug}" must match ${slugGrammar.source}.`];
  if (reservedSlugs.has(slug) || slug.startsWith("lucent")) return [`The slug "${slug}" is reserved.`];
  return [];
}

function nameProblems(name: string): readonly string[] {
  const found: string[] = [];
  if (!fieldGrammar.test(name)) found.push(`the field name "${name}" must match ${fieldGrammar.source}`);
  if (columnName(name).length > maxIdentifierBytes) {
    found.push(`the column of the field "${name}" would be longer than ${maxIdentifierBytes} bytes`);
  }
  if (reservedFields.has(name)) found.push(`the field name "${name}" is reserved`);
  return found;
}

function deletionProblems({ slug, softDelete, access }: Collection): readonly string[] {
  return access?.readDeleted !== undefined && softDelete !== true
    ? [`Collection "${slug}" has the rule readDeleted, which needs softDelete: true.`]
    : [];
}

function sortProblems({ slug, fields, timestamps, defaultSort }: Collection): readonly string[] {
  if (defaultSort === undefined) return [];
  const keys = typeof defaultSort === "string" ? [defaultSort] : defaultSort;
  const server = timestamps === true ? ["id", "createdAt", "updatedAt"] : ["id"];
  const names = keys.map((key) => (key.startsWith("-") ? key.slice(1) : key));
  const unknown = names.filter((name) => !server.includes(name) && !isSortable(ownField(fields, name)));
  const found = unknown.map(
    (name) => `Collection "${slug}": defaultSort names "${name}", which can't be sorted by.`,
  );
  return keys.length > maxSortKeys
    ? [...found, `Collection "${slug}": defaultSort takes at most ${maxSortKeys} keys.`]
    : found;
}

function ownField(fields: Collection["fields"], name: string): Field | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Everyone sees the order of a list, so that a hidden field has none. */
function isSortable(field: Field | undefined): boolean {
  return field !== undefined && field.hidden !== true && hasOrder(field);
}

/** Whether the values of a field have an order, and so a place in an index over several columns. */
function hasOrder(field: Field): boolean {
  const unordered = ["json", "richtext", "array", "multiselect", "password"];
  return !unordered.includes(field.type) && !(field.type === "relationship" && field.hasMany === true);
}

function indexProblems(collection: Collection, index: CollectionIndex): readonly string[] {
  const { slug, fields, timestamps, softDelete } = collection;
  const place = `Collection "${slug}": an index`;
  const unknown = unknownKeys(place, index, indexKeys);
  if (unknown.length > 0) return unknown;
  if (!Array.isArray(index.fields) || index.fields.length === 0 || index.fields.length > maxIndexFields) {
    return [`${place} needs 1 to ${maxIndexFields} fields.`];
  }
  const server = [
    "id",
    ...(timestamps === true ? ["createdAt", "updatedAt"] : []),
    ...(softDelete === true ? ["deletedAt"] : []),
  ];
  const names: readonly string[] = index.fields;
  const wrong = names.filter((name) => {
    const field = ownField(fields, name);
    return !server.includes(name) && (field === undefined || !hasOrder(field));
  });
  return [
    ...wrong.map((name) => `${place} names "${name}", which can't be indexed together with others.`),
    ...repeated(names).map((name) => `${place} names "${name}" twice.`),
  ];
}

function previousSlugProblems(
  { slug, previousSlug }: Collection,
  slugs: ReadonlySet<string>,
): readonly string[] {
  if (previousSlug === undefined) return [];
  if (!slugGrammar.test(previousSlug))
    return [`Collection "${slug}": previousSlug must match ${slugGrammar.source}.`];
  return slugs.has(previousSlug)
    ? [`Collection "${slug}": previousSlug names "${previousSlug}", which is a collection of its own.`]
    : [];
}

function previousNameProblems({ slug, fields }: Collection): readonly string[] {
  const place = `Collection "${slug}"`;
  const previous = Object.entries(fields).flatMap(([name, { previousName }]) =>
    previousName === undefined ? [] : [{ name, previousName }],
  );
  const found = previous.flatMap(({ name, previousName }) => {
    if (!fieldGrammar.test(previousName))
      return [`${place}: the previousName of the field "${name}" must match ${fieldGrammar.source}.`];
    return Object.hasOwn(fields, previousName)
      ? [`${place}: the field "${name}" has the previousName "${previousName}", which is a field of its own.`]
      : [];
  });
  const names = previous.map(({ previousName }) => previousName);
  return [
    ...found,
    ...repeated(names).map((name) => `${place}: two fields have the previousName "${name}".`),
  ];
}
