/** Why something is not done. Stable: scripts may match on them. */
export type RefusalCode =
  | "DATA_LOSS"
  | "LOSSY_CAST"
  | "CAST_FAILS"
  | "NULLS_PRESENT"
  | "DUPLICATES"
  | "ORPHAN_ROWS"
  | "CHECK_VIOLATED"
  | "AMBIGUOUS_RENAME"
  | "NAME_TAKEN"
  | "DEPENDENT_OBJECT"
  | "UNSUPPORTED"
  | "STALE_PLAN"
  | "NEWER_SCHEMA"
  | "NOT_OWNER"
  | "NO_PRIVILEGE"
  | "READ_ONLY"
  | "TABLES_MISSING"
  | "REWRITE_TOO_LARGE"
  | "PRODUCTION"
  | "LIMIT";

/** One thing that stands in the way. As long as there is one, nothing at all is changed. */
export interface Refusal {
  readonly code: RefusalCode;
  /** What it is about, such as `posts.title`: table, or table and column, index or constraint. */
  readonly object: string;
  /** One sentence: which object, what about it. Never holds a value. */
  readonly message: string;
  /** How many rows object, where rows do; exact up to a limit that the message names. */
  readonly count?: number;
  /** Primary keys of up to three of those rows; empty where the key is not a uuid. */
  readonly samples?: readonly string[];
  /** What to do, each a sentence of its own; never empty. */
  readonly ways: readonly string[];
}
