import { type ForeignKey, type Index, type OptionsCheck, searchVector } from "@lucent/core";

import type { LiveConstraint, LiveIndex } from "../model/live.ts";
import { spelling } from "../spelling.ts";
import { liveColumn, type Match } from "./match.ts";

/** A table that is there, and what its columns are called now. */
export type Place = Pick<Match, "table" | "found" | "columns">;

/** Whether two lists hold the same in the same order. */
export function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((each, at) => each === right[at]);
}

/**
 * The names that columns have now; `undefined` as soon as one of them is not there, since nothing that is there can be
 * about it then.
 */
export function namesNow({ columns }: Place, names: readonly string[]): readonly string[] | undefined {
  const now = names.flatMap((name) => columns.get(name) ?? []);
  return now.length === names.length ? now : undefined;
}

/** Whether an index is the one asked for, whatever it is called. One that was never finished is none. */
export function isSameIndex(match: Place, wanted: Index, found: LiveIndex): boolean {
  const { columns, unique, method = "btree", words, whereNull } = wanted;
  const keys = namesNow(
    match,
    columns.map(({ name }) => name),
  );
  const texts = namesNow(match, words ?? []);
  const condition = namesNow(match, whereNull === undefined ? [] : [whereNull]);
  if (keys === undefined || texts === undefined || condition === undefined) return false;
  const [nullable] = condition;
  return (
    found.valid &&
    found.plain &&
    found.unique === unique &&
    found.method === method &&
    isSameExpression(words === undefined ? undefined : searchVector(texts), found.expression) &&
    isSameExpression(nullable === undefined ? undefined : `${nullable} is null`, found.predicate) &&
    found.columns.length === columns.length &&
    columns.every(({ descending }, at) => {
      const other = found.columns[at];
      return other?.name === keys[at] && other?.descending === descending;
    })
  );
}

function isSameExpression(wanted: string | undefined, found: string | undefined): boolean {
  if (wanted === undefined || found === undefined) return wanted === found;
  return spelling(wanted) === spelling(found);
}

/** Whether a check is the one asked for, whatever it is called, and whether or not it was validated. */
export function isSameCheck(match: Place, { column, options }: OptionsCheck, found: LiveConstraint): boolean {
  const now = match.columns.get(column);
  return (
    found.kind === "c" &&
    found.plain &&
    now !== undefined &&
    isSameList(found.columns, [now]) &&
    isSameForm(match, column) &&
    found.options !== undefined &&
    found.options.every((each) => options.includes(each)) &&
    options.every((each) => found.options?.includes(each))
  );
}

/** A check on a text says something else than one on a list of texts, although it lists the same options. */
function isSameForm(match: Place, name: string): boolean {
  const column = match.table.columns.find((each) => each.name === name);
  if (column === undefined) return false;
  return (liveColumn(match, column)?.type === "text[]") === (column.type === "text[]");
}

const deleteActions = { restrict: "r", "set null": "n", cascade: "c" } as const satisfies Record<
  ForeignKey["onDelete"],
  string
>;

/** From the name of a table as it should be to the one that it has now. */
export type TableNow = (name: string) => string | undefined;

/** Whether a foreign key is the one asked for, whatever it is called, and whether or not it was validated. */
export function isSameForeignKey(
  { columns }: Place,
  wanted: ForeignKey & { readonly target: string | undefined },
  found: LiveConstraint,
): boolean {
  const now = columns.get(wanted.column);
  return (
    found.kind === "f" &&
    found.plain &&
    now !== undefined &&
    isSameList(found.columns, [now]) &&
    wanted.target !== undefined &&
    found.references?.table === wanted.target &&
    found.references.column === "id" &&
    found.onDelete === deleteActions[wanted.onDelete]
  );
}
