import type { Column, Table } from "@lucent/core";

import type { Refusal } from "../model/refusal.ts";
import { identifier } from "../quote.ts";
import { type Obstacle, type TypeChange, typeChange, type ValueSql } from "../type-changes.ts";
import { type Attempt, failuresOf } from "./attempts.ts";
import { type Context, placeOf, relation } from "./context.ts";
import { countsOf, hasSamples, numberOf, type Objection, rowsText } from "./rows.ts";

/** A column that gets another type, by its present name. */
export interface Conversion {
  readonly table: Table;
  readonly column: Column;
  /** The name that it has now. */
  readonly name: string;
  readonly from: string;
  /** Whether the values are written beside each other: a conversion knows no other column then. */
  readonly isBeside?: true;
}

/** How it is done, or why not. */
export type Conversions =
  | { readonly refusals: readonly Refusal[] }
  | {
      readonly refusals: undefined;
      readonly rewrites: boolean;
      readonly using: ValueSql | undefined;
      /** The condition of values that would be cut, to be asked again under the lock. */
      readonly loses: ValueSql | undefined;
      readonly trims: boolean;
    };

/**
 * Looks for values that another type would cut or does not take. A conversion that the application's author declared
 * counts for more than what the engine would do, may lose what it likes, and only must not fail.
 */
export async function convert(context: Context, conversion: Conversion): Promise<Conversions> {
  const { table, column, from } = conversion;
  const declared = context.decisions.conversions.get(placeOf(table.name, column.name));
  if (declared !== undefined)
    return attempted(context, conversion, (value) => `(${declared(value)})::${column.type}`);
  const change = typeChange(from, column.type, context.live.server);
  if (change.verdict === "impossible") return undeclared(context, conversion);
  for (const obstacle of change.obstacles) {
    const objection = await objectionOf(context, conversion, obstacle);
    if (objection.count > 0) return { refusals: [refusal(conversion, obstacle.kind, objection)] };
  }
  return {
    refusals: undefined,
    rewrites: change.verdict === "rewrite",
    using: change.using,
    loses: losing(change),
    trims: change.trims === true,
  };
}

function losing({
  obstacles,
}: Exclude<TypeChange, { readonly verdict: "impossible" }>): ValueSql | undefined {
  const [condition] = obstacles.flatMap((obstacle) =>
    obstacle.kind === "LOSSY_CAST" ? [obstacle.affected] : [],
  );
  return condition;
}

async function objectionOf(context: Context, at: Conversion, obstacle: Obstacle): Promise<Objection> {
  const from = relation(context, at.table.name);
  if (from === undefined) return { count: 0, samples: [] };
  const value = `r.${identifier(at.name)}`;
  if ("affected" in obstacle)
    return countsOf(context, at.table, {
      from: `${from} r`,
      condition: obstacle.affected(value),
      id: "r.id",
    });
  return failuresOf(context.runner, {
    relation: from,
    expression: obstacle.attempt(identifier(at.name)),
    key: keyOf(context, at.table),
  });
}

function keyOf(context: Context, table: Table): string {
  return hasSamples(context, table) ? "r.id::text" : "null::text";
}

async function attempted(context: Context, at: Conversion, using: ValueSql): Promise<Conversions> {
  const from = relation(context, at.table.name);
  if (from === undefined)
    return { refusals: undefined, rewrites: true, using, loses: undefined, trims: false };
  const name = identifier(at.name);
  const attempt: Attempt = {
    relation: from,
    expression: using(name),
    key: keyOf(context, at.table),
    ...(at.isBeside === true ? { only: name } : {}),
  };
  const { count, samples, broken } = await failuresOf(context.runner, attempt);
  if (broken !== undefined)
    return { refusals: [broken === "query" ? queryRefusal(at) : brokenRefusal(at, broken)] };
  return count === 0
    ? { refusals: undefined, rewrites: true, using, loses: undefined, trims: false }
    : { refusals: [refusal(at, "CAST_FAILS", { count, samples })] };
}

/** Where there is no value, there is none to convert; one that comes in between makes the cast fail, or is read as text. */
async function undeclared(context: Context, at: Conversion): Promise<Conversions> {
  const from = relation(context, at.table.name);
  const value = `r.${identifier(at.name)}`;
  const filled =
    from === undefined
      ? 0
      : await numberOf(context, `select from ${from} r where ${value} is not null limit 1`);
  if (filled === 0) {
    const using: ValueSql = (old) => `${old}::text::${at.column.type}`;
    return { refusals: undefined, rewrites: true, using, loses: undefined, trims: false };
  }
  return {
    refusals: [
      {
        code: "UNSUPPORTED",
        object: placeOf(at.table.name, at.column.name),
        message: `"${at.table.name}"."${at.column.name}" is ${at.from}, and nothing makes ${at.column.type} out of that by itself.`,
        ways: waysOf(at),
      },
    ],
  };
}

function refusal(at: Conversion, code: Obstacle["kind"], { count, samples }: Objection): Refusal {
  const problem =
    code === "LOSSY_CAST"
      ? `that ${at.column.type} would cut or round`
      : `that ${at.column.type} does not take`;
  return {
    code,
    object: placeOf(at.table.name, at.column.name),
    message: `"${at.table.name}"."${at.column.name}" is ${at.from} and has ${rowsText(count)} with a value ${problem}.`,
    count,
    samples,
    ways: ["Correct those values first.", ...waysOf(at)],
  };
}

function brokenRefusal(at: Conversion, state: string): Refusal {
  return {
    code: "CAST_FAILS",
    object: placeOf(at.table.name, at.column.name),
    message: `The conversion that is declared for "${at.table.name}"."${at.column.name}" is no SQL that makes ${at.column.type} out of ${at.from} (SQLSTATE ${state}).`,
    ways: ["Correct the conversion."],
  };
}

function queryRefusal({ table, column }: Conversion): Refusal {
  const place = placeOf(table.name, column.name);
  return {
    code: "UNSUPPORTED",
    object: place,
    message: `The conversion that is declared for "${table.name}"."${column.name}" is a query, or has one in it, and Postgres takes none there.`,
    ways: ["Write it without select: a function may ask what it likes."],
  };
}

function waysOf({ table, column, from }: Conversion): readonly string[] {
  return [
    `Declare a conversion for "${placeOf(table.name, column.name)}" that says what each value becomes.`,
    `Give the field back a type that is stored as ${from}.`,
  ];
}
