import type { OptionsCheck, Table } from "@lucent/core";

import { identifier, literal } from "./quote.ts";

const list = /^\((.+) = ANY \(ARRAY\[(.*)\](?:::text\[\])?\)\)$/s;
const contained = /^\((.+) <@ ARRAY\[(.*)\](?:::text\[\])?\)$/s;
const single = /^\((.+) = ('(?:[^']|'')*'::text)\)$/s;
const element = /'((?:[^']|'')*)'::text(?:, |$)/gy;

/**
 * The values that a check lists for a column, read from the server's own spelling of it; `undefined` for a check of any
 * other form. The spelling is the same on every supported server as long as `standard_conforming_strings` is on.
 */
export function checkedOptions(expression: string, column: string): readonly string[] | undefined {
  const [, left, values] =
    list.exec(expression) ?? contained.exec(expression) ?? single.exec(expression) ?? [];
  if (values === undefined || (left !== column && left !== identifier(column))) return undefined;
  const found: string[] = [];
  let end = 0;
  for (const match of values.matchAll(element)) {
    found.push((match[1] ?? "").replaceAll("''", "'"));
    end = match.index + match[0].length;
  }
  return end === values.length ? found : undefined;
}

/** The condition that a column holds one of its options, or a list of texts only such; unknown where it is null. */
export function optionsTest({ column, options }: OptionsCheck, { columns }: Table): string {
  const values = `array[${options.map(literal).join(", ")}]::text[]`;
  const isList = columns.some(({ name, type }) => name === column && type === "text[]");
  return `${identifier(column)} ${isList ? `<@ ${values}` : `= any (${values})`}`;
}
