import type { Collection } from "./collection.ts";
import type { Field } from "./field.ts";
import type { Access } from "./rule.ts";

/** The kind of a stored value: a field kind, or the id of the document. */
export type ValueKind = Field["type"] | "id";

/** A field as the engine uses it: checked, with its column. */
export interface FieldModel {
  /** Name in JSON. */
  readonly name: string;
  /** Name of the column. */
  readonly column: string;
  readonly kind: ValueKind;
  /** `true` for `id`, `createdAt` and `updatedAt`: set by the server, refused from a client. */
  readonly serverOwned: boolean;
  /** Whether the column can hold null. */
  readonly nullable: boolean;
  /** What the user wrote; absent for server-owned fields. */
  readonly definition: Field | undefined;
}

/** One key of an ordering. */
export interface SortField {
  readonly field: FieldModel;
  readonly descending: boolean;
}

/** A collection as the engine uses it: checked, named, with its server-owned fields. */
export interface CollectionModel {
  readonly slug: string;
  readonly table: string;
  /** Own entries only; safe to look up with a name that a client sent. */
  readonly fields: ReadonlyMap<string, FieldModel>;
  readonly access: Access;
  readonly timestamps: boolean;
  /** Ends with `id`, so that the order is total. */
  readonly defaultSort: readonly SortField[];
  readonly definition: Collection;
}

/** What an application consists of, before anything runs: frozen data that plugins read. */
export interface Model {
  readonly collections: ReadonlyMap<string, CollectionModel>;
  /** Path prefix of the API without a trailing slash, such as `/api`. */
  readonly prefix: string;
}
