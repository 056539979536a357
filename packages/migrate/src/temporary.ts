import { createHash } from "node:crypto";

import type { ForeignKey, OptionsCheck } from "@lucent/core";

/**
 * The name under which the replacement of an index is built, until it takes the index's own.
 * @param table The table as it should be called.
 */
export function nextIndexName(table: string, index: string): string {
  return `lucent_next_${digest([table, "index", index])}`;
}

/** The name that an index has after its replacement took its own, until it is dropped. */
export function retiredIndexName(table: string, index: string): string {
  return `lucent_old_${digest([table, "index", index])}`;
}

/**
 * The name under which the replacement of a check or a foreign key is added, until it takes the constraint's own.
 * Another definition gives another name, so that what an older plan left behind never passes for this one's.
 */
export function nextConstraintName(table: string, constraint: OptionsCheck | ForeignKey): string {
  const definition =
    "options" in constraint ? constraint.options.toSorted() : [constraint.references, constraint.onDelete];
  return `lucent_next_${digest([table, constraint.name, constraint.column, ...definition])}`;
}

/** The check that no row of a column is null, which spares `set not null` its look at every row. */
export function filledCheckName(table: string, column: string): string {
  return `lucent_filled_${digest([table, column])}`;
}

/** The column that takes the place of another one whose type changes in two phases. */
export function nextColumnName(table: string, column: string): string {
  return `lucent_next_${digest([table, "column", column])}`;
}

/** The trigger, and its function, that keeps a column and the one that will replace it equal. */
export function syncName(table: string, column: string): string {
  return `lucent_sync_${digest([table, column])}`;
}

/** The name that something has between the two halves of a rename whose new name is still in use. */
export function waitingName(kind: "table" | "column" | "index" | "constraint", name: string): string {
  return `lucent_wait_${digest([kind, name])}`;
}

const temporary = /^lucent_(?:next|old|filled|sync|wait)_[0-9a-f]{8}$/;

/** Whether a name is one of these: an interrupted run may have left it, and nobody else gives such names. */
export function isTemporaryName(name: string): boolean {
  return temporary.test(name);
}

/** Short enough for a name of 63 bytes, whatever it stands for. */
function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
}
