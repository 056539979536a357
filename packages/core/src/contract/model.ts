import type { Collection } from "./collection.ts";
import type { Field } from "./field.ts";
import type { Access } from "./rule.ts";

/** The kind of a stored value: a field kind, or the id of the document. */
export type ValueKind = Field["type"] | "id";

/** Where the ids of a list of references are stored: one row for each, in the order of `position`. */
export interface LinkTable {
  readonly table: string;
  /** The column with the id of the document that refers. */
  readonly owner: "owner_id";
  /** The column with the id of the document referred to. */
  readonly target: "target_id";
  readonly position: "position";
  /** How many ids a document may have. */
  readonly maxItems: number;
}

/** A field as the engine uses it: checked, with its column. */
export interface FieldModel {
  /** Name in JSON. */
  readonly name: string;
  /** Name of the column, where it has one: see `links`. */
  readonly column: string;
  readonly kind: ValueKind;
  /** `true` for `id`, `createdAt`, `updatedAt` and `deletedAt`: set by the server, refused from a client. */
  readonly serverOwned: boolean;
  /** Whether the field can be null. */
  readonly nullable: boolean;
  /** Read by nobody but the system; a password not even by that. */
  readonly hidden: boolean;
  /** Where a list of references is stored: such a field has no column. `undefined` for every other field. */
  readonly links: LinkTable | undefined;
  /** Whether `search` looks at it. */
  readonly searchable: boolean;
  /** Slug of the collection that a relationship refers to. */
  readonly target: string | undefined;
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
  /** Whether deleting only sets `deletedAt`. */
  readonly softDelete: boolean;
  /** The field `deletedAt`, with `softDelete`; it is among `fields` too. */
  readonly deletedAt: FieldModel | undefined;
  /** Whether a create may bring its own id. */
  readonly clientId: boolean;
  /** The fields that `search` looks at; empty where the collection can't be searched. */
  readonly searchFields: readonly FieldModel[];
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
