/** The column types that Lucent stores, as Postgres spells them in a catalogue. */
export type ColumnType =
  | "uuid"
  | "text"
  | "double precision"
  | "bigint"
  | "boolean"
  | "jsonb"
  | "timestamp(3) with time zone"
  | "numeric"
  | `numeric(${number},${number})`;

/** A column as it should be in the database. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** A default that the database fills in, as an SQL expression of our own (never from a client). */
  readonly default?: string;
}

/** An index over columns; a unique one is a unique index, never a constraint, so that it can be built concurrently. */
export interface Index {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly descending: boolean }[];
  readonly unique: boolean;
}

/** A foreign key to the `id` of another managed table. */
export interface ForeignKey {
  readonly name: string;
  readonly column: string;
  readonly references: string;
  readonly onDelete: "restrict" | "set null" | "cascade";
}

/** A CHECK that a text column holds one of a list of values. */
export interface OptionsCheck {
  readonly name: string;
  readonly column: string;
  readonly options: readonly string[];
}

/** A table as it should be: plain data that `@lucent/migrate` (or your own SQL) turns into DDL. The primary key is `id`. */
export interface Table {
  readonly name: string;
  /** Which plugin or collection asks for it, for messages. */
  readonly owner: string;
  readonly columns: readonly Column[];
  readonly primaryKey: { readonly name: string; readonly column: string };
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly OptionsCheck[];
}
