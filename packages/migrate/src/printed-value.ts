/** A value as the server prints it in a default, with the casts behind it, innermost first. */
export type Printed =
  | { readonly kind: "literal"; readonly text: string; readonly casts: readonly string[] }
  | { readonly kind: "list"; readonly elements: readonly Printed[]; readonly casts: readonly string[] }
  | {
      readonly kind: "call";
      readonly call: "now" | "gen_random_uuid";
      readonly casts: readonly string[];
    }
  | { readonly kind: "null"; readonly casts: readonly string[] };

/** Reads the expression of a default; `undefined` for one that is more than a value, or casts to any other type. */
export function readPrinted(expression: string): Printed | undefined {
  const place: Place = { text: expression, at: 0 };
  const found = readTerm(place);
  return place.at === expression.length ? found : undefined;
}

interface Place {
  readonly text: string;
  at: number;
}

// Types with lengths are missing: they cut what they are given. The two exceptions are types of our own columns.
const type =
  /timestamp(?:\(3\))? with time zone|double precision|character varying(?:\[\])?|text(?:\[\])?|bigint|integer|smallint|numeric(?:\(\d+,\d+\))?|boolean|jsonb?|uuid/y;
const text = /'((?:[^']|'')*)'/y;
const escaped = /E'((?:[^'\\]|''|\\\\)*)'/y;
const number = /-?\d+(?:\.\d*)?(?:e[+-]?\d+)?/iy;
const word = /true|false/y;
const nothing = /NULL/y;
// Rounding to three digits is what the column does too.
const now = /(?:now|transaction_timestamp)\(\)|CURRENT_TIMESTAMP(?:\([36]\))?/y;
const randomId = /gen_random_uuid\(\)/y;

function readTerm(place: Place): Printed | undefined {
  const found = take(place, "(") ? readBracketed(place) : readValue(place);
  if (found === undefined) return undefined;
  const casts = [...found.casts];
  while (take(place, "::")) {
    const [name] = match(place, type) ?? [];
    if (name === undefined) return undefined;
    casts.push(name);
  }
  return { ...found, casts };
}

function readBracketed(place: Place): Printed | undefined {
  const found = readTerm(place);
  return take(place, ")") ? found : undefined;
}

function readValue(place: Place): Printed | undefined {
  const [, plain] = match(place, text) ?? [];
  if (plain !== undefined) return literal(plain.replaceAll("''", "'"));
  const [, inside] = match(place, escaped) ?? [];
  if (inside !== undefined) return literal(inside.replaceAll("''", "'").replaceAll("\\\\", "\\"));
  const [bare] = match(place, number) ?? match(place, word) ?? [];
  if (bare !== undefined) return literal(bare);
  if (match(place, now) !== null) return { kind: "call", call: "now", casts: [] };
  if (match(place, randomId) !== null) return { kind: "call", call: "gen_random_uuid", casts: [] };
  if (match(place, nothing) !== null) return { kind: "null", casts: [] };
  return take(place, "ARRAY[") ? readList(place) : undefined;
}

function readList(place: Place): Printed | undefined {
  const elements: Printed[] = [];
  if (take(place, "]")) return { kind: "list", elements, casts: [] };
  do {
    const element = readTerm(place);
    if (element === undefined) return undefined;
    elements.push(element);
  } while (take(place, ", "));
  return take(place, "]") ? { kind: "list", elements, casts: [] } : undefined;
}

function literal(value: string): Printed {
  return { kind: "literal", text: value, casts: [] };
}

function take(place: Place, expected: string): boolean {
  if (!place.text.startsWith(expected, place.at)) return false;
  place.at += expected.length;
  return true;
}

function match(place: Place, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = place.at;
  const found = pattern.exec(place.text);
  if (found !== null) place.at = pattern.lastIndex;
  return found;
}
