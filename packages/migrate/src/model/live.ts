import type { Managed } from "./managed.ts";

/** A column as it is. */
export interface LiveColumn {
  /** As Postgres spells it, such as `character varying(50)`. */
  readonly type: string;
  readonly nullable: boolean;
  /** As Postgres prints it, such as `'draft'::text`. */
  readonly default: string | undefined;
  /** Whether the server makes its values up: a generated or an identity column. */
  readonly generated: boolean;
}

/** An index as it is. */
export interface LiveIndex {
  readonly columns: readonly { readonly name: string; readonly descending: boolean }[];
  readonly unique: boolean;
  /** `false` for what an interrupted build left behind. */
  readonly valid: boolean;
  /** The access method, such as `btree`. */
  readonly method: string;
  /** Its one key where that is an expression; there are no columns then. */
  readonly expression: string | undefined;
  /** Which rows it holds; all where it does not say. */
  readonly predicate: string | undefined;
  /** Nothing else is unusual: no further expression, operator class, collation or included column. */
  readonly plain: boolean;
  /** The constraint that it belongs to, if any: it goes only with that. */
  readonly constraint: string | undefined;
}

/** A constraint as it is. Not-null constraints are read with the columns. */
export interface LiveConstraint {
  /** `pg_constraint.contype`: `p` primary key, `f` foreign key, `c` check, `u` unique, and others. */
  readonly kind: string;
  /** Its columns in their order. */
  readonly columns: readonly string[];
  /** Of a foreign key: the table, when it is in the same schema, and the column referred to. */
  readonly references: { readonly table: string | undefined; readonly column: string } | undefined;
  /** `pg_constraint.confdeltype`. */
  readonly onDelete: string | undefined;
  /** `false` for one that was added `not valid` and never validated. */
  readonly validated: boolean;
  /** Nothing else is unusual: enforced, not deferrable, inherited, no other match and no action on update. */
  readonly plain: boolean;
  /** Of a check on one column that lists its values: the values. */
  readonly options: readonly string[] | undefined;
}

/** A table as it is. */
export interface LiveTable {
  /** Whether it is divided into partitions: most changes are refused then. */
  readonly partitioned: boolean;
  /** Whether the role may alter it. */
  readonly owned: boolean;
  /** Estimate of the server, as old as its last look; `undefined` where it never looked. */
  readonly rows: number | undefined;
  /** Estimate likewise, of the rows with what is stored beside them; indexes not included. */
  readonly bytes: number;
  /** Columns ever made, dropped ones included: the server allows 1,600. */
  readonly slots: number;
  readonly columns: ReadonlyMap<string, LiveColumn>;
  readonly indexes: ReadonlyMap<string, LiveIndex>;
  readonly constraints: ReadonlyMap<string, LiveConstraint>;
}

/** The database as it is, as far as it bears one of our names or one that we gave. */
export interface Live {
  /** `server_version_num`, such as 180004. */
  readonly server: number;
  /** The schema that we work in: the first of the search path. */
  readonly schema: string;
  readonly schemaExists: boolean;
  /** Whether the role may create tables in the schema, or the schema itself where it is missing. */
  readonly canCreate: boolean;
  /** A standby, or a session that may only read. */
  readonly readOnly: boolean;
  /** Ordinary and partitioned tables by name, except partitions and what belongs to an extension. */
  readonly tables: ReadonlyMap<string, LiveTable>;
  /** Whatever else has a name that we want, an index of a managed table included: what it is, in words. */
  readonly taken: ReadonlyMap<string, string>;
  /** What we made, by table name. Only this can be an orphan, and only this is ever altered. */
  readonly managed: Managed;
  readonly history: LiveHistory;
}

/** What earlier runs wrote down. */
export interface LiveHistory {
  /**
   * Hashes of the configurations that were applied, oldest first, each once, at its last place. Runs that failed count:
   * they may have changed something.
   */
  readonly configurations: readonly string[];
  /** Whether a production process ever migrated this database. */
  readonly production: boolean;
}
