import type { Json } from "@lucent/core";
import { expect } from "vitest";

import type { Kinds, PopulatedKinds } from "./kinds.ts";

/** The `typeof` that a declared type promises; a JSON value may be any. */
type KindOf<T> = Json extends T | null
  ? "json"
  : NonNullable<T> extends string
    ? "string"
    : NonNullable<T> extends number
      ? "number"
      : NonNullable<T> extends boolean
        ? "boolean"
        : NonNullable<T> extends readonly string[]
          ? "strings"
          : NonNullable<T> extends readonly { readonly [key: string]: unknown }[]
            ? "objects"
            : Json[] extends T
              ? "tree"
              : NonNullable<T> extends { readonly id: string }
                ? "document"
                : never;
type IsNullable<T> = null extends T ? true : false;
/** A kind for each field of a document, and whether it may be null. */
export type DeclaredOf<T> = {
  readonly [K in keyof T]-?: readonly [kind: KindOf<T[K]>, nullable: IsNullable<T[K]>];
};

/** What the types say, in a form that a run can look at: the compiler keeps it equal to them. */
const declared: DeclaredOf<Kinds> = {
  id: ["string", false],
  createdAt: ["string", false],
  updatedAt: ["string", false],
  text: ["string", true],
  textarea: ["string", true],
  email: ["string", true],
  number: ["number", true],
  integer: ["number", true],
  decimal: ["string", true],
  boolean: ["boolean", true],
  date: ["string", true],
  select: ["string", true],
  multiselect: ["strings", true],
  richtext: ["tree", true],
  array: ["objects", true],
  json: ["json", true],
  relationship: ["string", true],
  related: ["strings", false],
  name: ["string", false],
};
/** The same with everything populated. */
export const populated: DeclaredOf<PopulatedKinds> = {
  ...declared,
  relationship: ["document", true],
  related: ["objects", false],
};

const isText = (value: unknown) => typeof value === "string";
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
/** Whether a value that is set is of a kind. */
const kindChecks: Readonly<
  Record<KindOf<Json> | (typeof declared)[keyof Kinds][0] | "document", (value: unknown) => boolean>
> = {
  string: isText,
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  json: (value) => value !== undefined,
  tree: (value) => Array.isArray(value) || isObject(value),
  strings: (value) => Array.isArray(value) && value.every(isText),
  objects: (value) => Array.isArray(value) && value.every(isObject),
  document: (value) => isObject(value) && isText(Reflect.get(Object(value), "id")),
};

/** Checks that a document has every field that is declared, each with a value of its kind. */
export function checkKinds(
  document: unknown,
  isSet: boolean,
  kinds: DeclaredOf<Kinds> | DeclaredOf<PopulatedKinds> = declared,
): void {
  if (typeof document !== "object" || document === null) expect.unreachable("not a document");
  expect(Object.keys(document).toSorted()).toEqual(Object.keys(kinds).toSorted());
  for (const [name, value] of Object.entries(document)) {
    const [kind, nullable] = kinds[name as keyof Kinds];
    if (nullable && !isSet) expect(value, name).toBeNull();
    else expect([name, value, kindChecks[kind](value)]).toEqual([name, value, true]);
  }
}
