import type { Collection } from "./collection.ts";
import type { Field, FieldKind, Fields, Json, RichText } from "./field.ts";

/** The kinds whose value has one type, whatever their options. */
interface PlainValues {
  text: string;
  textarea: string;
  email: string;
  number: number;
  integer: number;
  decimal: string;
  boolean: boolean;
  date: string;
  json: Exclude<Json, null>;
  richtext: RichText;
  password: string;
}

/** The JSON value that a field holds when it is set. */
export type ValueOf<F extends Field> = F extends { readonly type: keyof PlainValues }
  ? PlainValues[F["type"]]
  : F extends { readonly options: readonly (infer O)[] }
    ? "select" extends F["type"]
      ? O
      : readonly O[]
    : F extends { readonly fields: infer I extends Fields }
      ? readonly ItemOf<I>[]
      : F extends { readonly hasMany: true }
        ? readonly string[]
        : string;

/** An entry of an array: unset fields are `null`, never absent. */
type ItemOf<F extends Fields> = { readonly [K in keyof F]: Held<F[K]> };

/** The JSON value that a body carries for a field: what an entry of an array does not require may be left out. */
type SentOf<F extends Field> = F extends { readonly fields: infer I extends Fields }
  ? readonly EntryOf<I>[]
  : ValueOf<F>;

/** What has to be there, and what may be. */
type EntryParts<F extends Fields> = {
  readonly [K in keyof F as IsMandatory<F[K]> extends true ? K : never]: SentOf<F[K]>;
} & {
  readonly [K in keyof F as IsMandatory<F[K]> extends true ? never : K]?: Sent<F[K]>;
};

type EntryOf<F extends Fields> = Flat<EntryParts<F>>;

/** What a body may carry for a field: null clears it, unless it is never null. */
type Sent<F extends Field> = F extends Filled ? SentOf<F> : SentOf<F> | null;

/** A field that never shows null: a required one, and a list of references, which may be empty. */
type Filled = { readonly required: true } | { readonly hasMany: true };

/** What a field shows and takes: `null` stands for "not set". */
type Held<F extends Field> = F extends Filled ? ValueOf<F> : ValueOf<F> | null;

/** Whether a create must carry the field. */
type IsMandatory<F extends Field> = F extends { readonly required: true }
  ? F extends { readonly default: unknown }
    ? false
    : true
  : false;

/** Fields that can all be read. A type with an index signature asks all fields at once; a union of them would be made anew. */
interface AllReadable {
  readonly [name: string]: { readonly type: Exclude<FieldKind, "password">; readonly hidden?: false };
}

/** A field that nobody but the system reads. */
type Secret = { readonly type: "password" } | { readonly hidden: true };

/** The fields that can be read. One question for all of them: few collections have a secret one. */
export type ReadableFields<F extends Fields> = F extends AllReadable
  ? F
  : { [K in keyof F as F[K] extends Secret ? never : K]: F[K] };

/** Fields that every body can carry. */
interface AllUpdatable {
  readonly [name: string]: { readonly type: Exclude<FieldKind, "password">; readonly writable?: undefined };
}

/** A field that the body of an update can't carry. */
type Settled = { readonly type: "password" } | { readonly writable: "create" | false };

/** The fields that an update can carry. */
type UpdatableFields<F extends Fields> = F extends AllUpdatable
  ? F
  : { [K in keyof F as F[K] extends Settled ? never : K]: F[K] };

/** Fields that the body of a create can carry. */
interface AllCreatable {
  readonly [name: string]: { readonly type: FieldKind; readonly writable?: "create" };
}

/** The fields that a create can carry. */
type CreatableFields<F extends Fields> = F extends AllCreatable
  ? F
  : { [K in keyof F as F[K] extends { readonly writable: false } ? never : K]: F[K] };

/** Whether an option of a collection is on: `false` where it does not say. */
type IsOn<O extends boolean | undefined> = [O] extends [undefined]
  ? false
  : [O] extends [true | undefined]
    ? true
    : false;

/** Whether a collection keeps timestamps: `false` where it does not say. */
export type HasTimestamps<C extends Collection> = IsOn<C["timestamps"]>;

/** Whether a collection marks what is deleted instead of removing it: `false` where it does not say. */
export type HasSoftDelete<C extends Collection> = IsOn<C["softDelete"]>;

/** Fields that the server owns: `id`, and the timestamps where the collection keeps them. */
export type ServerFields<T extends boolean, D extends boolean = false> = (true extends T
  ? { readonly id: string; readonly createdAt: string; readonly updatedAt: string }
  : { readonly id: string }) &
  // Only where `readDeleted` lets the caller see deleted documents.
  (true extends D ? { readonly deletedAt?: string | null } : unknown);

/** An intersection as one object, so that an editor shows its members instead of its parts. */
export type Flat<T> = { [K in keyof T]: T[K] } & {};

type Shown<F extends Fields> = { readonly [K in keyof F]: Held<F[K]> };

/** A document as it is read: unset fields are `null`, never absent. */
export type DocumentOf<C extends Collection> = Flat<
  ServerFields<HasTimestamps<C>, HasSoftDelete<C>> & Shown<ReadableFields<C["fields"]>>
>;

/** The body of a create: required fields without a default must be there, the others may. */
export type CreateOf<C extends Collection> = Flat<
  EntryParts<CreatableFields<C["fields"]>> &
    (true extends IsOn<C["clientId"]> ? { readonly id?: string } : unknown)
>;

type Changes<F extends Fields> = { readonly [K in keyof F]?: Sent<F[K]> };

/** The body of an update: any field, `null` clears an optional one. */
export type UpdateOf<C extends Collection> = Flat<Changes<UpdatableFields<C["fields"]>>>;

type ServerName<T extends boolean, D extends boolean> =
  | "id"
  | (true extends T ? "createdAt" | "updatedAt" : never)
  | (true extends D ? "deletedAt" : never);

/** The names that `select` takes. */
export type FieldName<C extends Collection> =
  | Extract<keyof ReadableFields<C["fields"]>, string>
  | ServerName<HasTimestamps<C>, HasSoftDelete<C>>;

/** The same union without its name, so that a mistake is answered with the names there are. */
type Listed<N extends string> = [N] extends [infer Name extends string] ? Name : never;

type Unordered = "json" | "richtext" | "multiselect" | "array" | "password";

/** Fields that all have an order. */
interface AllSortable {
  readonly [name: string]: {
    readonly type: Exclude<FieldKind, Unordered>;
    readonly hidden?: false;
    readonly hasMany?: false;
  };
}

type Unsortable = Secret | { readonly type: Unordered } | { readonly hasMany: true };

/** Those of the names `K` that a list can be sorted by. A question for each name costs less than a mapped type. */
type Ordered<F extends Fields, K extends keyof F> = K extends string
  ? F[K] extends Unsortable
    ? never
    : K
  : never;

/** The names that a list can be sorted by: every field but secrets, lists and JSON. */
type SortName<F extends Fields, T extends boolean, D extends boolean> =
  | (F extends AllSortable ? keyof F & string : Ordered<F, keyof F>)
  | ServerName<T, D>;

/** A sort key over some fields: a name, with `-` in front for descending. */
export type SortKeyOf<
  F extends Fields,
  T extends boolean,
  D extends boolean = false,
> = Listed<`${"" | "-"}${SortName<F, T, D>}`>;

/** A sort key: a field name, with `-` in front for descending. Lists and JSON have no order. */
export type SortKey<C extends Collection> = SortKeyOf<C["fields"], HasTimestamps<C>, HasSoftDelete<C>>;
