import type { Schema } from "../../src/index.ts";
import { rawJson } from "./parts.ts";

/** One place in a value that becomes something else. */
export interface Change {
  readonly path: readonly (string | number)[];
  /** What stands there then; `removed` for nothing. */
  readonly value: unknown;
}

/** Takes a member away. */
const removed = Symbol("removed");

interface Material {
  readonly schemas: Readonly<Record<string, Schema>>;
  /** A hostile text. */
  readonly text: string;
  /** A strange name. */
  readonly name: string;
}

/** Everything that could be changed in a value so that it no longer fits its schema, or hardly. */
export function changesOf(schema: Schema, value: unknown, material: Material): readonly Change[] {
  const said = resolved(schema, value, material.schemas);
  const here = spoiltValues(said, value, material).map((each): Change => ({ path: [], value: each }));
  return [...here, ...changesInside(said, value, material)];
}

function changesInside(said: Parts, value: unknown, material: Material): readonly Change[] {
  const { properties = {}, patternProperties = {}, items = {} } = said;
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown, at) => below(at, changesOf(items, each, material)));
  }
  if (!isRecord(value)) return [];
  const inside = Object.entries(value).flatMap(([name, each]) => {
    const pattern = Object.entries(patternProperties).find(([text]) => new RegExp(text).test(name));
    return below(name, changesOf(properties[name] ?? pattern?.[1] ?? {}, each, material));
  });
  const fewer = Object.keys(value).map((name): Change => ({ path: [name], value: removed }));
  const more: Change = { path: [material.name], value: material.text };
  return [...inside, ...fewer, more];
}

function below(name: string | number, changes: readonly Change[]): readonly Change[] {
  return changes.map(({ path, value }) => ({ path: [name, ...path], value }));
}

interface Parts {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The schema without references; of several, the one that is about such a value. */
function resolved(schema: Schema, value: unknown, schemas: Material["schemas"]): Parts {
  const { $ref: reference } = schema;
  if (typeof reference === "string") {
    return resolved(schemas[reference.slice(reference.lastIndexOf("/") + 1)] ?? {}, value, schemas);
  }
  const said = schema as Parts;
  if (said.anyOf === undefined) return said;
  const all = said.anyOf.map((each) => resolved(each, value, schemas));
  return all.find((each) => isAbout(each, value)) ?? all[0] ?? {};
}

function isAbout({ type, properties }: Parts, value: unknown): boolean {
  const isOf = [type ?? []].flat().includes(typeOf(value));
  if (!isRecord(value) || properties === undefined) return isOf;
  return Object.entries(properties).every(
    ([name, { const: only }]) => only === undefined || value[name] === only,
  );
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

function spoiltValues(said: Parts, value: unknown, { text }: Material): readonly unknown[] {
  const others: readonly unknown[] = [
    null,
    true,
    0,
    "text",
    [],
    {},
    [[]],
    rawJson("1e999"),
    rawJson("-0"),
    rawJson(deep),
  ];
  return [
    ...others.filter((each) => typeOf(each) !== typeOf(value)),
    text,
    ...(typeof value === "string" ? spoiltTexts(said, value) : []),
    ...(typeof value === "number" ? spoiltNumbers(said, value) : []),
    ...(Array.isArray(value) ? spoiltLists(said, value) : []),
  ];
}

const deep = `${"[".repeat(200)}${"]".repeat(200)}`;

function spoiltTexts({ minLength, maxLength, enum: options }: Parts, value: string): readonly unknown[] {
  return [
    ...(maxLength === undefined ? [] : ["m".repeat(maxLength + 1), value.padEnd(maxLength + 1, "é")]),
    ...(minLength === undefined || minLength === 0 ? [] : ["m".repeat(minLength - 1)]),
    ...(options === undefined ? [] : [`${value}x`, value.toUpperCase(), ""]),
    `${value}\0`,
    `${value}\ud800`,
    `${value}\n`,
    [value],
    { eq: value },
  ];
}

function spoiltNumbers({ minimum, maximum }: Parts, value: number): readonly unknown[] {
  return [
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(minimum === undefined ? [] : [minimum - 1]),
    value + 0.5,
    String(value),
    rawJson("1".repeat(400)),
    rawJson("9007199254740993"),
    rawJson("1e-400"),
  ];
}

function spoiltLists({ minItems, maxItems }: Parts, value: readonly unknown[]): readonly unknown[] {
  const [first = "x"] = value;
  return [
    [...value, first],
    [...value, null],
    ...(maxItems === undefined || maxItems > 1_000
      ? []
      : [Array.from({ length: maxItems + 1 }, () => first)]),
    ...(minItems === undefined || minItems === 0 ? [] : [value.slice(0, minItems - 1)]),
  ];
}

/** The value with one change. */
export function changed(value: unknown, { path, value: next }: Change): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return next;
  const inside: Change = { path: rest, value: next };
  if (Array.isArray(value))
    return value.map((each: unknown, at) => (at === first ? changed(each, inside) : each));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([name]) => name !== first);
  const member = changed(value[first], inside);
  // `Object.fromEntries` makes an own member of any name, also of `__proto__`.
  return Object.fromEntries(member === removed ? kept : [...kept, [String(first), member]]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
