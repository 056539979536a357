import type { PostgresType } from "postgres";

type Element = (text: string) => unknown;

const asText: Element = (text) => text;
const asBoolean: Element = (text) => text === "t";
// oxlint-disable-next-line no-restricted-properties -- what Postgres writes for json and jsonb is JSON
const asJson: Element = (text) => JSON.parse(text) as unknown;

/** Object ids of the built-in array types (pg_type.dat), and how their elements are read. */
const elements: ReadonlyMap<number, Element> = new Map<number, Element>([
  [1000, asBoolean], // bool
  [1002, asText], // "char"
  [1003, asText], // name
  [1005, Number], // int2
  [1007, Number], // int4
  [1009, asText], // text
  [1014, asText], // bpchar
  [1015, asText], // varchar
  [1016, asText], // int8: more digits than a number holds
  [1021, Number], // float4
  [1022, Number], // float8
  [1028, Number], // oid
  [2951, asText], // uuid
  [199, asJson], // json
  [3807, asJson], // jsonb
]);

/**
 * Types that make the driver read arrays. It could ask the server for all array types there are, but does so in each
 * connection without minding a failure: a connection that is lost in that moment would end the process.
 */
export const arrayTypes: Record<string, PostgresType> = Object.fromEntries(
  [...elements].map(([oid, element]) => [
    `array${oid}`,
    { to: oid, from: [oid], serialize: String, parse: (text: string) => parseArray(text, element) },
  ]),
);

/** Reads an array literal as Postgres writes it (manual, 8.15.6), of any number of dimensions. */
export function parseArray(text: string, element: Element): unknown[] {
  // Bounds that do not start at one are written in front.
  let at = text.indexOf("{");

  function readArray(): unknown[] {
    const items: unknown[] = [];
    at += 1;
    while (text[at] !== "}") {
      items.push(text[at] === "{" ? readArray() : readElement());
      if (text[at] === ",") at += 1;
      else if (text[at] !== "}") throw new TypeError("not an array literal");
    }
    at += 1;
    return items;
  }

  function readElement(): unknown {
    if (text[at] === '"') return element(readQuoted());
    const start = at;
    while (at < text.length && text[at] !== "," && text[at] !== "}") at += 1;
    const word = text.slice(start, at);
    return word === "NULL" ? null : element(word);
  }

  function readQuoted(): string {
    let value = "";
    for (at += 1; at < text.length && text[at] !== '"'; at += 1) {
      if (text[at] === "\\") at += 1;
      value += text[at];
    }
    at += 1;
    return value;
  }

  if (at === -1) throw new TypeError("not an array literal");
  return readArray();
}
