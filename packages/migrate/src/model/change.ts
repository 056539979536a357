import type { Column, ForeignKey, Index, OptionsCheck, Table } from "@lucent/core";

import type { ManagedObject } from "./managed.ts";
import type { Refusal } from "./refusal.ts";

/**
 * One thing in which the database differs from what it should be. Names are those after the renames; `LiveNames` leads
 * back to the ones that the database has now. `table` is the table as it should be.
 */
export type Change =
  | { readonly kind: "createSchema" }
  /** With its checks, indexes and foreign keys, which have no changes of their own. */
  | { readonly kind: "createTable"; readonly table: Table }
  | {
      readonly kind: "renameTable";
      readonly table: Table;
      readonly from: string;
      /** Its name is still another table's, which is renamed too: it waits under this name meanwhile. */
      readonly through: string | undefined;
    }
  | {
      readonly kind: "renameColumn";
      readonly table: Table;
      readonly column: Column;
      readonly from: string;
      /** Its name is still another column's, which is renamed too: it waits under this name meanwhile. */
      readonly through: string | undefined;
    }
  | {
      readonly kind: "renameObject";
      readonly table: Table;
      readonly object: "index" | "constraint";
      readonly from: string;
      readonly to: string;
      /** The name is still another one's, which is renamed too: it waits under this name meanwhile. */
      readonly through: string | undefined;
    }
  /** It is there and as it should be, but was not ours: from now on it is. Nothing is altered. */
  | { readonly kind: "adopt"; readonly table: Table; readonly objects: readonly ManagedObject[] }
  | { readonly kind: "addColumn"; readonly table: Table; readonly column: Column }
  /** Rows of a column that an interrupted run added still wait for their value. */
  | { readonly kind: "fillColumn"; readonly table: Table; readonly column: Column }
  | {
      readonly kind: "changeType";
      readonly table: Table;
      readonly column: Column;
      /** The type it has. */
      readonly from: string;
      /**
       * The default that stands in its way, as the server prints it: dropped before. Where the column should have one
       * afterwards, `setDefault` is a change of its own.
       */
      readonly default: string | undefined;
      /** Our constraints on it that could not come along: dropped before. What should be there has its own change. */
      readonly constraints: readonly string[];
      /** Our indexes on it, likewise. */
      readonly indexes: readonly string[];
    }
  | {
      readonly kind: "setNotNull";
      readonly table: Table;
      readonly column: Column;
      /** Our own check, left by an interrupted run, which proves it or only needs to be validated. */
      readonly leftover: { readonly name: string; readonly validated: boolean } | undefined;
    }
  | { readonly kind: "dropNotNull"; readonly table: Table; readonly column: Column }
  | { readonly kind: "setDefault"; readonly table: Table; readonly column: Column }
  | { readonly kind: "dropDefault"; readonly table: Table; readonly column: Column }
  | {
      readonly kind: "createIndex";
      readonly table: Table;
      readonly index: Index;
      /** What our interrupted build left under the name, to be removed first. */
      readonly leftover: string | undefined;
    }
  | {
      readonly kind: "replaceIndex";
      readonly table: Table;
      readonly index: Index;
      /** What our interrupted build left under the temporary name; or that one is finished, and only the swap is left. */
      readonly next: { readonly name: string; readonly ready: boolean } | undefined;
    }
  | { readonly kind: "dropIndex"; readonly table: Table; readonly name: string }
  | { readonly kind: "addCheck"; readonly table: Table; readonly check: OptionsCheck }
  | {
      readonly kind: "replaceCheck";
      readonly table: Table;
      readonly check: OptionsCheck;
      /** The options that the present one allows; unknown for one of another form. */
      readonly options: readonly string[] | undefined;
      /** Our replacement, left under its temporary name by an interrupted run. */
      readonly next: { readonly name: string; readonly validated: boolean } | undefined;
    }
  | { readonly kind: "addForeignKey"; readonly table: Table; readonly foreignKey: ForeignKey }
  | {
      readonly kind: "replaceForeignKey";
      readonly table: Table;
      readonly foreignKey: ForeignKey;
      readonly next: { readonly name: string; readonly validated: boolean } | undefined;
    }
  /** Ours, of the right definition, but never validated. */
  | {
      readonly kind: "validate";
      readonly table: Table;
      readonly name: string;
      readonly constraint: OptionsCheck | ForeignKey;
    }
  | { readonly kind: "dropConstraint"; readonly table: Table; readonly name: string }
  /** A reference became a list of references: each row's old one becomes the first of the list. */
  | { readonly kind: "fillLinks"; readonly table: Table; readonly owner: Table; readonly column: string }
  /** Ours, but nobody asks for it any more. */
  | {
      readonly kind: "orphanColumn";
      readonly table: Table;
      readonly column: string;
      readonly type: string;
      /** Kept as it is, it would make inserts fail: it has NOT NULL and no default. */
      readonly blocksInserts: boolean;
      /** Our constraints that mention it, which are let go even when it is kept. */
      readonly constraints: readonly string[];
      /** Our indexes that mention it, likewise. */
      readonly indexes: readonly string[];
    }
  | {
      readonly kind: "orphanTable";
      readonly name: string;
      /** Our foreign keys on it, which would hold on to other tables' rows. */
      readonly foreignKeys: readonly string[];
    }
  /** First phase of a change without downtime: the second column, the trigger and the copy. */
  | { readonly kind: "expand"; readonly table: Table; readonly column: Column; readonly from: ExpandSource }
  /** Second phase: the old column goes once the two are equal in every row. */
  | { readonly kind: "contract"; readonly table: Table; readonly column: Column; readonly from: ExpandSource }
  /** A change in two phases lost one of its columns to somebody: its trigger, which names both, makes every write fail. */
  | {
      readonly kind: "endSync";
      readonly table: Table;
      /** The columns that it was about. */
      readonly old: string;
      readonly next: string;
      /** The name of the trigger and of its function. */
      readonly name: string;
    }
  | {
      readonly kind: "refuse";
      readonly refusal: Refusal;
      /** Rows that `grade` counts for it, by the names that the database has now: those of a table, or of a value in a column. */
      readonly count?: { readonly table: string; readonly column: string | undefined };
    };

/** The column that the second one takes its values from. */
export interface ExpandSource {
  readonly name: string;
  readonly type: string;
  /** The name of the second column in the meantime: the column's own for a rename, a temporary one for a type. */
  readonly next: string;
}

/** What the database calls, before the renames, what the changes name. */
export interface LiveNames {
  /** `undefined` for a table that is not there yet. */
  table(name: string): string | undefined;
  /** `undefined` for a column that is not there yet. */
  column(table: string, column: string): string | undefined;
}

/** What `diff` finds. */
export interface Difference {
  readonly changes: readonly Change[];
  readonly names: LiveNames;
  /** What is worth saying and changes nothing, each a sentence: a previous name without a match, a phase to be ended. */
  readonly notes: readonly string[];
  /** Why an application of this configuration must not serve even behind the changes, each a sentence. */
  readonly unready: readonly string[];
}
