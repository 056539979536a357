import type { PgColumn, PgTableWithColumns } from "drizzle-orm/pg-core";

import type { Collection } from "./collection.ts";
import type { HasTimestamps, ServerFields, ValueOf } from "./document.ts";
import type { Field } from "./field.ts";

/** What drizzle reads and writes for a field: like JSON, but a date is a Date. */
type Stored<F extends Field> = F["type"] extends "date" ? Date : ValueOf<F>;

type ColumnOf<Data, Required extends boolean, HasDefault extends boolean> = PgColumn<{
  name: string;
  tableName: string;
  dataType: "custom";
  columnType: string;
  data: Data;
  driverParam: unknown;
  notNull: Required;
  hasDefault: HasDefault;
  isPrimaryKey: false;
  isAutoincrement: false;
  hasRuntimeDefault: false;
  enumValues: undefined;
  generated: undefined;
}>;

type ServerColumn<K> = K extends "id" ? ColumnOf<string, true, true> : ColumnOf<Date, true, true>;

/** The drizzle table of a collection. */
export type TableOf<C extends Collection> = PgTableWithColumns<{
  name: string;
  schema: undefined;
  dialect: "pg";
  columns: {
    [K in keyof C["fields"]]: ColumnOf<
      Stored<C["fields"][K]>,
      C["fields"][K] extends { readonly required: true } ? true : false,
      false
    >;
  } & { [K in keyof ServerFields<HasTimestamps<C>>]: ServerColumn<K> };
}>;
