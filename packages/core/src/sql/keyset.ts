import type { CursorValue } from "../filter/cursor.ts";
import { isNullable, type OrderKey } from "../filter/order.ts";
import { comparedType } from "./condition.ts";
import { keySql } from "./order.ts";
import type { Writer } from "./writer.ts";

interface Key {
  /** Writes the key's expression; each use binds its own values. */
  readonly write: () => string;
  readonly descending: boolean;
  readonly nullable: boolean;
  readonly type: string;
  readonly value: CursorValue;
}

/**
 * Rows that come after the one whose sort values are given, as ranges that follow each other in the order of the sort.
 * Each can be served from an index on the sort at a cost that does not depend on how far in it starts: nulls of the
 * first key are a range of their own, since no comparison reaches them.
 */
export function rangesAfter(
  sort: readonly OrderKey[],
  values: readonly CursorValue[],
  to: Writer,
): readonly string[] {
  const [first, ...rest] = sort.map((key, at) => keyOf(key, values[at] ?? null, to));
  if (first === undefined) return ["false"];
  if (first.value === null) {
    const nulls = `${first.write()} is null and ${lexicographic(rest, to)}`;
    return first.descending ? [nulls, `${first.write()} is not null`] : [nulls];
  }
  const range = beyond([first, ...rest], first, to);
  return first.nullable && !first.descending ? [range, `${first.write()} is null`] : [range];
}

function keyOf(key: OrderKey, value: CursorValue, to: Writer): Key {
  return {
    write: () => keySql(key, "t", to),
    descending: key.descending,
    nullable: isNullable(key),
    type: "field" in key ? comparedType(key.field.kind) : "double precision",
    value,
  };
}

/** One row comparison where the keys allow it; else the lexicographic expansion behind a bound on the first key. */
function beyond(keys: readonly Key[], first: Key, to: Writer): string {
  const isPlain = (key: Key): boolean =>
    key.descending === first.descending && (key === first || !key.nullable);
  if (keys.every(isPlain)) {
    const columns = keys.map(({ write }) => write()).join(", ");
    const values = keys.map(({ value, type }) => to.bind(value, type)).join(", ");
    return `(${columns}) ${first.descending ? "<" : ">"} (${values})`;
  }
  const bound = `${first.write()} ${first.descending ? "<=" : ">="} ${to.bind(first.value, first.type)}`;
  return `${bound} and ${lexicographic(keys, to)}`;
}

function lexicographic(keys: readonly Key[], to: Writer): string {
  const alternatives: string[] = [];
  for (const [at, key] of keys.entries()) {
    // Nothing stands behind the last key, and Postgres refuses a parameter that is not used: so the equal part of each
    // alternative is written where it is needed, and nowhere else.
    if (key.value === null && !key.descending) continue;
    const equal = keys.slice(0, at).map((before) => equalKey(before, to));
    alternatives.push([...equal, afterKey(key, to)].join(" and "));
  }
  return alternatives.length === 0 ? "false" : `(${alternatives.map((each) => `(${each})`).join(" or ")})`;
}

function equalKey({ write, type, value }: Key, to: Writer): string {
  return value === null ? `${write()} is null` : `${write()} = ${to.bind(value, type)}`;
}

/** Strictly after one key's value. Behind an ascending null is nothing, which the caller leaves out. */
function afterKey({ write, descending, nullable, type, value }: Key, to: Writer): string {
  if (value === null) return `${write()} is not null`;
  if (descending) return `${write()} < ${to.bind(value, type)}`;
  const greater = `${write()} > ${to.bind(value, type)}`;
  return nullable ? `(${greater} or ${write()} is null)` : greater;
}
