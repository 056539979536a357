import type { Schema } from "./openapi.ts";

/** Finds the schema that a reference leads to. */
export type Resolve = (reference: string) => Schema | undefined;

/**
 * A value that fits a schema, the same each time.
 * @param at Which one of several that must differ, from 0.
 * @returns `undefined` where none is found: not every pattern gives its texts away.
 */
export function exampleOf(schema: Schema, resolve: Resolve, at = 0): unknown {
  const { const: only, default: fallback, enum: options, examples, $ref: reference, anyOf } = schema;
  if (only !== undefined) return only;
  if (at === 0 && fallback !== undefined) return fallback;
  if (Array.isArray(examples) && examples.length > at) return examples[at];
  if (Array.isArray(options)) return options[at];
  if (typeof reference === "string") return exampleOf(resolve(reference) ?? {}, resolve, at);
  if (Array.isArray(anyOf)) return firstExample(anyOf, resolve, at);
  return typedExample(schema, resolve, at);
}

function firstExample(schemas: readonly unknown[], resolve: Resolve, at: number): unknown {
  for (const schema of schemas) {
    const found = exampleOf(recordOf(schema), resolve, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function typedExample(schema: Schema, resolve: Resolve, at: number): unknown {
  const [type] = [schema["type"]].flat();
  switch (type) {
    case "string":
      return textExample(schema, at);
    case "number":
    case "integer":
      return numberExample(schema, at);
    case "boolean":
      return at === 0;
    case "array":
      return listExample(schema, resolve);
    case "object":
      return objectExample(schema, resolve);
    case "null":
      return null;
    default:
      return { key: "value" };
  }
}

function numberExample({ type, minimum, maximum }: Schema, at: number): number | undefined {
  const low = typeof minimum === "number" ? minimum : -Infinity;
  const high = typeof maximum === "number" ? maximum : Infinity;
  const value = Math.min(Math.max(at + 1, type === "number" ? low : Math.ceil(low)), high);
  const found = type === "number" ? value : Math.floor(value);
  return found >= low ? found : undefined;
}

function listExample(
  { items, minItems, maxItems }: Schema,
  resolve: Resolve,
): readonly unknown[] | undefined {
  if (maxItems === 0) return [];
  const count = Math.max(typeof minItems === "number" ? minItems : 0, 1);
  const found = Array.from({ length: count }, (_, at) => exampleOf(recordOf(items), resolve, at));
  return found.includes(undefined) ? undefined : found;
}

function objectExample({ properties, required }: Schema, resolve: Resolve): Schema | undefined {
  const found: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(recordOf(properties))) {
    const value = exampleOf(recordOf(schema), resolve);
    if (value !== undefined) found[name] = value;
  }
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return needed.every((name) => typeof name === "string" && Object.hasOwn(found, name)) ? found : undefined;
}

const formats: Readonly<Record<string, (at: number) => string>> = {
  uuid: (at) => `0198f2c0-8a6b-7c3d-9e4f-${(0x5a6b7c8d9e0f + at).toString(16)}`,
  "date-time": (at) => new Date(Date.UTC(2026, 10, 23, 5, at)).toISOString(),
  email: (at) => `ada${at === 0 ? "" : at}@example.com`,
};

function textExample({ format, pattern, minLength, maxLength }: Schema, at: number): string | undefined {
  const known = typeof format === "string" ? formats[format] : undefined;
  if (known !== undefined) return known(at);
  const min = typeof minLength === "number" ? minLength : 0;
  const max = typeof maxLength === "number" ? maxLength : Infinity;
  if (typeof pattern !== "string") return fitted(at === 0 ? "Example" : `Example ${at + 1}`, min, max);
  const fits = new RegExp(pattern, "u");
  return guesses.find((text) => text.length >= min && text.length <= max && fits.test(text));
}

function fitted(text: string, min: number, max: number): string {
  return text.padEnd(min, ".").slice(0, max);
}

/** Texts that common patterns take. */
const guesses: readonly string[] = [
  "Example",
  "example",
  "example-1",
  "2026-11-23",
  "12:00",
  "0.5",
  "#1a2b3c",
  "https://example.com/",
  "+351210000000",
  ...["A", "a", "1", "A1", "a1"].flatMap((part) =>
    Array.from({ length: 12 }, (_, at) => part.repeat(at + 1)),
  ),
];

function recordOf(value: unknown): Schema {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
