import type { ColumnType } from "@lucent/core";

import { literal } from "./quote.ts";
import { type SpelledType, spelledType } from "./type-changes/spelled-type.ts";

/** SQL over the SQL of one value of the old type, which is a name or in brackets. */
export type ValueSql = (value: string) => string;

/** What values can have against a change of type. Nulls never have anything against it. */
export type Obstacle =
  /** The condition of a value that would be cut or rounded, or that the new type does not take. */
  | { readonly kind: "LOSSY_CAST" | "CAST_FAILS"; readonly affected: ValueSql }
  /** An expression that fails for a value that the new type does not take, where the server has no question for it. */
  | { readonly kind: "CAST_FAILS"; readonly attempt: ValueSql };

/** How a column gets another type. */
export type TypeChange =
  /** Nothing makes a value of the one out of a value of the other: only the application's author can say what does. */
  | { readonly verdict: "impossible" }
  | {
      /** Whether the rows stay as they are, or are all written anew under a lock. */
      readonly verdict: "none" | "rewrite";
      /** Makes the new value, where the server's own assignment does not, or not exactly. */
      readonly using?: ValueSql;
      /** Asked in their order, each only when none of those before applies. */
      readonly obstacles: readonly Obstacle[];
      /** Blanks at the end, which the old type adds by itself, are gone afterwards. */
      readonly trims?: true;
    };

type Possible = Exclude<TypeChange, { readonly verdict: "impossible" }>;

const impossible: TypeChange = { verdict: "impossible" };
const unchanged: TypeChange = { verdict: "none", obstacles: [] };
const rewritten: Possible = { verdict: "rewrite", obstacles: [] };

const texts = ["text", "character varying", "character", "bpchar"];
/** Decimal digits that always fit. */
const wholes: ReadonlyMap<string, number> = new Map([
  ["smallint", 5],
  ["integer", 10],
  ["bigint", 19],
]);
const floats = ["real", "double precision"];

const isText = (from: SpelledType): boolean => texts.includes(from.name) && !from.list;
const isPadded = ({ name }: SpelledType): boolean => name === "character" || name === "bpchar";
const isWhole = ({ name, list }: SpelledType): boolean => wholes.has(name) && !list;
const isFloat = ({ name, list }: SpelledType): boolean => floats.includes(name) && !list;
const isNumeric = ({ name, list }: SpelledType): boolean => name === "numeric" && !list;

/**
 * How a column of one type becomes one of another. Pure. Assumes a session with `TimeZone` UTC, in which a timestamp
 * without a zone is the same instant as one with.
 * @param from As `format_type` spells it.
 * @param server `server_version_num`.
 */
export function typeChange(from: string, to: ColumnType, server: number): TypeChange {
  if (from === to) return unchanged;
  const source = spelledType(from);
  const target = spelledType(to);
  switch (target.list ? "list" : target.name) {
    case "list":
      return toTexts(source);
    case "text":
      return toText(source);
    case "integer":
    case "bigint":
      return toWhole(source, to, server);
    case "double precision":
      return toDouble(source, server);
    case "numeric":
      return toNumeric(source, { target, server });
    case "boolean":
      return toBoolean(source);
    case "uuid":
      return isText(source) ? parsed(to, server) : impossible;
    case "jsonb":
      return toJson(source, server);
    default:
      return toTimestamp(source, to, server);
  }
}

function toText(source: SpelledType): TypeChange {
  if (isPadded(source) && !source.list) return { ...rewritten, trims: true };
  if (isText(source)) return unchanged;
  if (!source.list) return rewritten;
  if (!texts.includes(source.name)) return impossible;
  const member: ValueSql = (value) => `(${value})[pg_catalog.array_lower(${value}, 1)]`;
  const affected: ValueSql = (value) =>
    `pg_catalog.cardinality(${value}) > 1 or pg_catalog.array_ndims(${value}) > 1`;
  return { ...rewritten, using: member, obstacles: [{ kind: "LOSSY_CAST", affected }] };
}

function toTexts(source: SpelledType): TypeChange {
  if (source.list) return { ...rewritten, using: (value) => `${value}::text[]` };
  if (!isText(source)) return impossible;
  const using: ValueSql = (value) => `case when ${value} is not null then array[${value}::text] end`;
  return { ...rewritten, using, ...(isPadded(source) ? { trims: true } : {}) };
}

function toWhole(source: SpelledType, to: ColumnType, server: number): TypeChange {
  const outside: ValueSql =
    to === "integer"
      ? (value) => `(${value} < -2147483648 or ${value} >= 2147483648)`
      : (value) => `(${value} < -9223372036854775808 or ${value} >= 9223372036854775808)`;
  if (isText(source)) return parsed(to, server);
  if (source.name === "boolean" && !source.list)
    return { ...rewritten, using: (value) => `${value}::integer` };
  if (isWhole(source)) {
    const fits = (wholes.get(source.name) ?? 0) <= (wholes.get(to) ?? 0);
    return fits ? rewritten : { ...rewritten, obstacles: [{ kind: "LOSSY_CAST", affected: outside }] };
  }
  if (!isFloat(source) && !isNumeric(source)) return impossible;
  const affected: ValueSql = (value) => `${value} <> pg_catalog.trunc(${value}) or ${outside(value)}`;
  return { ...rewritten, obstacles: [{ kind: "LOSSY_CAST", affected }] };
}

function toDouble(source: SpelledType, server: number): TypeChange {
  if (isText(source)) {
    // A double may be spelled as numeric can't, in hexadecimal, and the second question needs a numeric.
    const isBoth = readable(["double precision", "numeric"], server);
    return {
      ...rewritten,
      using: (value) => `${value}::text::double precision`,
      obstacles: [isBoth, { kind: "LOSSY_CAST", affected: losesDigits }],
    };
  }
  if (isNumeric(source)) return { ...rewritten, obstacles: [{ kind: "LOSSY_CAST", affected: leavesDouble }] };
  if (source.name === "bigint" && isWhole(source)) {
    const affected: ValueSql = (value) => `${value} not between -9007199254740992 and 9007199254740992`;
    return { ...rewritten, obstacles: [{ kind: "LOSSY_CAST", affected }] };
  }
  return isWhole(source) || isFloat(source) ? rewritten : impossible;
}

/** By way of text, because the server's own cast of a double to numeric keeps 15 digits only. */
const losesDigits: ValueSql = (value) =>
  `${value}::text::numeric <> ${value}::text::double precision::text::numeric`;

const leavesDouble: ValueSql = (value) =>
  `case when ${value} = 0 or pg_catalog.abs(${value}) between 1e-300 and 1e300 then ${losesDigits(value)}
    else ${value} not in ('NaN', 'Infinity', '-Infinity') end`;

interface NumericTarget {
  readonly target: SpelledType;
  readonly server: number;
}

function toNumeric(source: SpelledType, { target, server }: NumericTarget): TypeChange {
  const [precision, scale = 0] = target.arguments;
  const limited = (value: ValueSql): readonly Obstacle[] =>
    precision === undefined
      ? []
      : [{ kind: "LOSSY_CAST", affected: (old) => beyond(value(old), precision, scale) }];
  if (isText(source)) {
    const using: ValueSql = (value) => `${value}::text::numeric`;
    return { ...rewritten, using, obstacles: [readable(["numeric"], server), ...limited(using)] };
  }
  if (isFloat(source)) {
    const using: ValueSql = (value) => `${value}::text::numeric`;
    return { ...rewritten, using, obstacles: limited(using) };
  }
  if (isWhole(source)) {
    const fits = precision === undefined || precision - scale >= (wholes.get(source.name) ?? 0);
    return fits ? rewritten : { ...rewritten, obstacles: limited((value) => `${value}::numeric`) };
  }
  return isNumeric(source)
    ? betweenNumerics(
        source,
        target,
        limited((value) => value),
      )
    : impossible;
}

function betweenNumerics(source: SpelledType, target: SpelledType, limited: readonly Obstacle[]): TypeChange {
  const [before, scaleBefore = 0] = source.arguments;
  const [after, scaleAfter = 0] = target.arguments;
  if (after === undefined) return unchanged;
  if (before === undefined) return { ...rewritten, obstacles: limited };
  if (scaleAfter === scaleBefore && after >= before) return unchanged;
  const holds = scaleAfter >= scaleBefore && after - scaleAfter >= before - scaleBefore;
  return holds ? rewritten : { ...rewritten, obstacles: limited };
}

/** A number with more digits than the column takes, before or behind the point. */
function beyond(value: string, precision: number, scale: number): string {
  const rounded = `pg_catalog.round(${value}, ${scale})`;
  return `${value} <> 'NaN' and (${value} <> ${rounded} or pg_catalog.abs(${rounded}) >= 1e${precision - scale})`;
}

function toBoolean(source: SpelledType): TypeChange {
  if (!isWhole(source)) return impossible;
  const affected: ValueSql = (value) => `${value} not in (0, 1)`;
  return { ...rewritten, using: (value) => `${value} <> 0`, obstacles: [{ kind: "LOSSY_CAST", affected }] };
}

const jsonLike = ["boolean", "uuid", "date", "timestamp with time zone", "timestamp without time zone"];

function toJson(source: SpelledType, server: number): TypeChange {
  if (isText(source) || (source.name === "json" && !source.list)) return parsed("jsonb", server);
  const isKnown = isWhole(source) || isFloat(source) || isNumeric(source) || jsonLike.includes(source.name);
  if (!isKnown && !(source.list && texts.includes(source.name))) return impossible;
  return { ...rewritten, using: (value) => `pg_catalog.to_jsonb(${value})` };
}

function toTimestamp(source: SpelledType, to: ColumnType, server: number): TypeChange {
  if (isText(source)) {
    const change = parsed(to, server);
    const affected: ValueSql = (value) => `${value}::text::timestamp with time zone <> ${value}::text::${to}`;
    return { ...change, obstacles: [...change.obstacles, { kind: "LOSSY_CAST", affected }] };
  }
  if (source.list) return impossible;
  if (source.name === "date") {
    const affected: ValueSql = (value) => `pg_catalog.isfinite(${value}) and ${value} > date '294275-12-31'`;
    return { ...rewritten, obstacles: [{ kind: "CAST_FAILS", affected }] };
  }
  if (!source.name.startsWith("timestamp")) return impossible;
  const [precision = 6] = source.arguments;
  if (precision <= 3) return source.name === "timestamp with time zone" ? unchanged : rewritten;
  const affected: ValueSql = (value) => `${value} <> ${value}::${to}`;
  return { ...rewritten, obstacles: [{ kind: "LOSSY_CAST", affected }] };
}

/** A text is read as the new type reads its input. */
function parsed(to: ColumnType, server: number): Possible {
  return { ...rewritten, using: (value) => `${value}::text::${to}`, obstacles: [readable([to], server)] };
}

/** The obstacle of a text that one of the types does not take. */
function readable(types: readonly ColumnType[], server: number): Obstacle {
  if (server < 160_000) {
    const casts = (value: string): string => types.map((type) => `${value}::text::${type}`).join(", ");
    return { kind: "CAST_FAILS", attempt: (value) => `row(${casts(value)})` };
  }
  const isInput = (value: string): string =>
    types.map((type) => `pg_catalog.pg_input_is_valid(${value}::text, ${literal(type)})`).join(" and ");
  return { kind: "CAST_FAILS", affected: (value) => `not (${isInput(value)})` };
}
