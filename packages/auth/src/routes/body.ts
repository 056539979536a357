import { type Issue, LucentError } from "@lucent/core";

/** What a body may hold under one key. */
export interface BodyField {
  /** Whether it may be left out. Default `false`. */
  readonly optional?: boolean;
  /** Longest text in UTF-16 units. Default 4,096. */
  readonly maxLength?: number;
  /** The texts that it may be. */
  readonly options?: readonly string[];
  /** The form that a text must have. */
  readonly pattern?: RegExp;
}

const keyGrammar = /^[a-z][A-Za-z0-9]{0,47}$/;
const defaultMaxLength = 4_096;

/**
 * Reads a body of texts. What no field is called is refused, never dropped: a key that is not understood may have been
 * meant to protect somebody.
 * @throws LucentError `VALIDATION` listing everything that is wrong, without values.
 */
export function readTexts<const K extends string>(
  body: unknown,
  fields: Readonly<Record<K, BodyField>>,
): Readonly<Partial<Record<K, string>>> {
  const given = membersOf(body);
  const errors: Issue[] = unknownKeys(given, fields);
  const texts: Partial<Record<K, string>> = {};
  for (const [name, field] of Object.entries<BodyField>(fields)) {
    const value = given.get(name);
    const rule = ruleOf(value, field);
    if (rule !== undefined) errors.push({ path: name, rule });
    else if (typeof value === "string") Object.defineProperty(texts, name, { value, enumerable: true });
  }
  if (errors.length > 0) throw new LucentError("VALIDATION", { errors });
  return texts;
}

/** The members of a JSON object. @throws LucentError `VALIDATION` for any other value. */
export function membersOf(body: unknown): ReadonlyMap<string, unknown> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new LucentError("VALIDATION", { errors: [{ path: "", rule: "type" }] });
  }
  return new Map(Object.entries(body));
}

/** An issue for every key that is none of the known ones. A name that does not fit is not echoed. */
export function unknownKeys(given: ReadonlyMap<string, unknown>, known: object): Issue[] {
  return [...given.keys()]
    .filter((name) => !Object.hasOwn(known, name))
    .slice(0, 64)
    .map((name) => ({ path: keyGrammar.test(name) ? name : "", rule: "unknown" }));
}

function ruleOf(value: unknown, field: BodyField): Issue["rule"] | undefined {
  const { optional = false, maxLength = defaultMaxLength, options, pattern } = field;
  if (value === undefined) return optional ? undefined : "required";
  if (typeof value !== "string") return "type";
  if (value.length > maxLength) return "maxLength";
  if (options !== undefined && !options.includes(value)) return "options";
  return pattern === undefined || pattern.test(value) ? undefined : "format";
}
