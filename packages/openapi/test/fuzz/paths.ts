import * as fc from "fast-check";

import type { Schema } from "../../src/index.ts";
import type { Links } from "./links.ts";
import type { Place, ValueOf } from "./place.ts";
import { isOfLength } from "./texts.ts";

/** A name of an object, and what draws its value. */
export type Entry = readonly [name: string, draw: () => fc.Arbitrary<unknown>];

const pathPattern = /^\^(-\?)?\(\?:([A-Za-z0-9|]+)\)\\\.\[A-Za-z0-9_\.\]\+\$$/;
const insideJson = ["a", "type", "a.b"];

/** The names that a pattern lets paths begin with, where it is one of paths such as `author.name`. */
function firstNames(
  pattern: string,
): { readonly isOrder: boolean; readonly names: readonly string[] } | undefined {
  const [, order, names] = pathPattern.exec(pattern) ?? [];
  return names === undefined ? undefined : { isOrder: order !== undefined, names: names.split("|") };
}

/** Names with dots that a filter may have: those of what a relationship leads to, and some inside JSON. */
export function pathEntries(
  patterns: Readonly<Record<string, Schema>>,
  place: Place,
  valueOf: ValueOf,
): readonly Entry[] {
  return Object.entries(patterns).flatMap(([pattern, schema]) =>
    (firstNames(pattern)?.names ?? []).flatMap((name) => entriesBehind(name, schema, { place, valueOf })),
  );
}

function entriesBehind(
  name: string,
  schema: Schema,
  { place, valueOf }: { readonly place: Place; readonly valueOf: ValueOf },
): readonly Entry[] {
  const { links, subject = "" } = place;
  const target = links.targetOf(subject, name);
  const where = target === undefined ? undefined : links.partOf(target, "where");
  if (where === undefined)
    return insideJson.map((key) => [`${name}.${key}`, () => valueOf(schema, place)] as const);
  const { properties = {} } = links.resolve(where) as {
    readonly properties?: Readonly<Record<string, Schema>>;
  };
  return Object.entries(properties)
    .filter(([key]) => !["and", "or", "not"].includes(key))
    .map(
      ([key, each]) =>
        [`${name}.${key}`, () => valueOf(each, { ...place, subject: target, name: key })] as const,
    );
}

/** Draws orders and populated paths such as `author.name`; `undefined` for a pattern that is not one of paths. */
export function pathTexts(
  pattern: string,
  { links, subject = "", name }: Place,
): fc.Arbitrary<string> | undefined {
  const found = firstNames(pattern);
  if (found === undefined) return undefined;
  const all = found.names.flatMap((first) => {
    const target = links.targetOf(subject, first);
    return keysOf(target, name, links).map((key) => {
      const [, minus = "", bare = key] = /^(-?)(.*)$/.exec(key) ?? [];
      return `${minus}${first}.${bare}`;
    });
  });
  return all.length === 0 ? fc.constant(`${found.names[0]}.id`) : fc.constantFrom(...all);
}

/** What a parameter such as `sort` of the target's own list takes. */
function keysOf(target: string | undefined, parameter: string, links: Links): readonly string[] {
  const part = target === undefined ? undefined : links.partOf(target, parameter);
  if (part === undefined) return [];
  const { items = {} } = links.resolve(part) as { readonly items?: Schema };
  const { enum: keys, anyOf = [] } = items as {
    readonly enum?: readonly string[];
    readonly anyOf?: readonly Schema[];
  };
  return keys ?? anyOf.flatMap((each) => (each["enum"] as readonly string[] | undefined) ?? []);
}

type TextLengths = { readonly minLength?: number; readonly maxLength?: number };

const fitting = new Map<string, fc.Arbitrary<string>>();

/** Draws texts that match a regular expression and have a length; one that is as near as can be, where there is none. */
export function fittingPattern(
  pattern: string,
  { minLength = 0, maxLength = Infinity }: TextLengths,
): fc.Arbitrary<string> {
  const key = `${minLength} ${maxLength} ${pattern}`;
  const found = fitting.get(key) ?? matching(pattern, (text) => isOfLength(text, minLength, maxLength));
  fitting.set(key, found);
  return found;
}

function matching(pattern: string, fits: (text: string) => boolean): fc.Arbitrary<string> {
  const drawn = fc.stringMatching(new RegExp(pattern, "u"));
  const some = fc.sample(drawn, { seed: 1, numRuns: 200 }).filter(fits);
  // Looked for once: a filter that nothing passes would never end.
  return some.length < 20 ? fc.constantFrom(...some, "") : drawn.filter(fits);
}
