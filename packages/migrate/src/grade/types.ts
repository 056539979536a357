import type { Table } from "@lucent/core";

import { type Hazard, onlineRows, rewriteRows } from "../model/graded.ts";
import type { Refusal } from "../model/refusal.ts";
import { identifier } from "../quote.ts";
import { collisions } from "./collisions.ts";
import {
  allowed,
  type ChangeOf,
  type Context,
  liveTable,
  placeOf,
  refused,
  relation,
  sizeOf,
  type Verdict,
} from "./context.ts";
import { type Conversion, type Conversions, convert } from "./conversions.ts";
import { brokenRules } from "./indexes.ts";
import { nullsRefusal } from "./required.ts";
import { countsOf, type Objection, objecting, rowsText } from "./rows.ts";

type Possible = Exclude<Conversions, { readonly refusals: readonly Refusal[] }>;

/** Judges a change of type, and lets the questions after it see the new values. */
export async function gradeType(context: Context, change: ChangeOf<"changeType">): Promise<Verdict> {
  const { table, column, from } = change;
  const place = placeOf(table.name, column.name);
  const name = context.difference.names.column(table.name, column.name) ?? column.name;
  const conversions = await convert(context, { table, column, name, from });
  if (conversions.refusals !== undefined) {
    context.unsettled.add(place);
    return refused(...conversions.refusals);
  }
  const present = identifier(name);
  context.values.set(place, `(${conversions.using?.(present) ?? present})::${column.type}`);
  const bad = [
    ...(await emptiedRefusals(context, change)),
    ...(conversions.using === undefined ? [] : await collisions(context, change)),
  ];
  if (bad.length > 0) {
    context.unsettled.add(place);
    return refused(...bad);
  }
  const rows = await sizeOf(context, table.name);
  if (conversions.rewrites && rows > rewriteRows && !context.decisions.rewrite.has(place))
    return refused(tooLarge(change, rows));
  const hazard: Hazard = conversions.rewrites ? "rewrite" : "safe";
  return allowed(
    { change, hazard, rows, online: rows > onlineRows, ...expressions(conversions, identifier(column.name)) },
    conversions.trims
      ? [`Blanks at the end of the values of "${place}" go: ${from} adds them by itself.`]
      : [],
  );
}

/** A conversion may make nulls out of values; whether they stand in the way of a new NOT NULL is asked there. */
async function emptiedRefusals(
  context: Context,
  { table, column }: ChangeOf<"changeType">,
): Promise<readonly Refusal[]> {
  const isRequired = context.difference.changes.some(
    (other) =>
      other.kind === "setNotNull" && other.table.name === table.name && other.column.name === column.name,
  );
  if (column.nullable || isRequired) return [];
  const nulls = await objecting(context, table, `s.${identifier(column.name)} is null`);
  return nulls.count === 0 ? [] : [nullsRefusal({ table, column }, nulls)];
}

function expressions(
  { using, loses }: Possible,
  column: string,
): { readonly using?: string; readonly loses?: string } {
  return {
    ...(using === undefined ? {} : { using: using(column) }),
    ...(loses === undefined ? {} : { loses: loses(column) }),
  };
}

function tooLarge({ table, column, from }: ChangeOf<"changeType">, rows: number): Refusal {
  const place = placeOf(table.name, column.name);
  return {
    code: "REWRITE_TOO_LARGE",
    object: place,
    message: `To make ${column.type} out of ${from} in "${table.name}"."${column.name}", all rows of "${table.name}" would be written anew while nobody can read them.`,
    count: rows,
    ways: [
      `Allow it with --rewrite ${place}, in a quiet hour.`,
      `Go by way of a second column with --expand ${place}: nobody waits, and a later run ends it.`,
    ],
  };
}

/** First phase of a change without downtime. */
export async function gradeExpand(context: Context, change: ChangeOf<"expand">): Promise<Verdict> {
  const { table, column, from } = change;
  const place = placeOf(table.name, column.name);
  if (isKey(context, table, from.name)) return refused(keyRefusal(table, column.name));
  const rows = await sizeOf(context, table.name);
  const graded = { change, hazard: "slow", rows, online: rows > onlineRows } as const;
  if (from.next === column.name) {
    context.values.set(place, `r.${identifier(from.name)}`);
    return allowed(graded);
  }
  const conversions = await convert(context, secondColumn(change));
  return conversions.refusals === undefined
    ? allowed({ ...graded, ...expressions(conversions, identifier(from.name)) })
    : refused(...conversions.refusals);
}

function secondColumn({ table, column, from }: ChangeOf<"expand"> | ChangeOf<"contract">): Conversion {
  return { table, column, name: from.name, from: from.type, isBeside: true };
}

function isKey(context: Context, table: Table, column: string): boolean {
  const constraints = liveTable(context, table.name)?.constraints.values() ?? [];
  return [...constraints].some(
    ({ kind, columns }) => (kind === "p" || kind === "f") && columns.includes(column),
  );
}

function keyRefusal(table: Table, column: string): Refusal {
  return {
    code: "UNSUPPORTED",
    object: placeOf(table.name, column),
    message: `"${table.name}"."${column}" is part of a primary or a foreign key, which can't be changed in two phases.`,
    ways: ["Change it in one, without --expand.", "Leave the field as it is."],
  };
}

/** Second phase: only when the two columns agree in every row. */
export async function gradeContract(context: Context, change: ChangeOf<"contract">): Promise<Verdict> {
  const { table, column, from } = change;
  const isRename = from.next === column.name;
  const old = identifier(from.name);
  const conversions = isRename ? undefined : await convert(context, secondColumn(change));
  if (conversions?.refusals !== undefined) return refused(...conversions.refusals);
  const next = `r.${identifier(from.next)}`;
  const expected = isRename ? `r.${old}` : `(${conversions?.using?.(old) ?? old})::${column.type}`;
  const rows = await sizeOf(context, table.name);
  const at = `${relation(context, table.name)} r`;
  const condition = `${next} is distinct from ${expected}`;
  const differing = await countsOf(context, table, { from: at, condition, id: "r.id" });
  if (differing.count > 0) return refused(differingRefusal(change, differing));
  const empty = { from: at, condition: `${next} is null`, id: "r.id" };
  const nulls = column.nullable ? undefined : await countsOf(context, table, empty);
  if (nulls !== undefined && nulls.count > 0) return refused(nullsRefusal(change, nulls));
  context.values.set(placeOf(table.name, column.name), next);
  const broken = isRename ? [] : await brokenRules(context, table, column.name);
  if (broken.length > 0) return refused(...broken);
  return allowed({
    change,
    hazard: "destructive",
    rows,
    online: rows > onlineRows,
    ...(conversions === undefined ? {} : expressions(conversions, old)),
  });
}

function differingRefusal({ table, column, from }: ChangeOf<"contract">, found: Objection): Refusal {
  return {
    code: "DATA_LOSS",
    object: placeOf(table.name, column.name),
    message: `"${table.name}"."${from.name}" holds another value than "${from.next}", which replaces it, in ${rowsText(found.count)}.`,
    ...found,
    ways: [
      "Make the two columns equal in these rows.",
      "Look for what writes past the trigger that keeps them equal.",
    ],
  };
}
