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

type JsonPaths<F extends Fields> = {
  readonly [K in keyof F as F[K]["type"] extends "json" ? `${Extract<K, string>}.${string}` : never]?: JsonCondition;
};

type Keys<F, T> = keyof F | "and" | "or" | "not" | "id" | (true extends T ? "createdAt" | "updatedAt" : never);
interface Own<W> { and: readonly W[]; or: readonly W[]; not: W; id: string | Equality<string>; createdAt: string | Order<string>; updatedAt: string|Order<string> }
export type Where<F extends Fields = Fields, T extends boolean = boolean> = string extends keyof F
  ? {}
  : { readonly [K in Keys<F, T>]?: K extends keyof F ? Condition<F[K]> : K extends keyof Own<unknown> ? Own<Where<F, T>>[K] : never } &
      ("json" extends F[keyof F]["type"] ? JsonPaths<F> : unknown);
