import type { Body } from "../body/store.ts";
import type { FieldModel } from "../contract/model.ts";
import type { ListQuery } from "../filter/list.ts";
import type { PopulateTree } from "../filter/populate.ts";
import type { Filter } from "../filter/tree.ts";

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
  readonly populate: PopulateTree;
}

/** A checked create: every column has its value. */
export interface CreateInput extends Body {
  readonly kind: "create";
  readonly id: string;
}

/** A checked update: what changes. */
export interface UpdateInput extends Body {
  readonly kind: "update";
  readonly id: string;
}

/** A checked delete. */
export interface DeleteInput {
  readonly kind: "delete";
  readonly id: string;
}

/** A request whose every value was checked. */
export type Valid = ListInput | CountInput | OneInput | CreateInput | UpdateInput | DeleteInput;
