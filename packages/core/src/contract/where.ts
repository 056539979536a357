import type { ValueOf } from "./document.ts";
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

interface OperatorsByKind<V> {
  text: Match;
  textarea: Match;
  email: Match;
  number: Order<number>;
  integer: Order<number>;
  decimal: Order<string>;
  boolean: Equality<boolean>;
  date: Order<string>;
  select: Equality<V>;
  json: Existence;
  relationship: Equality<string>;
}

type Condition<F extends Field> = F["type"] extends "json"
  ? Existence
  : ValueOf<F> | OperatorsByKind<ValueOf<F>>[F["type"]];

type JsonNames<F extends Fields> = {
  [K in keyof F]: F[K]["type"] extends "json" ? Extract<K, string> : never;
}[keyof F];

/** Conditions on a value inside a JSON field: equality on the JSON value, existence of the path. */
type JsonCondition = string | number | boolean | Equality<string | number | boolean>;

/**
 * A filter over a collection. Several keys, or several operators on one field, are AND.
 * A bare value is short for `{ eq: value }`. Depth at most 5, at most 50 conditions.
 */
export type Where<F extends Fields = Fields, T extends boolean = boolean> = {
  readonly [K in keyof F]?: Condition<F[K]>;
} & {
  readonly [K in `${JsonNames<F>}.${string}`]?: JsonCondition;
} & {
  readonly id?: string | Equality<string>;
  /** 1–20 filters that must all match. */
  readonly and?: readonly Where<F, T>[];
  /** 1–20 filters of which one must match. */
  readonly or?: readonly Where<F, T>[];
  /** The exact complement of a filter: also matches where that filter is neither true nor false. */
  readonly not?: Where<F, T>;
} & (true extends T
    ? { readonly createdAt?: string | Order<string>; readonly updatedAt?: string | Order<string> }
    : unknown);
