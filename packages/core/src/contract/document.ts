import type { Collection } from "./collection.ts";
import type { Field, Fields, Json } from "./field.ts";

interface ValueByKind {
  text: string;
  textarea: string;
  email: string;
  number: number;
  integer: number;
  decimal: string;
  boolean: boolean;
  date: string;
  select: string;
  json: Exclude<Json, null>;
  relationship: string;
}

/** The JSON value that a field holds when it is set. */
export type ValueOf<F extends Field> = F extends { readonly options: readonly (infer O)[] }
  ? O
  : ValueByKind[F["type"]];

/** What a field shows and takes: `null` stands for "not set", which a required field never is. */
type Held<F extends Field> = F extends { readonly required: true } ? ValueOf<F> : ValueOf<F> | null;

/** Whether a create must carry the field. */
type IsMandatory<F extends Field> = F extends { readonly required: true }
  ? F extends { readonly default: unknown }
    ? false
    : true
  : false;

/** Whether a collection keeps timestamps: `false` where it does not say. */
export type HasTimestamps<C extends Collection> = [C["timestamps"]] extends [undefined]
  ? false
  : [C["timestamps"]] extends [true | undefined]
    ? true
    : false;

/** Fields that the server owns: `id`, and the timestamps where the collection keeps them. */
export type ServerFields<T extends boolean> = true extends T
  ? { readonly id: string; readonly createdAt: string; readonly updatedAt: string }
  : { readonly id: string };

/** An intersection as one object, so that an editor shows its members instead of its parts. */
export type Flat<T> = { [K in keyof T]: T[K] } & {};

/** A document as it is read: unset fields are `null`, never absent. */
export type DocumentOf<C extends Collection> = Flat<
  ServerFields<HasTimestamps<C>> & { readonly [K in keyof C["fields"]]: Held<C["fields"][K]> }
>;

/** The body of a create: required fields without a default must be there, the others may. */
export type CreateOf<C extends Collection> = Flat<
  {
    readonly [K in keyof C["fields"] as IsMandatory<C["fields"][K]> extends true ? K : never]: ValueOf<
      C["fields"][K]
    >;
  } & {
    readonly [K in keyof C["fields"] as IsMandatory<C["fields"][K]> extends true ? never : K]?: Held<
      C["fields"][K]
    >;
  }
>;

/** The body of an update: any field, `null` clears an optional one. */
export type UpdateOf<C extends Collection> = Flat<{
  readonly [K in keyof C["fields"]]?: Held<C["fields"][K]>;
}>;

type ServerName<T extends boolean> = "id" | (true extends T ? "createdAt" | "updatedAt" : never);

/** The names that `select` takes. */
export type FieldName<C extends Collection> =
  | Extract<keyof C["fields"], string>
  | ServerName<HasTimestamps<C>>;

/** The same union without its name, so that a mistake is answered with the names there are. */
type Listed<N extends string> = [N] extends [infer Name extends string] ? Name : never;

/** The names that a list can be sorted by: every field but the JSON ones. */
type SortName<F extends Fields, T extends boolean> = Listed<
  | ("json" extends F[keyof F]["type"]
      ? { [K in keyof F]: F[K]["type"] extends "json" ? never : Extract<K, string> }[keyof F]
      : Extract<keyof F, string>)
  | ServerName<T>
>;

/** A sort key over some fields: a name, with `-` in front for descending. */
export type SortKeyOf<F extends Fields, T extends boolean> = Listed<SortName<F, T> | `-${SortName<F, T>}`>;

/** A sort key: a field name, with `-` in front for descending. JSON fields have no order. */
export type SortKey<C extends Collection> = SortKeyOf<C["fields"], HasTimestamps<C>>;
