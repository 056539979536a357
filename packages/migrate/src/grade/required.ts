import type { Column, Table } from "@lucent/core";

import { type Hazard, onlineRows } from "../model/graded.ts";
import type { Refusal } from "../model/refusal.ts";
import { identifier } from "../quote.ts";
import { collisions } from "./collisions.ts";
import {
  allowed,
  type ChangeOf,
  type Context,
  defaultSql,
  nothing,
  placeOf,
  refused,
  sizeOf,
  type Verdict,
} from "./context.ts";
import { brokenChecks } from "./foreign-checks.ts";
import { type Objection, objecting, rowsText } from "./rows.ts";

interface At {
  readonly table: Table;
  readonly column: Column;
}

/** Judges a new column: rows that are there already must get a value where one is required. */
export async function gradeNewColumn(context: Context, change: ChangeOf<"addColumn">): Promise<Verdict> {
  const { table, column } = change;
  if (!needsValues(column)) return allowed({ change, hazard: "safe", rows: undefined, online: false });
  const rows = await sizeOf(context, table.name);
  if (rows === 0) return allowed({ change, hazard: "safe", rows, online: false });
  if (column.default === undefined) return refused(await missingValues(context, change));
  return allowed({ change, hazard: pace(rows), rows, online: rows > onlineRows, backfill: true });
}

/** Whether a new column can't simply be added where there are rows: each needs a value of its own, or there is none. */
export function needsValues(column: Column): boolean {
  return column.default === undefined ? !column.nullable : defaultSql(column) === undefined;
}

async function missingValues(context: Context, { table, column }: At): Promise<Refusal> {
  const rows = await objecting(context, table, "true");
  const place = placeOf(table.name, column.name);
  return {
    code: "NULLS_PRESENT",
    object: place,
    message: `"${table.name}"."${column.name}" is required and has no default, and "${table.name}" has ${rowsText(rows.count)} that would be without a value.`,
    ...rows,
    ways: [
      "Give the field a default: all rows get it.",
      "Add the field without required, fill it, and require it in a later release.",
      "Leave the field optional.",
    ],
  };
}

/** Judges the rest of what an interrupted run began. */
export async function gradeFill(context: Context, change: ChangeOf<"fillColumn">): Promise<Verdict> {
  const rows = await sizeOf(context, change.table.name);
  fillsFrom(context, change);
  const bad = await objections(context, change);
  return bad.length > 0
    ? refused(...bad)
    : allowed({ change, hazard: pace(rows), rows, online: rows > onlineRows, backfill: true });
}

/** Judges NOT NULL on a column with rows. */
export async function gradeNotNull(context: Context, change: ChangeOf<"setNotNull">): Promise<Verdict> {
  const { table, column, leftover } = change;
  const place = placeOf(table.name, column.name);
  if (context.unsettled.has(place)) return nothing;
  const rows = await sizeOf(context, table.name);
  const graded = { change, hazard: pace(rows), rows, online: rows > onlineRows };
  if (leftover?.validated === true) return allowed(graded);
  const nulls = await objecting(context, table, `s.${identifier(column.name)} is null`);
  if (nulls.count === 0 || isBeingFilled(context, change)) return allowed(graded);
  if (column.default === undefined || !context.decisions.backfill.has(place))
    return refused(nullsRefusal(change, nulls));
  fillsFrom(context, change);
  const bad = await objections(context, change);
  return bad.length > 0 ? refused(...bad) : allowed({ ...graded, backfill: true });
}

/** What is there already and stands in the way of the values that empty rows are to get. */
async function objections(context: Context, at: At): Promise<readonly Refusal[]> {
  return [...(await collisions(context, at)), ...(await brokenChecks(context, at))];
}

function isBeingFilled({ difference }: Context, { table, column }: At): boolean {
  return difference.changes.some(
    (change) =>
      change.kind === "fillColumn" && change.table.name === table.name && change.column.name === column.name,
  );
}

/** From here on, empty rows of the column count as filled. */
function fillsFrom({ values, difference }: Context, { table, column }: At): void {
  const fallback = defaultSql(column);
  const name = difference.names.column(table.name, column.name);
  if (fallback === undefined || name === undefined) return;
  const place = placeOf(table.name, column.name);
  values.set(place, `coalesce(${values.get(place) ?? `r.${identifier(name)}`}, ${fallback})`);
}

/** Says which rows of a required column are empty. */
export function nullsRefusal({ table, column }: At, nulls: Objection): Refusal {
  const place = placeOf(table.name, column.name);
  return {
    code: "NULLS_PRESENT",
    object: place,
    message: `"${table.name}"."${column.name}" is required, and ${rowsText(nulls.count)} of "${table.name}" would have no value in it.`,
    ...nulls,
    ways: [
      column.default === undefined
        ? `Give the field a default, and fill the empty rows with it by --backfill ${place}.`
        : `Fill the empty rows with the field's default by --backfill ${place}.`,
      "Fill the empty rows with a data migration of an earlier release.",
      "Leave the field optional.",
    ],
  };
}

/** A default goes, which code of an earlier release may count on. */
export function gradeDropDefault(change: ChangeOf<"dropDefault">): Verdict {
  const { table, column } = change;
  const warning = `"${table.name}"."${column.name}" is required and loses its default: code that leaves it out, such as an earlier release, can't insert any more.`;
  return allowed(
    { change, hazard: "safe", rows: undefined, online: false },
    column.nullable ? [] : [warning],
  );
}

/** What a check, a build or a fill costs. */
export function pace(rows: number): Hazard {
  return rows > onlineRows ? "slow" : "safe";
}
