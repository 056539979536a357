import type { Field } from "../contract/field.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { Column, ColumnType, ForeignKey, OptionsCheck, Table } from "../contract/table.ts";
import { columnDefault } from "./column-default.ts";
import { collectionIndexes } from "./indexes.ts";
import { columnName, objectName, tableName } from "./names.ts";

/** The tables of a collection: its own, and one for each list of references. */
export function collectionTables(model: CollectionModel): readonly Table[] {
  return [collectionTable(model), ...linkTables(model)];
}

/** The table of a collection's documents, with the indexes that its relationships and its default order need. */
export function collectionTable(model: CollectionModel): Table {
  const fields = [...model.fields.values()].filter(({ links }) => links === undefined);
  const { previousSlug } = model.definition;
  return {
    name: model.table,
    ...(previousSlug === undefined ? {} : { previousName: tableName(previousSlug) }),
    owner: `collection ${model.slug}`,
    columns: fields.map(columnOf),
    primaryKey: { name: objectName([model.table], "pkey"), columns: ["id"] },
    indexes: collectionIndexes(model),
    foreignKeys: fields.flatMap((field) => foreignKey(model, field)),
    checks: fields.flatMap((field) => optionsCheck(model, field)),
  };
}

function columnOf(field: FieldModel): Column {
  const base = { name: field.column, type: columnType(field), nullable: field.nullable };
  const previous = field.definition?.previousName;
  const named = previous === undefined ? base : { ...base, previousName: columnName(previous) };
  const fallback = columnDefault(field);
  return fallback === undefined ? named : { ...named, default: fallback };
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
    case "password":
      return "text";
    case "multiselect":
      return "text[]";
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
    case "richtext":
    case "array":
      return "jsonb";
  }
}

function decimalType(definition: Field | undefined): ColumnType {
  if (definition?.type !== "decimal" || definition.precision === undefined) return "numeric";
  return `numeric(${definition.precision},${definition.scale ?? 0})`;
}

const onDelete = { restrict: "restrict", setNull: "set null", cascade: "cascade" } as const;

function foreignKey(model: CollectionModel, field: FieldModel): readonly ForeignKey[] {
  if (field.definition?.type !== "relationship") return [];
  return [
    {
      name: objectName([model.table, field.column], "fkey"),
      column: field.column,
      references: tableName(field.definition.to),
      onDelete: onDelete[field.definition.onDelete ?? "restrict"],
    },
  ];
}

function optionsCheck(model: CollectionModel, field: FieldModel): readonly OptionsCheck[] {
  if (field.definition?.type !== "select" && field.definition?.type !== "multiselect") return [];
  return [
    {
      name: objectName([model.table, field.column], "check"),
      column: field.column,
      options: field.definition.options,
    },
  ];
}

function linkTables(model: CollectionModel): readonly Table[] {
  return [...model.fields.values()].flatMap((field) => linkTable(model, field));
}

/** One row for each reference. A row goes with its document, and with its target where that is let go. */
function linkTable(model: CollectionModel, { links, definition, column }: FieldModel): readonly Table[] {
  if (links === undefined || definition?.type !== "relationship") return [];
  const { table: name, owner, target, position } = links;
  const previous = previousLinks(model, column, definition);
  return [
    {
      name,
      ...(previous === undefined ? {} : { previousName: previous }),
      owner: `collection ${model.slug}`,
      columns: [
        { name: owner, type: "uuid", nullable: false },
        { name: target, type: "uuid", nullable: false },
        { name: position, type: "integer", nullable: false },
      ],
      primaryKey: { name: objectName([name], "pkey"), columns: [owner, target] },
      indexes: [
        {
          name: objectName([name, target], "idx"),
          columns: [{ name: target, descending: false }],
          unique: false,
        },
      ],
      foreignKeys: [
        {
          name: objectName([name, owner], "fkey"),
          column: owner,
          references: model.table,
          onDelete: "cascade",
        },
        {
          name: objectName([name, target], "fkey"),
          column: target,
          references: tableName(definition.to),
          onDelete: definition.onDelete === "setNull" ? "cascade" : "restrict",
        },
      ],
      checks: [],
    },
  ];
}

/** The name that a table of references had before its collection or its field was renamed. */
function previousLinks(model: CollectionModel, column: string, { previousName }: Field): string | undefined {
  const { previousSlug } = model.definition;
  if (previousSlug === undefined && previousName === undefined) return undefined;
  const table = previousSlug === undefined ? model.table : tableName(previousSlug);
  return objectName([table, previousName === undefined ? column : columnName(previousName)], "links");
}
