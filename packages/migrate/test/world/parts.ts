import type { ForeignKey, Index, OptionsCheck } from "@lucent/core";

/** A foreign key with the name that core gives it. */
export function reference(
  table: string,
  column: string,
  to: { readonly references: string; readonly onDelete?: ForeignKey["onDelete"] },
): ForeignKey {
  return {
    name: `${table}_${column}_fkey`,
    column,
    references: to.references,
    onDelete: to.onDelete ?? "restrict",
  };
}

/** A check of options with the name that core gives it. */
export function choice(table: string, column: string, options: readonly string[]): OptionsCheck {
  return { name: `${table}_${column}_check`, column, options };
}

/** A unique index with the name that core gives it. */
export function unique(table: string, ...columns: readonly string[]): Index {
  return {
    name: `${table}_${columns.join("_")}_key`,
    columns: columns.map((name) => ({ name, descending: false })),
    unique: true,
  };
}
