/** What only a person can decide, each by the name of its object (`posts` or `posts.subtitle`). Nothing is ever asked. */
export interface Decisions {
  /** Whether orphans may be dropped at all. Each one must still be named in `drop`. */
  readonly dropOrphaned: boolean;
  /** Orphaned tables and columns that may go, with what they hold. */
  readonly drop: ReadonlySet<string>;
  /** Columns whose table may be rewritten under a lock although it is large. */
  readonly rewrite: ReadonlySet<string>;
  /** Columns whose empty rows get the field's default. */
  readonly backfill: ReadonlySet<string>;
  /** Columns whose change goes through a second column, in two phases. */
  readonly expand: ReadonlySet<string>;
  /** How values become values of the new type: SQL over the column's quoted name, written by the application's author. */
  readonly conversions: ReadonlyMap<string, Conversion>;
  /** Ends what `expand` began instead of comparing. */
  readonly contract: boolean;
}

/** From the quoted name of a column to an SQL expression of the new type. */
export type Conversion = (column: string) => string;

/** Nothing but what is safe by itself. */
export const noDecisions: Decisions = {
  dropOrphaned: false,
  drop: new Set(),
  rewrite: new Set(),
  backfill: new Set(),
  expand: new Set(),
  conversions: new Map(),
  contract: false,
};
