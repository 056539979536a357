import type { SortField } from "../contract/model.ts";
import type { CursorValue } from "../filter/cursor.ts";
import { comparedType } from "./condition.ts";
import { quote, type Writer } from "./writer.ts";

interface Key {
  readonly column: string;
  readonly descending: boolean;
  readonly nullable: boolean;
  readonly type: string;
  readonly value: CursorValue;
}

/** The ORDER BY of a sort, over the table's columns or over a selection that names them after the fields. Nulls come last ascending and first descending, which is what Postgres does by itself. */
export function orderSql(sort: readonly SortField[], by: "column" | "name"): string {
  return sort
    .map(({ field, descending }) => `t.${quote(field[by])} ${descending ? "desc" : "asc"}`)
    .join(", ");
}

/**
 * Rows that come after the one whose sort values are given, as ranges that follow each other in the order of the sort.
 * Each can be served from an index on the sort at a cost that does not depend on how far in it starts: nulls of the
 * first key are a range of their own, since no comparison reaches them.
 */
export function rangesAfter(
  sort: readonly SortField[],
  values: readonly CursorValue[],
  to: Writer,
): readonly string[] {
  const [first, ...rest] = sort.map(({ field, descending }, at) => ({
    column: `t.${quote(field.column)}`,
    descending,
    nullable: field.nullable,
    type: comparedType(field.kind),
    value: values[at] ?? null,
  }));
  if (first === undefined) return ["false"];
  if (first.value === null) {
    const nulls = `${first.column} is null and ${lexicographic(rest, to)}`;
    return first.descending ? [nulls, `${first.column} is not null`] : [nulls];
  }
  const range = beyond([first, ...rest], first, to);
  return first.nullable && !first.descending ? [range, `${first.column} is null`] : [range];
}

/** One row comparison where the keys allow it; else the lexicographic expansion behind a bound on the first key. */
function beyond(keys: readonly Key[], first: Key, to: Writer): string {
  const isPlain = (key: Key): boolean =>
    key.descending === first.descending && (key === first || !key.nullable);
  if (keys.every(isPlain)) {
    const columns = keys.map(({ column }) => column).join(", ");
    const values = keys.map(({ value, type }) => to.bind(value, type)).join(", ");
    return `(${columns}) ${first.descending ? "<" : ">"} (${values})`;
  }
  const bound = `${first.column} ${first.descending ? "<=" : ">="} ${to.bind(first.value, first.type)}`;
  return `${bound} and ${lexicographic(keys, to)}`;
}

function lexicographic(keys: readonly Key[], to: Writer): string {
  const alternatives: string[] = [];
  const equal: string[] = [];
  for (const [at, key] of keys.entries()) {
    const after = afterKey(key, to);
    if (after !== undefined) alternatives.push([...equal, after].join(" and "));
    // Nothing stands behind the last key, and Postgres refuses a parameter that is not used.
    if (at < keys.length - 1) equal.push(equalKey(key, to));
  }
  return `(${alternatives.map((each) => `(${each})`).join(" or ")})`;
}

function equalKey({ column, type, value }: Key, to: Writer): string {
  return value === null ? `${column} is null` : `${column} = ${to.bind(value, type)}`;
}

/** Strictly after one key's value, or `undefined` where nothing is. */
function afterKey({ column, descending, nullable, type, value }: Key, to: Writer): string | undefined {
  if (value === null) return descending ? `${column} is not null` : undefined;
  if (descending) return `${column} < ${to.bind(value, type)}`;
  const greater = `${column} > ${to.bind(value, type)}`;
  return nullable ? `(${greater} or ${column} is null)` : greater;
}
