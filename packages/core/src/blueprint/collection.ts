import type { Collection } from "../contract/collection.ts";
import type { Field } from "../contract/field.ts";
import type { CollectionModel, FieldModel, SortField } from "../contract/model.ts";
import { columnName, tableName } from "./names.ts";

const idField: FieldModel = {
  name: "id",
  column: "id",
  kind: "id",
  serverOwned: true,
  nullable: false,
  definition: undefined,
};

const timestampFields: readonly FieldModel[] = ["createdAt", "updatedAt"].map((name) => ({
  name,
  column: columnName(name),
  kind: "date",
  serverOwned: true,
  nullable: false,
  definition: undefined,
}));

/** Turns a checked definition into what the engine works with. */
export function collectionModel(definition: Collection): CollectionModel {
  const fields = new Map<string, FieldModel>([[idField.name, idField]]);
  for (const [name, field] of Object.entries(definition.fields)) fields.set(name, fieldModel(name, field));
  const timestamps = definition.timestamps ?? false;
  if (timestamps) for (const field of timestampFields) fields.set(field.name, field);
  return Object.freeze({
    slug: definition.slug,
    table: tableName(definition.slug),
    fields,
    access: definition.access ?? {},
    timestamps,
    defaultSort: completeSort(sortFields(defaultKeys(definition), fields), idField),
    definition,
  });
}

function fieldModel(name: string, definition: Field): FieldModel {
  return Object.freeze({
    name,
    column: columnName(name),
    kind: definition.type,
    serverOwned: false,
    nullable: definition.required !== true,
    definition,
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
export function completeSort(sort: readonly SortField[], id: FieldModel): readonly SortField[] {
  const at = sort.findIndex(({ field }) => field === id);
  if (at !== -1) return sort.slice(0, at + 1);
  return [...sort, { field: id, descending: sort.at(-1)?.descending ?? false }];
}
