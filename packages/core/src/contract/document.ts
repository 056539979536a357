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
  json: Json;
  relationship: string;
}

/** The JSON value that a field holds when it is set. */
export type ValueOf<F extends Field> = F extends {
  readonly type: "select";
  readonly options: readonly (infer O)[];
}
  ? O
  : F["type"] extends keyof ValueByKind
    ? ValueByKind[F["type"]]
    : never;

/** Fields that the server owns: `id`, and the timestamps where the collection keeps them. */
export type ServerFields<T extends boolean | undefined> = { readonly id: string } & (true extends T
  ? { readonly createdAt: string; readonly updatedAt: string }
  : unknown);

type Flat<T> = { [K in keyof T]: T[K] };
type RequiredNames<F extends Fields> = {
  [K in keyof F]: F[K] extends { readonly required: true } ? K : never;
}[keyof F];
type MandatoryNames<F extends Fields> = {
  [K in keyof F]: F[K] extends { readonly required: true }
    ? F[K] extends { readonly default: unknown }
      ? never
      : K
    : never;
}[keyof F];
type Written<F extends Fields, K extends keyof F> =
  | ValueOf<F[K]>
  | (F[K] extends { readonly required: true } ? never : null);

/** A document as it is read: unset fields are `null`, never absent. */
export type DocumentOf<C extends Collection> = Flat<
  ServerFields<C["timestamps"]> & {
    readonly [K in keyof C["fields"]]:
      | ValueOf<C["fields"][K]>
      | (K extends RequiredNames<C["fields"]> ? never : null);
  }
>;

/** The body of a create: required fields without a default must be there, the others may. */
export type CreateOf<C extends Collection> = Flat<
  { readonly [K in MandatoryNames<C["fields"]>]: ValueOf<C["fields"][K]> } & {
    readonly [K in Exclude<keyof C["fields"], MandatoryNames<C["fields"]>>]?: Written<C["fields"], K>;
  }
>;

/** The body of an update: any field, `null` clears an optional one. */
export type UpdateOf<C extends Collection> = {
  readonly [K in keyof C["fields"]]?: Written<C["fields"], K>;
};

/** The names that `sort` and `select` take. */
export type FieldName<C extends Collection> = Extract<keyof DocumentOf<C>, string>;

/** A sort key: a field name, with `-` in front for descending. */
export type SortKey<C extends Collection> = FieldName<C> | `-${FieldName<C>}`;
