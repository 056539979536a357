import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { PopulateTree } from "./populate.ts";
import { allShown } from "./select.ts";
import { type Filter, nothing } from "./tree.ts";
import type { View } from "./view.ts";

/** What a document consists of, to its last populated relationship. */
export interface DocumentShape {
  readonly model: CollectionModel;
  readonly fields: readonly FieldModel[];
  /** Of these, the ones that are shown only in the documents that match. */
  readonly conditional: ReadonlyMap<FieldModel, Filter>;
  /** Of these, the relationships that show documents instead of ids. */
  readonly populated: ReadonlyMap<FieldModel, PopulatedShape>;
}

/** The targets of a populated relationship. Without a shape there is none to be shown. */
export interface PopulatedShape {
  readonly rows: Filter;
  readonly shape: DocumentShape | undefined;
}

const nothingConditional: DocumentShape["conditional"] = new Map();
const nothingPopulated: DocumentShape["populated"] = new Map();

/** The shape of a read: the selected fields, populated as the tree says; what lies behind is shown whole. */
export function documentShape(view: View, fields: readonly FieldModel[], tree: PopulateTree): DocumentShape {
  const { model, conditional } = view;
  return {
    model,
    fields,
    conditional: conditional.size === 0 ? nothingConditional : only(conditional, fields),
    populated: tree.size === 0 ? nothingPopulated : populated(tree),
  };
}

function only(
  conditional: DocumentShape["conditional"],
  fields: readonly FieldModel[],
): DocumentShape["conditional"] {
  return new Map([...conditional].filter(([field]) => fields.includes(field)));
}

function populated(tree: PopulateTree): DocumentShape["populated"] {
  const found = new Map<FieldModel, PopulatedShape>();
  for (const [field, { view, behind }] of tree) {
    found.set(
      field,
      view === undefined
        ? { rows: nothing, shape: undefined }
        : { rows: view.rows, shape: documentShape(view, allShown(view), behind) },
    );
  }
  return found;
}
