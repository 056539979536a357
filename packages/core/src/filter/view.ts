import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { Filter } from "./tree.ts";

/** Fields by name: own entries of a map, never keys of an object. */
export type FieldMap = ReadonlyMap<string, FieldModel>;

/** What one caller may read of one collection. */
export interface View {
  readonly model: CollectionModel;
  /** The rows: those that the read rule lets through, deleted ones left out. */
  readonly rows: Filter;
  /** The same with the deleted ones. */
  readonly withDeleted: Filter;
  /** The fields that may be read in every one of these rows, and so may be named: filtered, sorted, searched by. */
  readonly fields: FieldMap;
  /** Fields that may be read in some rows only. They are shown there; naming them would tell about the other rows. */
  readonly conditional: ReadonlyMap<FieldModel, Filter>;
}

/** The collections that a request reaches through relationships; one that is not in here may not be read at all. */
export type Views = ReadonlyMap<string, View>;

/** For what reaches no other collection. */
export const noViews: Views = new Map();
