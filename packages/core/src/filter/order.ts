import type { CollectionModel, FieldModel, SortField } from "../contract/model.ts";
import type { Filter, TextSearch } from "./tree.ts";

/** A step from a document to the target of one of its to-one relationships. */
export interface Hop {
  readonly field: FieldModel;
  readonly target: CollectionModel;
  /** The targets that count; any other is as good as none. */
  readonly rows: Filter;
}

/** Orders by a field of the document, or of a document that it leads to. */
export interface FieldKey extends SortField {
  /** From the document outwards; absent for its own fields. */
  readonly through?: readonly Hop[];
}

/** Orders by how well a text search matches. */
export interface RankKey {
  readonly rank: TextSearch;
  readonly descending: boolean;
}

/** One key of the order of a list. */
export type OrderKey = FieldKey | RankKey;

/** Whether a key can be null. */
export function isNullable(key: OrderKey): boolean {
  return "field" in key && (key.field.nullable || key.through !== undefined);
}
