/** The column types that Lucent stores, as Postgres spells them in a catalogue. */
export type ColumnType =
  | "uuid"
  | "text"
  | "text[]"
  | "integer"
  | "double precision"
  | "bigint"
  | "boolean"
  | "jsonb"
  | "timestamp(3) with time zone"
  | "numeric"
  | `numeric(${number},${number})`;

/** A default of a column. Never SQL: one of two functions of the server, or a value in the input form of the column's type. */
export type ColumnDefault = { readonly call: "now" | "gen_random_uuid" } | { readonly value: string };

/** A column as it should be in the database. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** What the database fills in where an insert names no value. */
  readonly default?: ColumnDefault;
  /** The name that the column had before. */
  readonly previousName?: string;
}

/** An index; a unique one is a unique index, never a constraint, so that it can be built concurrently. */
export interface Index {
  readonly name: string;
  /** Its columns in order; empty for one over words. */
  readonly columns: readonly { readonly name: string; readonly descending: boolean }[];
  readonly unique: boolean;
  /** `gin` for one over the members of a list, or over words. Default `btree`. */
  readonly method?: "btree" | "gin";
  /** Text columns whose words it holds, joined by `searchVector`. With `gin` and without `columns`. */
  readonly words?: readonly string[];
  /** A column that is null in every row that it holds, so that only those rows meet. */
  readonly whereNull?: string;
}

/** A foreign key to the `id` of another managed table. */
export interface ForeignKey {
  readonly name: string;
  readonly column: string;
  readonly references: string;
  readonly onDelete: "restrict" | "set null" | "cascade";
}

/** A CHECK that a text column holds one of a list of values, or a `text[]` column only such values. */
export interface OptionsCheck {
  readonly name: string;
  readonly column: string;
  readonly options: readonly string[];
}

/** A table as it should be: plain data that `@lucent/migrate` (or your own SQL) turns into DDL. */
export interface Table {
  readonly name: string;
  /** The name that the table had before. */
  readonly previousName?: string;
  /** Which plugin or collection asks for it, for messages. */
  readonly owner: string;
  readonly columns: readonly Column[];
  /** `id`, or the two ids of a link. */
  readonly primaryKey: { readonly name: string; readonly columns: readonly string[] };
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly OptionsCheck[];
}
