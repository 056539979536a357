import type { Collection } from "../contract/collection.ts";
import type { Field } from "../contract/field.ts";
import type { CollectionModel, FieldModel, LinkTable, SortField, ValueKind } from "../contract/model.ts";
import { isSearchable } from "./field-options.ts";
import { columnName, objectName, tableName } from "./names.ts";
import { defaultMaxItems } from "./schema.ts";

const idField: FieldModel = serverField("id", "id", false);

const timestampFields: readonly FieldModel[] = ["createdAt", "updatedAt"].map((name) =>
  serverField(name, "date", false),
);

const deletedAtField: FieldModel = serverField("deletedAt", "date", true);

function serverField(name: string, kind: ValueKind, nullable: boolean): FieldModel {
  return Object.freeze({
    name,
    column: columnName(name),
    kind,
    serverOwned: true,
    nullable,
    hidden: false,
    links: undefined,
    searchable: false,
    target: undefined,
    definition: undefined,
  });
}

/** Turns a checked definition into what the engine works with. */
export function collectionModel(definition: Collection): CollectionModel {
  const { slug, timestamps = false, softDelete = false, clientId = false } = definition;
  const table = tableName(slug);
  const own = Object.entries(definition.fields).map(([name, field]) => fieldModel(table, name, field));
  const server = [...(timestamps ? timestampFields : []), ...(softDelete ? [deletedAtField] : [])];
  const fields = new Map([idField, ...own, ...server].map((field) => [field.name, field]));
  return Object.freeze({
    slug,
    table,
    fields,
    access: definition.access ?? {},
    timestamps,
    softDelete,
    deletedAt: softDelete ? deletedAtField : undefined,
    clientId,
    searchFields: own.filter(({ searchable }) => searchable),
    defaultSort: completeSort(sortFields(defaultKeys(definition), fields), idField),
    definition,
  });
}

function fieldModel(table: string, name: string, definition: Field): FieldModel {
  const column = columnName(name);
  const links = linkTable(table, column, definition);
  return Object.freeze({
    name,
    column,
    kind: definition.type,
    serverOwned: false,
    // A list of references is empty, not null.
    nullable: definition.required !== true && links === undefined,
    hidden: definition.hidden === true || definition.type === "password",
    links,
    searchable: isSearchable(definition),
    target: definition.type === "relationship" ? definition.to : undefined,
    definition,
  });
}

function linkTable(table: string, column: string, definition: Field): LinkTable | undefined {
  if (definition.type !== "relationship" || definition.hasMany !== true) return undefined;
  return Object.freeze({
    table: objectName([table, column], "links"),
    owner: "owner_id",
    target: "target_id",
    position: "position",
    maxItems: definition.maxItems ?? defaultMaxItems,
  });
}

function defaultKeys({ defaultSort, timestamps }: Collection): readonly string[] {
  if (defaultSort !== undefined) return typeof defaultSort === "string" ? [defaultSort] : defaultSort;
  return timestamps === true ? ["-createdAt"] : ["id"];
}

function sortFields(keys: readonly string[], fields: ReadonlyMap<string, FieldModel>): readonly SortField[] {
  const found: SortField[] = [];
  for (const key of keys) {
    const descending = key.startsWith("-");
    const field = fields.get(descending ? key.slice(1) : key);
    if (field !== undefined) found.push({ field, descending });
  }
  return found;
}

/**
 * Makes an ordering total: `id` is its last key, in the direction of the key before it, so that one plain index serves
 * it forwards and backwards. Keys behind an `id` that is there already can't change the order and are dropped.
 */
function completeSort(sort: readonly SortField[], id: FieldModel): readonly SortField[] {
  const at = sort.findIndex(({ field }) => field === id);
  if (at !== -1) return sort.slice(0, at + 1);
  return [...sort, { field: id, descending: sort.at(-1)?.descending ?? false }];
}
