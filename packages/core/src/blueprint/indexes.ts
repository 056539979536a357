import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { Index } from "../contract/table.ts";
import { objectName } from "./names.ts";

type Key = Index["columns"][number];

/**
 * The indexes of a collection's table: its default order, its relationships, what its fields and the collection itself
 * ask for, and the words that `search` looks for.
 */
export function collectionIndexes(model: CollectionModel): readonly Index[] {
  const order = model.defaultSort.map(({ field, descending }) => ({ name: field.column, descending }));
  const fields = [...model.fields.values()].filter(({ links }) => links === undefined);
  const found = [
    ...(order.length > 1 ? [plainIndex(model, order)] : []),
    ...fields.flatMap((field) => fieldIndexes(model, field, order)),
  ];
  const all = [...found, ...composites(model), ...wordIndex(model)];
  return all.filter((index, at) => !all.slice(0, at).some((earlier) => isSameIndex(earlier, index)));
}

/** Filtering by a relationship and listing in the default order is what pages do: one composite index serves both. */
function fieldIndexes(model: CollectionModel, field: FieldModel, order: readonly Key[]): readonly Index[] {
  const { column, definition, kind } = field;
  const own = ascending(column);
  const found: Index[] = [];
  if (definition?.unique === true) found.push(uniqueIndex(model, [own]));
  if (kind === "relationship") {
    found.push(plainIndex(model, [own, ...order.filter(({ name }) => name !== column)]));
  } else if (definition?.index === true && definition.unique !== true) {
    const index = plainIndex(model, [own]);
    found.push(kind === "multiselect" ? { ...index, method: "gin" } : index);
  }
  return found;
}

/** A plain index over the same columns as an earlier one is left out, whichever way those are sorted. */
function composites(model: CollectionModel): readonly Index[] {
  return (model.definition.indexes ?? []).map(({ fields, unique }) => {
    const keys = fields
      .flatMap((name) => model.fields.get(name) ?? [])
      .map(({ column }) => ascending(column));
    return unique === true ? uniqueIndex(model, keys) : plainIndex(model, keys);
  });
}

function wordIndex({ table, searchFields }: CollectionModel): readonly Index[] {
  if (searchFields.length === 0) return [];
  const words = searchFields.map(({ column }) => column);
  return [{ name: objectName([table], "search"), columns: [], unique: false, method: "gin", words }];
}

/** A deleted row does not keep others from having its values. */
function uniqueIndex(model: CollectionModel, columns: readonly Key[]): Index {
  const index = { name: indexName(model, columns, "key"), columns, unique: true };
  return model.deletedAt === undefined ? index : { ...index, whereNull: model.deletedAt.column };
}

function plainIndex(model: CollectionModel, columns: readonly Key[]): Index {
  return { name: indexName(model, columns, "idx"), columns, unique: false };
}

function indexName({ table }: CollectionModel, columns: readonly Key[], suffix: string): string {
  return objectName([table, ...columns.map(({ name }) => name)], suffix);
}

function ascending(name: string): Key {
  return { name, descending: false };
}

/** Two of one kind over the same columns serve the same questions; another index of that name is a clash. */
function isSameIndex(left: Index, right: Index): boolean {
  const [one, other] = [left, right].map(({ columns, ...rest }) => ({
    ...rest,
    columns: columns.map(({ name }) => name),
  }));
  return JSON.stringify(one) === JSON.stringify(other);
}
