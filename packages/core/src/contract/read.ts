import type { Collection } from "./collection.ts";
import type { DocumentOf, FieldName, Flat, HasSoftDelete, HasTimestamps, SortKey } from "./document.ts";
import type { Fields } from "./field.ts";
import type { Where } from "./where.ts";

/** A collection's own filter type. */
export type WhereOf<C extends Collection> = Where<C["fields"], HasTimestamps<C>, HasSoftDelete<C>>;

/** How many relationships deep a read populates: every relationship field of every document on the way. */
export type Depth = 0 | 1 | 2 | 3;

/** A document in the place of its id, where its collection is not known by type. */
export interface PopulatedDocument {
  readonly id: string;
  readonly [field: string]: unknown;
}

interface Relationship {
  readonly type: "relationship";
  readonly hidden?: false;
}

interface ToOne extends Relationship {
  readonly hasMany?: false;
}

/** The names of the fields of a kind. One question for all fields: a collection without a relationship pays no more. */
type NameOf<F extends Fields, Kind extends Relationship> = string extends keyof F
  ? string
  : "relationship" extends F[keyof F]["type"]
    ? { [K in keyof F]: F[K] extends Kind ? Extract<K, string> : never }[keyof F]
    : never;

/** The names of the relationship fields that can be populated. */
export type RelationshipName<C extends Collection> = NameOf<C["fields"], Relationship>;

/** A way along relationships, at most three: `author`, `author.employer`. What comes behind the first name is checked when it is used. */
export type PopulatePath<C extends Collection> = RelationshipName<C> | `${RelationshipName<C>}.${string}`;

/** A sort key of a list: one of the collection's own, or a field behind a to-one relationship, such as `-author.name`. */
export type ListSortKey<C extends Collection> =
  | SortKey<C>
  | `${"" | "-"}${NameOf<C["fields"], ToOne>}.${string}`;

/** The parameters of a read of one document. */
export interface FindByIdParameters<
  C extends Collection,
  S extends FieldName<C> = FieldName<C>,
  P extends PopulatePath<C> = PopulatePath<C>,
  N extends Depth = Depth,
> {
  /** Field names; `id` always comes, and so does what `populate` names. Default: all. */
  readonly select?: readonly S[] | S;
  /** Default 0. */
  readonly depth?: N;
  /** Relationships to populate, beside those that `depth` reaches. Write them out: the answer's type follows from them. */
  readonly populate?: readonly P[] | P;
}

/** What every list takes. */
interface ListParameters<
  C extends Collection,
  S extends FieldName<C>,
  P extends PopulatePath<C>,
  N extends Depth,
> extends FindByIdParameters<C, S, P, N> {
  readonly where?: WhereOf<C>;
  /** At most 3 keys; `id` is always the last one. Default: the collection's own order, with `search` by rank. */
  readonly sort?: ListSortKey<C> | readonly ListSortKey<C>[];
  /** 1–100. Default 20. */
  readonly perPage?: number;
  /** From 1; `page * perPage` at most 10,000. */
  readonly page?: number;
  /** `nextCursor` of the page before; not together with `page`. */
  readonly cursor?: string;
  /** Default `none`. */
  readonly count?: "none" | "exact" | "estimated";
  /** 1–200 characters of words for the `searchable` fields: quotes, `-word` and `or` as in a web search. */
  readonly search?: string;
}

/** What a list of a collection with `softDelete` takes beside that. */
interface TrashParameter {
  /** Deleted documents too, or they alone. Only where `readDeleted` allows. Default: neither. */
  readonly trashed?: "with" | "only";
}

/** The parameters of a list. */
export type FindParameters<
  C extends Collection,
  S extends FieldName<C> = FieldName<C>,
  P extends PopulatePath<C> = PopulatePath<C>,
  N extends Depth = Depth,
> = ListParameters<C, S, P, N> & (HasSoftDelete<C> extends true ? TrashParameter : unknown);

/** A page of documents. */
export interface PageOf<D> {
  readonly data: readonly D[];
  readonly meta: {
    readonly perPage: number;
    readonly hasNextPage: boolean;
    /** `null` on the last page. */
    readonly nextCursor: string | null;
    /** Absent in cursor mode. */
    readonly page?: number;
    /** Only where a count was asked for. */
    readonly total?: number;
    readonly totalPages?: number;
  };
}

/** A document with the selected fields; `id` always comes. */
export type SelectedOf<C extends Collection, S extends FieldName<C>> = Flat<{
  [K in keyof DocumentOf<C> as K extends S | "id" ? K : never]: DocumentOf<C>[K];
}>;

/** What stands in the place of ids: one document, or a list of them. */
type Instead<Held> = Held extends readonly unknown[] ? readonly PopulatedDocument[] : PopulatedDocument;

type Outgoing<C extends Collection> = {
  [K in keyof DocumentOf<C> as K extends "id" ? never : K]?: K extends RelationshipName<C>
    ? DocumentOf<C>[K] | Instead<NonNullable<DocumentOf<C>[K]>>
    : DocumentOf<C>[K];
};

/** A document on its way out: with the fields that were selected and may be read, its relationships maybe populated. */
export type OutgoingOf<C extends Collection> = Flat<{ readonly id: string } & Outgoing<C>>;

/** The collections of an application by slug. */
export type BySlug<C extends readonly Collection[]> = { readonly [X in C[number] as X["slug"]]: X };

/** The collection at a slug; `never` where it is not known by type. */
export type CollectionAt<A, Slug> = Slug extends keyof A ? Extract<A[Slug], Collection> : never;

type First<P extends string> = P extends `${infer Name}.${string}` ? Name : P;
type Behind<P extends string, K> = P extends `${infer Name}.${infer Rest}`
  ? Name extends K
    ? Rest
    : never
  : never;

/** One relationship less to go. */
type Less = readonly [0, 0, 1, 2];

/** What stands in a populated field: a target that may not be read counts as missing, even where one is required. */
type Fetched<F, A, P extends string, N extends Depth> = F extends { readonly to: infer To }
  ? F extends { readonly hasMany: true }
    ? readonly Reached<A, To, P, N>[]
    : Reached<A, To, P, N> | null
  : never;

/** The whole document at a slug. */
type Reached<A, Slug, P extends string, N extends Depth> = [CollectionAt<A, Slug>] extends [never]
  ? PopulatedDocument
  : ReadOf<CollectionAt<A, Slug>, A, FieldName<CollectionAt<A, Slug>>, P, N>;

interface Reading {
  readonly all: unknown;
  readonly path: string;
  readonly depth: Depth;
}

/** What stands in the field `K`: what it holds, or what it refers to. */
type Shown<Held, K, F, R extends Reading> = F extends Relationship
  ? K extends First<R["path"]>
    ? Fetched<F, R["all"], Behind<R["path"], K>, Less[R["depth"]]>
    : Unfolded<Held, F, R["all"], R["depth"]>
  : Held;

/** One answer for each depth that there may be. */
type Unfolded<Held, F, A, N extends Depth> = N extends 0 ? Held : Fetched<F, A, never, Less[N]>;

/** The field at a name; the server's own have none. */
type FieldAt<C extends Collection, K> = K extends keyof C["fields"] ? C["fields"][K] : unknown;

type Populated<C extends Collection, S, R extends Reading> = {
  [K in keyof DocumentOf<C> as K extends S | "id" | First<R["path"]> ? K : never]: Shown<
    DocumentOf<C>[K],
    K,
    FieldAt<C, K>,
    R
  >;
};

/**
 * A document as a read answers it: the fields `S`, the relationships of the paths `P` populated, and all of them `N`
 * deep. `A` holds the collections by slug.
 */
export type ReadOf<C extends Collection, A, S extends FieldName<C>, P extends string, N extends Depth> = [
  P,
  N,
] extends [never, 0]
  ? SelectedOf<C, S>
  : Flat<Populated<C, S, { readonly all: A; readonly path: P; readonly depth: N }>>;

/**
 * A populated document by the configuration's type: `PopulatedOf<typeof config, "posts", "author">`. For clients, whose
 * types can't follow what a request asks for: there a relationship field says id.
 */
export type PopulatedOf<
  T extends { readonly collections: readonly Collection[] },
  Slug extends T["collections"][number]["slug"],
  P extends PopulatePath<CollectionAt<BySlug<T["collections"]>, Slug>> = never,
  N extends Depth = 0,
> = Reached<BySlug<T["collections"]>, Slug, P, N>;
