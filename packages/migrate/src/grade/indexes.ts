import type { Index, OptionsCheck, Table } from "@lucent/core";

import type { Refusal } from "../model/refusal.ts";
import { optionsTest } from "../options.ts";
import { identifier } from "../quote.ts";
import { type ChangeOf, type Context, placeOf, source, type Verdict } from "./context.ts";
import { groupsOf, groupsText } from "./groups.ts";
import { list, objecting, objectingAlone, rowsText } from "./rows.ts";
import { judged } from "./rule.ts";

/** Judges an index: rows may be the same where it is unique, or too long for it. */
export function gradeIndex(
  context: Context,
  change: ChangeOf<"createIndex"> | ChangeOf<"replaceIndex">,
): Promise<Verdict> {
  const { table, index } = change;
  const columns = [...index.columns.map(({ name }) => name), ...(index.words ?? [])];
  const isReady = change.kind === "replaceIndex" && change.next?.ready === true;
  const ask = async (): Promise<Refusal | undefined> =>
    isReady ? undefined : unfitRows(context, table, index);
  return judged(context, change, { table, columns, ask });
}

/** Judges a check of a field's options. */
export function gradeCheck(
  context: Context,
  change: ChangeOf<"addCheck"> | ChangeOf<"replaceCheck">,
): Promise<Verdict> {
  const { table, check } = change;
  const isProved = change.kind === "replaceCheck" && change.next?.validated === true;
  const ask = async (): Promise<Refusal | undefined> =>
    isProved ? undefined : violations(context, table, check);
  return judged(context, change, { table, columns: [check.column], ask });
}

/** What rows have against the indexes and checks of a column, which it gets once it is there. */
export async function brokenRules(
  context: Context,
  table: Table,
  column: string,
): Promise<readonly Refusal[]> {
  const found: (Refusal | undefined)[] = [];
  for (const index of table.indexes)
    if (index.columns.some(({ name }) => name === column)) found.push(await unfitRows(context, table, index));
  for (const check of table.checks)
    if (check.column === column) found.push(await violations(context, table, check));
  return found.filter((refusal) => refusal !== undefined);
}

async function unfitRows(context: Context, table: Table, index: Index): Promise<Refusal | undefined> {
  return (await duplicates(context, table, index)) ?? (await tooLong(context, table, index));
}

/** Which rows would be the same in a unique index. */
async function duplicates(context: Context, table: Table, index: Index): Promise<Refusal | undefined> {
  const from = source(context, table, { isAlone: true });
  if (!index.unique || from === undefined) return undefined;
  const keys = index.columns.map(({ name }) => `s.${identifier(name)}`);
  const picked = index.whereNull === undefined ? [] : [`s.${identifier(index.whereNull)} is null`];
  const { count, samples } = await groupsOf(context, table, { from, keys, picked });
  if (count === 0) return undefined;
  const names = list(index.columns.map(({ name }) => name));
  return {
    code: "DUPLICATES",
    object: placeOf(table.name, index.name),
    message: `Unique index "${index.name}" can't be built: "${table.name}" has ${groupsText(count)} with the same ${names} each.`,
    count,
    samples,
    ways: ["Make the values different.", "Take unique from the field."],
  };
}

/** Types whose values may be longer than a key of a btree can be; all others are short. */
const longTypes: readonly string[] = ["text", "text[]", "jsonb"];

// A third of a page, less what a key needs for itself. Values are stored as short as an index would make them.
const keyBytes = 2_680;

async function tooLong(context: Context, table: Table, index: Index): Promise<Refusal | undefined> {
  if (index.method === "gin") return undefined;
  const names = new Set(index.columns.map(({ name }) => name));
  const long = table.columns.filter(({ name, type }) => names.has(name) && longTypes.includes(type));
  if (long.length === 0) return undefined;
  const picked = index.whereNull === undefined ? "" : `s.${identifier(index.whereNull)} is null and `;
  const size = long
    .map(({ name }) => `coalesce(pg_catalog.pg_column_size(s.${identifier(name)}), 0)`)
    .join(" + ");
  const found = await objectingAlone(context, table, `${picked}${size} > ${keyBytes}`);
  if (found.count === 0) return undefined;
  return {
    code: "LIMIT",
    object: placeOf(table.name, index.name),
    message: `Index "${index.name}" can't be built: ${rowsText(found.count)} of "${table.name}" have a ${list([...names])} that is too long for a key.`,
    ...found,
    ways: ["Shorten these values.", "Leave the field without an index."],
  };
}

/** Which rows hold something else than a field's options. */
export async function violations(
  context: Context,
  table: Table,
  check: OptionsCheck,
): Promise<Refusal | undefined> {
  const found = await objecting(context, table, `not (${optionsTest(check, table)})`);
  if (found.count === 0) return undefined;
  return {
    code: "CHECK_VIOLATED",
    object: placeOf(table.name, check.column),
    message: `"${table.name}"."${check.column}" holds something else than the options that ${table.owner} lists in ${rowsText(found.count)}.`,
    ...found,
    ways: ["Change these values to one of the options.", "List what they hold as options, too."],
  };
}
