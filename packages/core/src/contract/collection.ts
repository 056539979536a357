import type { SortKeyOf } from "./document.ts";
import type { Fields } from "./field.ts";
import type { Access } from "./rule.ts";

/** What `defineCollection` takes. */
export interface CollectionOptions<S extends string, F extends Fields, T extends boolean> {
  /** Name in URLs: `^[a-z][a-z0-9-]{0,47}$`. The table is the same name in snake_case. */
  readonly slug: S;
  readonly fields: F;
  /** Who may do what. A missing rule denies. */
  readonly access?: NoInfer<Access<F, T>>;
  /** Keeps `createdAt` and `updatedAt`. Default `false`. */
  readonly timestamps?: T;
  /** How a list is sorted when the caller does not say. Default `-createdAt` with timestamps, else `id`. */
  readonly defaultSort?: NoInfer<SortKeyOf<F, T> | readonly SortKeyOf<F, T>[]>;
}

/**
 * A collection: documents of one shape, stored in one table, served under one path. Its rules were checked against its
 * fields where it was defined; here they are open, so that one collection costs the compiler no more than its fields.
 */
export interface Collection<
  S extends string = string,
  F extends Fields = Fields,
  T extends boolean = boolean,
> {
  readonly slug: S;
  readonly fields: F;
  readonly access?: Access;
  readonly timestamps?: T;
  readonly defaultSort?: string | readonly string[];
}
