import { collectionTable } from "../blueprint/tables.ts";
import type { Runner } from "../contract/database.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import { isLucentError, LucentError } from "../errors.ts";
import { allOf, type Comparison, type Filter } from "../filter/tree.ts";
import type { View } from "../filter/view.ts";
import { violatedConstraint } from "../postgres/failure.ts";
import { selectCount } from "../sql/select.ts";
import { selectImage, type StoredRow } from "../sql/write.ts";

/** A write that may meet another row, as far as answering the conflict needs it. */
export interface Conflicting {
  readonly model: CollectionModel;
  readonly id: string;
  readonly row: StoredRow;
  /** What the new image has to match. */
  readonly image: Filter;
  /** What the caller may read. */
  readonly view: View | undefined;
}

interface Conflict extends Conflicting {
  /** What comes before a conflict in the order of checks. */
  readonly instead?: LucentError;
  /** The value that another row holds, where it is one field's. */
  readonly value: Comparison | undefined;
}

const conflicts = new WeakMap<object, Conflict>();

/** Notes what a failed write wanted, if it failed for another row. Answers the same error. */
export function notedConflict(error: unknown, write: Conflicting): unknown {
  if (isLucentError(error) && error.code === "CONFLICT") {
    conflicts.set(error, { ...write, value: heldValue(write, violatedConstraint(error)) });
  }
  return error;
}

/** Has a noted conflict answered with another error, which comes before it. Answers the same error. */
export function superseded(error: unknown, instead: LucentError): unknown {
  const conflict = isLucentError(error) ? conflicts.get(error) : undefined;
  if (conflict !== undefined && isLucentError(error)) conflicts.set(error, { ...conflict, instead });
  return error;
}

/**
 * Answers a noted conflict: a new image that is not allowed comes before it. Names its field, but only where the caller
 * could have found the other row by reading; anything more would tell that a hidden row holds the value. Needs a reader
 * that can still be used.
 */
export async function explainedConflict(error: unknown, reader: Runner): Promise<unknown> {
  const conflict = isLucentError(error) ? conflicts.get(error) : undefined;
  if (conflict === undefined || !isLucentError(error)) return error;
  const { model, view, image, value, instead } = conflict;
  if (image.kind !== "everything") {
    const [verdict] = await reader.run(selectImage(model, conflict, image));
    if (verdict !== undefined && verdict[0] !== true)
      return new LucentError("FORBIDDEN", { cause: error.cause });
  }
  if (instead !== undefined) return instead;
  if (value === undefined || view?.fields.has(value.field.name) !== true) return error;
  const [row] = await reader.run(selectCount(model, allOf([value, view.rows])));
  if (Number(row?.[0]) === 0) return error;
  return new LucentError("CONFLICT", {
    errors: [{ path: value.field.name, rule: "unique" }],
    cause: error.cause,
  });
}

function heldValue({ model, row }: Conflicting, constraint: string | undefined): Comparison | undefined {
  const field = uniqueField(model, constraint);
  const value = field === undefined ? undefined : row.get(field);
  if (field === undefined || value === undefined || value === null) return undefined;
  return { kind: "comparison", field, path: [], operator: "eq", value };
}

function uniqueField(model: CollectionModel, constraint: string | undefined): FieldModel | undefined {
  const index = collectionTable(model).indexes.find(({ name, unique }) => unique && name === constraint);
  const [only] = index?.columns ?? [];
  return index?.columns.length === 1
    ? [...model.fields.values()].find(({ column, links }) => links === undefined && column === only?.name)
    : undefined;
}
