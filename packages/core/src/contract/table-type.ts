import type { PgColumn, PgTable, PgTableWithColumns } from "drizzle-orm/pg-core";

import type { Collection } from "./collection.ts";
import type { HasSoftDelete, HasTimestamps, ServerFields, ValueOf } from "./document.ts";
import type { Field, FieldKind, Fields } from "./field.ts";

/** What drizzle reads and writes for a field: like JSON, but a date is a Date. */
type Stored<F extends Field> = F["type"] extends "date"
  ? Date
  : ValueOf<F> extends readonly (infer V extends string)[]
    ? V[]
    : ValueOf<F>;

interface ColumnConfig<Table extends string, Data, Required extends boolean, HasDefault extends boolean> {
  name: string;
  tableName: Table;
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
}

type FieldColumn<Table extends string, F extends Field> = PgColumn<
  ColumnConfig<Table, Stored<F>, F extends { readonly required: true } ? true : false, false>
>;

type ServerColumn<Table extends string, K> = K extends "deletedAt"
  ? PgColumn<ColumnConfig<Table, Date, false, false>>
  : PgColumn<ColumnConfig<Table, K extends "id" ? string : Date, true, true>>;

/** `blog-posts` → `blog_posts`: drizzle names the parts of a joined row by it. */
type TableName<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}_${TableName<Tail>}` : S;

/** Fields that all have a column. */
interface AllWithColumn {
  readonly [name: string]: { readonly type: FieldKind; readonly hasMany?: false };
}

/** A list of references lies in a table of its own. One question for all fields: few collections have such a list. */
type FieldsWithColumn<F extends Fields> = F extends AllWithColumn
  ? F
  : { [K in keyof F as F[K] extends { readonly hasMany: true } ? never : K]: F[K] };

type FieldColumns<F extends Fields, Table extends string> = {
  -readonly [K in keyof F]: FieldColumn<Table, F[K]>;
};

type ColumnsOf<C extends Collection, Table extends string> = FieldColumns<
  FieldsWithColumn<C["fields"]>,
  Table
> & {
  -readonly [K in keyof ServerFields<HasTimestamps<C>, HasSoftDelete<C>>]-?: ServerColumn<Table, K>;
};

/** The drizzle table of a collection; without its columns where the fields are not known by type. */
export type TableOf<C extends Collection> = string extends keyof C["fields"]
  ? PgTable
  : PgTableWithColumns<{
      name: TableName<C["slug"]>;
      schema: undefined;
      dialect: "pg";
      columns: ColumnsOf<C, TableName<C["slug"]>>;
    }>;
