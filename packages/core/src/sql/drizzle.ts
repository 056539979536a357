import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  doublePrecision,
  jsonb,
  numeric,
  customType,
  type PgColumnBuilderBase,
  type PgTable,
  pgTable,
  text,
  uuid,
} from "drizzle-orm/pg-core";

import { newId } from "../blueprint/id.ts";
import { isoDate } from "../blueprint/value.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";

/**
 * The drizzle table of a collection, for host routes and scripts that write their own queries. A list of references has
 * no column here: it lies in a table of its own.
 */
export function drizzleTable(model: CollectionModel): PgTable {
  const columns: Record<string, PgColumnBuilderBase> = {};
  for (const field of model.fields.values()) {
    if (field.links === undefined) columns[field.name] = columnBuilder(field);
  }
  return pgTable(model.table, columns);
}

function columnBuilder(field: FieldModel): PgColumnBuilderBase {
  const name = field.column;
  switch (field.kind) {
    case "id":
      return uuid(name).primaryKey().$defaultFn(newId);
    case "relationship":
      return mandatory(field, uuid(name));
    case "text":
    case "textarea":
    case "email":
    case "select":
    case "password":
      return mandatory(field, text(name));
    case "multiselect":
      return mandatory(field, text(name).array());
    case "number":
      return mandatory(field, doublePrecision(name));
    case "integer":
      return mandatory(field, bigint(name, { mode: "number" }));
    case "decimal":
      return mandatory(field, numeric(name));
    case "boolean":
      return mandatory(field, boolean(name));
    case "date":
      return mandatory(field, dateBuilder(field));
    case "json":
    case "richtext":
    case "array":
      return mandatory(field, jsonb(name));
  }
}

interface Builder extends PgColumnBuilderBase {
  notNull(): PgColumnBuilderBase;
}

function mandatory(field: FieldModel, builder: Builder): PgColumnBuilderBase {
  return field.nullable ? builder : builder.notNull();
}

/** `createdAt` and `updatedAt` are filled in when a host's own insert leaves them out. */
function dateBuilder(field: FieldModel): Builder {
  const builder = instant(field.column);
  return field.serverOwned && !field.nullable ? builder.default(sql`now()`) : builder;
}

/** drizzle's own timestamp reads the years before 100 as years of the last century. */
const instant = customType<{ data: Date; driverData: string }>({
  dataType: () => "timestamp(3) with time zone",
  fromDriver: (stored) => new Date(isoDate(stored)),
  toDriver: (date) => date.toISOString(),
});
