import type { ForeignKey, Table } from "@lucent/core";

import { onlineRows } from "../model/graded.ts";
import type { Refusal } from "../model/refusal.ts";
import { identifier } from "../quote.ts";
import {
  allowed,
  type ChangeOf,
  type Context,
  liveTable,
  placeOf,
  refused,
  relation,
  sizeOf,
  source,
  type Verdict,
} from "./context.ts";
import { pace } from "./required.ts";
import { countsOf, type Objection, objectingAlone, rowsText } from "./rows.ts";
import { judged } from "./rule.ts";

/** Judges a foreign key. */
export async function gradeForeignKey(
  context: Context,
  change: ChangeOf<"addForeignKey"> | ChangeOf<"replaceForeignKey">,
): Promise<Verdict> {
  const { table, foreignKey } = change;
  const unfit = unsuited(context, table, foreignKey);
  if (unfit !== undefined) return refused(unfit);
  const isProved = change.kind === "replaceForeignKey" && change.next?.validated === true;
  const ask = async (): Promise<Refusal | undefined> =>
    isProved ? undefined : orphans(context, table, foreignKey);
  return judged(context, change, { table, columns: [foreignKey.column], ask });
}

/** The server refuses keys between types, and to columns that are not unique. */
function unsuited(context: Context, table: Table, key: ForeignKey): Refusal | undefined {
  const target = context.desired.tables.find(({ name }) => name === key.references);
  const types = [
    table.columns.find(({ name }) => name === key.column)?.type,
    target?.columns.find(({ name }) => name === "id")?.type,
  ] as const;
  const object = placeOf(table.name, key.column);
  if (types[0] !== types[1])
    return {
      code: "UNSUPPORTED",
      object,
      message: `"${table.name}"."${key.column}" is ${types[0]} and can't refer to "${key.references}"."id", which is ${types[1] ?? "not there"}.`,
      ways: ["Give the two the same type."],
    };
  const parent = liveTable(context, key.references);
  if (parent === undefined) return undefined;
  const id = context.difference.names.column(key.references, "id");
  const isOnly = (columns: readonly string[]): boolean => columns.length === 1 && columns[0] === id;
  const isUnique =
    [...parent.constraints.values()].some(
      ({ kind, columns }) => (kind === "p" || kind === "u") && isOnly(columns),
    ) ||
    [...parent.indexes.values()].some(
      ({ unique, valid, predicate, columns }) =>
        unique && valid && predicate === undefined && isOnly(columns.map(({ name }) => name)),
    );
  if (isUnique) return undefined;
  return {
    code: "UNSUPPORTED",
    object,
    message: `"${key.references}"."id" is neither the primary key nor unique, so "${table.name}"."${key.column}" can't refer to it.`,
    ways: [`Make "id" the primary key of "${key.references}" with SQL of your own.`],
  };
}

/** Which rows refer to nothing. */
export async function orphans(context: Context, table: Table, key: ForeignKey): Promise<Refusal | undefined> {
  const missing = withoutTarget(context, key.references, `s.${identifier(key.column)}`);
  if (missing === undefined) return undefined;
  const found = await objectingAlone(context, table, missing);
  return found.count === 0 ? undefined : orphansRefusal({ table, ...key }, found);
}

/** The condition of a reference without a row; `undefined` where the two can't be compared. */
function withoutTarget(context: Context, references: string, column: string): string | undefined {
  const target = context.desired.tables.find(({ name }) => name === references);
  if (target === undefined || context.unsettled.has(placeOf(references, "id"))) return undefined;
  const to = source(context, target, { alias: "t", isAlone: true });
  const none = to === undefined ? "" : ` and not exists (select from ${to} where t.id = ${column})`;
  return `${column} is not null${none}`;
}

function orphansRefusal(
  {
    table,
    column,
    references,
  }: { readonly table: Table; readonly column: string; readonly references: string },
  found: Objection,
): Refusal {
  return {
    code: "ORPHAN_ROWS",
    object: placeOf(table.name, column),
    message: `"${table.name}"."${column}" names no row of "${references}" in ${rowsText(found.count)}.`,
    ...found,
    ways: ["Correct or empty these references.", `Make the rows that they name in "${references}".`],
  };
}

/** Judges that the references of a column become rows of their own: each must name a row. */
export async function gradeLinks(context: Context, change: ChangeOf<"fillLinks">): Promise<Verdict> {
  const { table, owner, column } = change;
  const rows = await sizeOf(context, owner.name);
  const target = table.foreignKeys.find((key) => key.column === table.primaryKey.columns[1])?.references;
  const from = relation(context, owner.name);
  const value = `r.${identifier(column)}`;
  const missing = target === undefined ? undefined : withoutTarget(context, target, value);
  if (rows > 0 && from !== undefined && target !== undefined && missing !== undefined) {
    const found = await countsOf(context, owner, { from: `${from} r`, condition: missing, id: "r.id" });
    if (found.count > 0) return refused(orphansRefusal({ table: owner, column, references: target }, found));
  }
  const warning = `"${table.name}" gets the references of "${owner.name}"."${column}" as they are at that moment: what an earlier release writes there afterwards stays there.`;
  return allowed({ change, hazard: pace(rows), rows, online: rows > onlineRows }, rows > 0 ? [warning] : []);
}
