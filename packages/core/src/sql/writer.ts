import type { Statement } from "../contract/database.ts";

type Bound = Statement["values"][number];

/** Collects the values of one statement; what a client sent can only get into SQL through `bind`. */
export interface Writer {
  readonly values: readonly Bound[];
  /** Adds a value and returns its placeholder, cast to a type of ours. */
  bind(value: Bound, type: string): string;
  /** A table alias that is not used in this statement yet. */
  alias(): string;
}

/** Starts a statement. */
export function writer(): Writer {
  const values: Bound[] = [];
  let aliases = 0;
  return {
    values,
    bind: (value, type) => `$${values.push(value)}::${type}`,
    alias: () => `r${(aliases += 1)}`,
  };
}

/** Quotes an identifier. Names come from the blueprint, never from a client; doubled quotes are the second net. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** The text form of a Postgres array, so that a list is one parameter and one query shape whatever its length. */
export function arrayLiteral(values: readonly (string | number | boolean)[]): string {
  const items = values.map(
    (value) => `"${String(value).replaceAll(/["\\]/g, (character) => `\\${character}`)}"`,
  );
  return `{${items.join(",")}}`;
}
