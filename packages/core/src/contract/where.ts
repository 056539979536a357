import type { Field, Fields } from "./field.ts";

/** What every field understands. */
interface Existence {
  /** `true`: is set; `false`: is null. */
  readonly exists?: boolean;
}

/** Equality. `neq` and `nin` also match null; compare with null only through `exists`. */
interface Equality<V> extends Existence {
  readonly eq?: V;
  readonly neq?: V;
  /** At most 100 values; an empty list matches nothing. */
  readonly in?: readonly V[];
  /** At most 100 values; an empty list matches everything. */
  readonly nin?: readonly V[];
}

/** Order. `between` is inclusive at both ends. */
interface Order<V> extends Equality<V> {
  readonly gt?: V;
  readonly gte?: V;
  readonly lt?: V;
  readonly lte?: V;
  readonly between?: readonly [V, V];
}

/** Text search; case-insensitive, `%`, `_` and `\` are literal. */
interface Match extends Order<string> {
  /** Substring. */
  readonly like?: string;
  /** Prefix. */
  readonly startsWith?: string;
}

/** A bare value is short for `{ eq: value }`. */
interface ConditionByKind {
  text: string | Match;
  textarea: string | Match;
  email: string | Match;
  number: number | Order<number>;
  integer: number | Order<number>;
  decimal: string | Order<string>;
  boolean: boolean | Equality<boolean>;
  date: string | Order<string>;
  select: string | Equality<string>;
  json: Existence;
  relationship: string | Equality<string>;
}

type Condition<F extends Field> = F extends { readonly options: readonly (infer O)[] }
  ? O | Equality<O>
  : ConditionByKind[F["type"]];

/** Conditions on a value inside a JSON field: equality on the JSON value, existence of the path. */
type JsonCondition = string | number | boolean | Equality<string | number | boolean>;

/** Conditions on values inside JSON fields, by dotted path: `meta.color`. */
type JsonPaths<F extends Fields> = {
  readonly [
    K in keyof F as F[K]["type"] extends "json" ? `${Extract<K, string>}.${string}` : never
  ]?: JsonCondition;
};

interface Combination<F extends Fields, T extends boolean> {
  readonly id?: string | Equality<string>;
  /** 1–20 filters that must all match. */
  readonly and?: readonly Where<F, T>[];
  /** 1–20 filters of which one must match. */
  readonly or?: readonly Where<F, T>[];
  /** The exact complement of a filter: also matches where that filter is neither true nor false. */
  readonly not?: Where<F, T>;
}

interface TimestampConditions {
  readonly createdAt?: string | Order<string>;
  readonly updatedAt?: string | Order<string>;
}

/**
 * A filter over a collection. Several keys, or several operators on one field, are AND.
 * A bare value is short for `{ eq: value }`. Depth at most 5, at most 50 conditions.
 * Where the fields are not known by type, any object is taken; it is checked when it is used.
 */
export type Where<F extends Fields = Fields, T extends boolean = boolean> = string extends keyof F
  ? {}
  : { readonly [K in keyof F]?: Condition<F[K]> } & Combination<F, T> &
      (true extends T ? TimestampConditions : unknown) &
      // One question for all fields: few collections have a JSON field, and every filter would pay for asking each.
      // oxlint-disable-next-line typescript/no-generated-empty-object-type -- empty for no JSON field only, and then not asked for
      ("json" extends F[keyof F]["type"] ? JsonPaths<F> : unknown);
