import * as fc from "fast-check";

import type { Schema } from "../../src/index.ts";
import { componentOf, type Links } from "./links.ts";
import { type Entry, fittingPattern, pathEntries, pathTexts } from "./paths.ts";
import type { Place } from "./place.ts";
import { Distinct, Recalled } from "./recalled.ts";
import { storableText } from "./texts.ts";

const deepest = 3;
const anything = fc.jsonValue({ maxDepth: 2 });

/** Draws values that fit a schema. Bounds are met to the letter; what only the application knows is recalled. */
export function valueOf(schema: Schema, place: Place): fc.Arbitrary<unknown> {
  const component = componentOf(schema);
  return component === undefined ? inlineValue(schema, place) : componentValue(component, schema, place);
}

const drawing = new WeakMap<Links, Map<string, fc.Arbitrary<unknown>>>();

function componentValue(component: string, schema: Schema, place: Place): fc.Arbitrary<unknown> {
  const { links, name, isWritten } = place;
  const subject = links.subjectOf(component) ?? place.subject;
  const depth = place.depth + 1;
  const known = drawing.get(links) ?? new Map<string, fc.Arbitrary<unknown>>();
  drawing.set(links, known);
  const key = JSON.stringify([component, subject, name, isWritten, depth]);
  const found = known.get(key) ?? valueOf(links.resolve(schema), { ...place, subject, depth });
  known.set(key, found);
  return found;
}

function inlineValue(schema: Schema, place: Place): fc.Arbitrary<unknown> {
  const { const: only, enum: options, anyOf, type } = schema;
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(options)) return fc.constantFrom(...(options as readonly unknown[]));
  if (Array.isArray(anyOf))
    return fc.oneof(...(anyOf as readonly Schema[]).map((each) => valueOf(each, place)));
  const types = [type ?? "anything"].flat().map(String);
  const all = types.map((each) => ({
    weight: each === "null" ? 1 : 6,
    arbitrary: typedValue(each, schema, place),
  }));
  return fc.oneof(...all);
}

function typedValue(type: string, schema: Schema, place: Place): fc.Arbitrary<unknown> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return wholeNumber(schema);
    case "number":
      return fc.oneof(wholeNumber(schema), number(schema));
    case "string":
      return text(schema, place);
    case "array":
      return list(schema, place);
    case "object":
      return schema["properties"] === undefined && schema["patternProperties"] === undefined
        ? fc.dictionary(fc.constantFrom("a", "b", "type", "ü"), anything, { maxKeys: 3 })
        : members(schema, place);
    default:
      return anything;
  }
}

interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
}

function wholeNumber({ minimum = -1_000, maximum = 2 ** 31 }: Schema & Bounds): fc.Arbitrary<number> {
  const [min, max] = [Math.ceil(minimum), Math.floor(maximum)];
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min, max: Math.min(max, min + 4) }) },
    { weight: 2, arbitrary: fc.integer({ min, max }) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
  );
}

function number({ minimum = -1e9, maximum = 1e9 }: Schema & Bounds): fc.Arbitrary<number> {
  return fc.double({ min: minimum, max: maximum, noNaN: true });
}

interface Lengths {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly pattern?: string;
}

function text(schema: Schema & Lengths, place: Place): fc.Arbitrary<unknown> {
  const { minLength = 0, maxLength = 200, format, pattern } = schema;
  if (format === "uuid") return id(place);
  const drawn =
    pattern === undefined ? formatted(format, minLength, maxLength) : patterned(schema, pattern, place);
  const { subject = "", name, isWritten } = place;
  // What is compared with is mostly something that is there; what is stored seldom is.
  return fc
    .tuple(drawn, fc.nat(1_000), fc.nat(15))
    .map(([value, nth, chance]) =>
      (isWritten ? chance > 0 : chance < 4) ? value : new Recalled([`value:${subject}.${name}`], nth, value),
    );
}

function formatted(format: string | undefined, minLength: number, maxLength: number): fc.Arbitrary<string> {
  if (format === "date-time") return date;
  if (format === "email") return email;
  if (format === "password") return password(minLength, maxLength);
  return storableText(minLength, maxLength);
}

const date = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2200-01-01"), noInvalidDate: true })
  .map((moment) => moment.toISOString());

const email = fc.stringMatching(/^[a-z]{8}[a-z0-9]{4}$/).map((name) => `${name}@example.com`);

/** One that nobody guesses, where it may be as long. */
function password(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const least = Math.min(Math.max(minLength, 16), maxLength);
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .stringMatching(/^[a-z]{9} [A-Z]{6} \d{5}$/)
        .map((made) => made.slice(0, Math.max(least, 20))),
    },
    { weight: 1, arbitrary: storableText(minLength, Math.min(maxLength, 64)) },
  );
}

function patterned(schema: Schema & Lengths, pattern: string, place: Place): fc.Arbitrary<string> {
  return pathTexts(pattern, place) ?? fittingPattern(pattern, schema);
}

/** An id that is there, most of the time; a new one, where a document is to have it. */
function id({ links, subject = "", name, isWritten }: Place): fc.Arbitrary<unknown> {
  const isOwn = name === "id";
  if (isOwn && isWritten) return fc.uuid({ version: 7 });
  const target = isOwn ? subject : links.targetOf(subject, name);
  const path = target === undefined ? undefined : links.pathOf(target);
  return fc.tuple(fc.uuid({ version: 7 }), fc.nat(1_000), fc.nat(9)).map(([made, nth, chance]) => {
    if (path === undefined || chance === 0) return made;
    return new Recalled(
      idPlaces(path, isOwn && chance > 4 ? "made" : chance < 8 ? "seen" : "any"),
      nth,
      made,
    );
  });
}

/** Where ids of a path are remembered: of what the caller has made, has seen, or anybody. `{caller}` is whoever will ask. */
export function idPlaces(path: string, whose: "made" | "seen" | "any"): readonly string[] {
  const places = [`made:${path}@{caller}`, `id:${path}@{caller}`, `id:${path}`];
  return places.slice({ made: 0, seen: 1, any: 2 }[whose]);
}

interface Items {
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}

function list(
  { items = {}, minItems = 0, maxItems = 100, uniqueItems = false }: Schema & Items,
  place: Place,
) {
  const item = valueOf(items, { ...place, depth: place.depth + (place.depth >= deepest ? 1 : 0) });
  const few = (most: number): fc.Arbitrary<readonly unknown[]> =>
    fc.array(item, { minLength: minItems, maxLength: Math.min(maxItems, Math.max(minItems, most)) });
  const drawn = fc.oneof({ weight: 2, arbitrary: few(1) }, { weight: 1, arbitrary: few(3) });
  return uniqueItems ? drawn.map((values) => new Distinct(values)) : drawn;
}

interface Members {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

function members(schema: Schema & Members, place: Place): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], minProperties = 0, patternProperties = {} } = schema;
  const named = Object.entries(properties)
    // A cursor is not made up.
    .filter(([name]) => place.isWritten || name !== "cursor")
    .filter(([name, each]) => required.includes(name) || place.depth <= deepest || !leadsBack(each))
    .map(([name, each]): Entry => [name, () => memberOf(name, each, { schema, place })]);
  const values = new Map([...named, ...pathEntries(patternProperties, place, valueOf)]);
  const optional = [...values.keys()].filter((name) => !required.includes(name));
  const most = Math.min(optional.length, place.isWritten ? optional.length : 2);
  return fc
    .subarray(optional, { minLength: Math.min(minProperties, most), maxLength: most })
    .chain((chosen) => {
      const drawn = [...required, ...chosen].map((name) => [name, values.get(name)?.() ?? anything] as const);
      return fc
        .tuple(...drawn.map(([, value]) => value))
        .map((all) => Object.fromEntries(all.map((value, at) => [drawn[at]?.[0] ?? "", value])));
    });
}

function memberOf(
  name: string,
  each: Schema,
  { schema, place }: { readonly schema: Members; readonly place: Place },
) {
  if (isOperator(name)) return valueOf(each, place);
  // In a list of several operations each is about the collection that it names.
  const named = schema.properties?.["collection"]?.["const"];
  const subject = typeof named === "string" ? subjectNamed(named, place.links) : place.subject;
  const isWritten = place.isWritten && !(name === "id" && typeof named === "string");
  return valueOf(each, { ...place, name, subject, isWritten });
}

/** `eq` and its kind are about the field above them. */
function isOperator(name: string): boolean {
  return /^(?:n?eq|n?in|exists|[gl]te?|between|like|startsWith|contains|notContains|any|all)$/.test(name);
}

function subjectNamed(slug: string, { document, pathOf, subjectOf }: Links): string | undefined {
  const all = Object.keys(document.components.schemas).map((name) => subjectOf(name) ?? name);
  return all.find((name) => pathOf(name)?.endsWith(`/${slug}`) === true);
}

/** Filters lead back to themselves: below some depth they end. */
function leadsBack(schema: Schema): boolean {
  const { items, $ref: reference } = schema as { readonly items?: Schema; readonly $ref?: string };
  return (reference ?? items?.["$ref"]) !== undefined;
}
