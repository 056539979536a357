import type { ReadableFields } from "./document.ts";
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

/** Conditions on a list of values. */
interface Listing<V> extends Existence {
  /** Has this value. */
  readonly contains?: V;
  /** Lacks this value; also matches null. */
  readonly notContains?: V;
  /** Has at least one of these 1–100 values. */
  readonly any?: readonly V[];
  /** Has every one of these 1–100 values. */
  readonly all?: readonly V[];
}

/** The kinds whose condition is the same whatever their options. A bare value is short for `{ eq: value }`. */
interface PlainConditions {
  text: string | Match;
  textarea: string | Match;
  email: string | Match;
  number: number | Order<number>;
  integer: number | Order<number>;
  decimal: string | Order<string>;
  boolean: boolean | Equality<boolean>;
  date: string | Order<string>;
  json: Existence;
  richtext: Existence;
  array: Existence;
}

/** A field of such a kind. An interface, which the compiler does not make anew for every field. */
interface Plain {
  readonly type: keyof PlainConditions;
}

type Condition<F extends Field> = F extends Plain
  ? PlainConditions[F["type"]]
  : F extends { readonly options: readonly (infer O)[] }
    ? "select" extends F["type"]
      ? O | Equality<O>
      : Listing<O>
    : F extends { readonly hasMany: true }
      ? Listing<string>
      : string | Equality<string>;

type Conditions<F extends Fields> = { readonly [K in keyof F]?: Condition<F[K]> };

/** Conditions on a value inside a JSON field: equality on the JSON value, existence of the path. */
type JsonCondition = string | number | boolean | Equality<string | number | boolean>;

interface JsonKind {
  readonly type: "json";
}

interface RelationshipKind {
  readonly type: "relationship";
}

/**
 * Dotted paths that begin with one of the names `K`, where it is a JSON field's. A question for each name costs the
 * compiler less than a mapped type over the fields, and a kind that is written out less than one that is handed over.
 */
type JsonPath<F extends Fields, K extends keyof F> = K extends string
  ? F[K] extends JsonKind
    ? `${K}.${string}`
    : never
  : never;

/** The same, where it is a relationship's. */
type RelationPath<F extends Fields, K extends keyof F> = K extends string
  ? F[K] extends RelationshipKind
    ? `${K}.${string}`
    : never
  : never;

/** Conditions on values inside JSON fields, by dotted path: `meta.color`. */
type JsonPaths<F extends Fields> = { readonly [P in JsonPath<F, keyof F>]?: JsonCondition };

/** A condition on a field of another collection; it is checked when it is used. */
type RelatedCondition = string | number | boolean | { readonly [operator: string]: unknown };

/** Conditions on documents that are referred to, by dotted path: `author.name`. */
type RelationPaths<F extends Fields> = { readonly [P in RelationPath<F, keyof F>]?: RelatedCondition };

/** Conditions on whatever is referred to, where the names of the relationships are not asked for. */
type AnyRelationPaths = { readonly [path: `${string}.${string}`]: RelatedCondition | undefined };

/** One question for all fields of which the kinds are `Kind`: few collections have a JSON field, and every filter would pay for asking each. */
type JsonPathsOf<F extends Fields, Kind> =
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- empty for no JSON field only, and then not asked for
  "json" extends Kind ? JsonPaths<ReadableFields<F>> : unknown;

/** The same for relationships. */
type RelationPathsOf<F extends Fields, Kind> =
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- empty for no relationship only, and then not asked for
  "relationship" extends Kind ? RelationPaths<ReadableFields<F>> : unknown;

/** No interface, so that its index signature-free form may stand for `AnyRelationPaths`. */
type Combination<F extends Fields, T extends boolean, D extends boolean> = {
  readonly id?: string | Equality<string>;
  /** 1–20 filters that must all match. */
  readonly and?: readonly Where<F, T, D>[];
  /** 1–20 filters of which one must match. */
  readonly or?: readonly Where<F, T, D>[];
  /** The exact complement of a filter: also matches where that filter is neither true nor false. */
  readonly not?: Where<F, T, D>;
};

type TimestampConditions = {
  readonly createdAt?: string | Order<string>;
  readonly updatedAt?: string | Order<string>;
};

type DeletionCondition = {
  /** Only where `readDeleted` lets the caller see deleted documents. */
  readonly deletedAt?: string | Order<string>;
};

/** For fields of which the kinds are `Kind`: none, unless one is a relationship. */
type AnyRelationPathsOf<Kind> = "relationship" extends Kind ? AnyRelationPaths : unknown;

/** A type of its own, so that the compiler answers it once for all collections. */
type ServerConditions<T extends boolean, D extends boolean> = (true extends T
  ? TimestampConditions
  : unknown) &
  (true extends D ? DeletionCondition : unknown);

/** Conditions by the names that there are. */
type Named<F extends Fields, T extends boolean, D extends boolean> = Conditions<ReadableFields<F>> &
  Combination<F, T, D> &
  ServerConditions<T, D>;

/**
 * A filter over a collection. Several keys, or several operators on one field, are AND.
 * A bare value is short for `{ eq: value }`. Depth at most 5, at most 50 conditions.
 * Where the fields are not known by type, any object is taken; it is checked when it is used.
 */
export type Where<
  F extends Fields = Fields,
  T extends boolean = boolean,
  D extends boolean = false,
> = string extends keyof F
  ? {}
  : Named<F, T, D> & JsonPathsOf<F, F[keyof F]["type"]> & RelationPathsOf<F, F[keyof F]["type"]>;

/**
 * A filter as a rule may answer it. TypeScript does not look for unknown names in what a function returns, so the names
 * of the relationships, which cost it most, are not asked for here. Every `Where` is one.
 */
export type RuleWhere<F extends Fields, T extends boolean> = string extends keyof F
  ? {}
  : Named<F, T, false> & JsonPathsOf<F, F[keyof F]["type"]> & AnyRelationPathsOf<F[keyof F]["type"]>;
