import type { Field } from "../contract/field.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { Column, ColumnType, ForeignKey, Index, OptionsCheck, Table } from "../contract/table.ts";
import { objectName, tableName } from "./names.ts";

/** The table of a collection, with the indexes that its relationships and its default order need. */
export function collectionTable(model: CollectionModel): Table {
  const fields = [...model.fields.values()];
  return {
    name: model.table,
    owner: `collection ${model.slug}`,
    columns: fields.map(column),
    primaryKey: { name: objectName([model.table], "pkey"), column: "id" },
    indexes: indexes(model, fields),
    foreignKeys: fields.flatMap((field) => foreignKey(model, field)),
    checks: fields.flatMap((field) => optionsCheck(model, field)),
  };
}

function column(field: FieldModel): Column {
  const base = { name: field.column, type: columnType(field), nullable: field.nullable };
  return field.serverOwned && field.kind === "date" ? { ...base, default: "now()" } : base;
}

/** The column type of a field. */
function columnType(field: FieldModel): ColumnType {
  switch (field.kind) {
    case "id":
    case "relationship":
      return "uuid";
    case "text":
    case "textarea":
    case "email":
    case "select":
      return "text";
    case "number":
      return "double precision";
    case "integer":
      return "bigint";
    case "decimal":
      return decimalType(field.definition);
    case "boolean":
      return "boolean";
    case "date":
      return "timestamp(3) with time zone";
    case "json":
      return "jsonb";
  }
}

function decimalType(definition: Field | undefined): ColumnType {
  if (definition?.type !== "decimal" || definition.precision === undefined) return "numeric";
  return `numeric(${definition.precision},${definition.scale ?? 0})`;
}

/** Filtering by a relationship and listing in the default order is what pages do: one composite index serves both. */
function indexes(model: CollectionModel, fields: readonly FieldModel[]): readonly Index[] {
  const order = model.defaultSort.map(({ field, descending }) => ({ name: field.column, descending }));
  const found: Index[] = [];
  if (order.length > 1) found.push(plainIndex(model, order));
  for (const field of fields) {
    const own = { name: field.column, descending: false };
    if (field.definition?.unique === true) {
      found.push({ name: objectName([model.table, field.column], "key"), columns: [own], unique: true });
    }
    if (field.kind === "relationship") {
      found.push(plainIndex(model, [own, ...order.filter(({ name }) => name !== field.column)]));
    } else if (field.definition?.index === true && field.definition.unique !== true) {
      found.push(plainIndex(model, [own]));
    }
  }
  return found.filter((index, at) => found.findIndex((earlier) => isSameIndex(earlier, index)) === at);
}

/** A relationship that leads the default order asks for the same index twice; another index of that name is a clash. */
function isSameIndex(left: Index, right: Index): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function plainIndex(model: CollectionModel, columns: Index["columns"]): Index {
  return {
    name: objectName([model.table, ...columns.map(({ name }) => name)], "idx"),
    columns,
    unique: false,
  };
}

function foreignKey(model: CollectionModel, field: FieldModel): readonly ForeignKey[] {
  if (field.definition?.type !== "relationship") return [];
  return [
    {
      name: objectName([model.table, field.column], "fkey"),
      column: field.column,
      references: tableName(field.definition.to),
      onDelete: "restrict",
    },
  ];
}

function optionsCheck(model: CollectionModel, field: FieldModel): readonly OptionsCheck[] {
  if (field.definition?.type !== "select") return [];
  return [
    {
      name: objectName([model.table, field.column], "check"),
      column: field.column,
      options: field.definition.options,
    },
  ];
}
