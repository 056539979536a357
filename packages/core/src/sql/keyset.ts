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

/** The ORDER BY of a sort. Nulls come last ascending and first descending, which is what Postgres does by itself. */
export function orderSql(sort: readonly SortField[]): string {
  return sort
    .map(({ field, descending }) => `t.${quote(field.column)} ${descending ? "desc" : "asc"}`)
    .join(", ");
}

/**
 * Rows that come after the one whose sort values are given. One row comparison where the keys allow it, since an index
 * range can serve that whatever the depth; else the lexicographic expansion, behind a bound on the first key.
 */
export function afterSql(sort: readonly SortField[], values: readonly CursorValue[], to: Writer): string {
  const keys = sort.map(({ field, descending }, at) => ({
    column: `t.${quote(field.column)}`,
    descending,
    nullable: field.nullable,
    type: comparedType(field.kind),
    value: values[at] ?? null,
  }));
  const [first] = keys;
  if (first === undefined) return "false";
  if (keys.every((key) => !key.nullable && key.descending === first.descending))
    return rowComparison(keys, to);
  return lexicographic(keys, to);
}

function rowComparison(keys: readonly Key[], to: Writer): string {
  const columns = keys.map(({ column }) => column).join(", ");
  const values = keys.map(({ value, type }) => to.bind(value, type)).join(", ");
  return `(${columns}) ${keys[0]?.descending === true ? "<" : ">"} (${values})`;
}

function lexicographic(keys: readonly Key[], to: Writer): string {
  const alternatives: string[] = [];
  const equal: string[] = [];
  for (const key of keys) {
    const beyond = beyondKey(key, to);
    if (beyond !== undefined) alternatives.push([...equal, beyond].join(" and "));
    equal.push(
      key.value === null ? `${key.column} is null` : `${key.column} = ${to.bind(key.value, key.type)}`,
    );
  }
  return `(${alternatives.map((each) => `(${each})`).join(" or ")})`;
}

/** Strictly after one key's value, or `undefined` where nothing is. */
function beyondKey({ column, descending, nullable, type, value }: Key, to: Writer): string | undefined {
  if (value === null) return descending ? `${column} is not null` : undefined;
  if (descending) return `${column} < ${to.bind(value, type)}`;
  const greater = `${column} > ${to.bind(value, type)}`;
  return nullable ? `(${greater} or ${column} is null)` : greater;
}
