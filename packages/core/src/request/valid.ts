import type { FieldModel } from "../contract/model.ts";
import type { ListQuery } from "../filter/list.ts";
import type { Filter } from "../filter/tree.ts";
import type { StoredRow } from "../sql/write.ts";

/** A relationship that a body sets. */
export interface ReferenceInput {
  readonly path: string;
  /** Slug of the target. */
  readonly to: string;
  readonly id: string;
}

/** A checked list. */
export interface ListInput {
  readonly kind: "list";
  readonly query: ListQuery;
}

/** A checked count. */
export interface CountInput {
  readonly kind: "count";
  readonly filter: Filter;
}

/** A checked read of one document. */
export interface OneInput {
  readonly kind: "one";
  readonly id: string;
  readonly select: readonly FieldModel[];
}

/** A checked create: every column has its value. */
export interface CreateInput {
  readonly kind: "create";
  readonly id: string;
  readonly row: StoredRow;
  readonly references: readonly ReferenceInput[];
}

/** A checked update: the columns that change. */
export interface UpdateInput {
  readonly kind: "update";
  readonly id: string;
  readonly row: StoredRow;
  readonly references: readonly ReferenceInput[];
}

/** A checked delete. */
export interface DeleteInput {
  readonly kind: "delete";
  readonly id: string;
}

/** A request whose every value was checked. */
export type Valid = ListInput | CountInput | OneInput | CreateInput | UpdateInput | DeleteInput;
