import type { Collection } from "./collection.ts";
import type { CreateOf, DocumentOf, Flat, UpdateOf } from "./document.ts";
import type { BySlug, CollectionAt } from "./read.ts";

/** A row that was just written: only `id` where its writer may not read it. */
export type WrittenOf<C extends Collection> = Flat<
  { readonly id: string } & { [K in keyof DocumentOf<C> as K extends "id" ? never : K]?: DocumentOf<C>[K] }
>;

/** One operation of a batch on one collection. */
type OperationOn<C extends Collection> =
  | { readonly op: "create"; readonly collection: C["slug"]; readonly data: CreateOf<C> }
  | { readonly op: "update"; readonly collection: C["slug"]; readonly id: string; readonly data: UpdateOf<C> }
  | { readonly op: "delete"; readonly collection: C["slug"]; readonly id: string };

/** One operation of a batch: a create, an update or a delete on any of some collections. */
export type BatchOperation<C extends readonly Collection[]> = {
  [X in C[number] as X["slug"]]: OperationOn<X>;
}[C[number]["slug"]];

/** What became of one operation of a batch: the document as its caller may see it, or its id alone. */
export interface BatchResult {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Several writes in one transaction. */
export type Batch<C extends readonly Collection[]> = {
  /**
   * Runs 1–100 creates, updates and deletes in order, all of them or none.
   * @throws LucentError The failure of the first one that fails, with its position as `operation`.
   */
  batch<const S extends readonly string[]>(
    this: void,
    operations: readonly [...{ [I in keyof S]: BatchOperation<C> & { readonly collection: S[I] } }],
  ): Promise<{ readonly [I in keyof S]: WrittenOf<CollectionAt<BySlug<C>, S[I]>> }>;
};
