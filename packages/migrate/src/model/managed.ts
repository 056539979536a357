/**
 * What a table's row in `lucent_managed` says that we made. Kept as texts of two or three words, because names have no
 * spaces (`desiredSchema` sees to it).
 */
export type ManagedObject =
  | `column ${string}`
  | `index ${string}`
  | `constraint ${string}`
  /** Rows of this new column still wait for their value. */
  | `backfill ${string}`
  /** The first name became the second one. Both may exist again later, which is no rename then. */
  | `renamed ${string} ${string}`
  /** The first column is being replaced by the second one, and a trigger keeps them equal until `contract`. */
  | `expand ${string} ${string}`;

/** What we made of one table. */
export type ManagedTable = ReadonlySet<string>;

/** What we made, by the table's name. */
export type Managed = ReadonlyMap<string, ManagedTable>;

/** What a group of steps changes about what we made. Applied in the transaction of the steps wherever there is one. */
export interface ManagedChange {
  readonly table: string;
  readonly add?: readonly ManagedObject[];
  readonly remove?: readonly ManagedObject[];
  /** The name that the table's row had before; applied first. */
  readonly renamedFrom?: string;
  /** The table is gone, and its row goes. */
  readonly dropped?: true;
}
