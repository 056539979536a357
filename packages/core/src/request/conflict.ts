import { collectionTable } from "../blueprint/tables.ts";
import type { Runner } from "../contract/database.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import { isLucentError, LucentError } from "../errors.ts";
import { allOf, type Filter } from "../filter/tree.ts";
import { violatedConstraint } from "../postgres/failure.ts";
import { selectCount } from "../sql/select.ts";
import type { StoredRow } from "../sql/write.ts";
import type { Allowed } from "./access.ts";
import type { CreateInput, UpdateInput } from "./valid.ts";

type Write = Allowed<CreateInput> | Allowed<UpdateInput>;

/**
 * Names the field of a unique conflict, but only where the caller could have found the other row by reading;
 * anything more would tell that a hidden row holds the value.
 */
export async function withConflictPath(database: Runner, allowed: Write, error: unknown): Promise<unknown> {
  if (!isLucentError(error) || error.code !== "CONFLICT") return error;
  const field = uniqueField(allowed.model, violatedConstraint(error));
  const value = field === undefined ? null : storedValue(allowed.input.row, field);
  if (field === undefined || value === null || !allowed.readable.has(field.name)) return error;
  const same: Filter = { kind: "comparison", field, path: [], operator: "eq", value };
  const [row] = await database.run(selectCount(allowed.model, allOf([same, allowed.visible])));
  if (Number(row?.[0]) === 0) return error;
  return new LucentError("CONFLICT", { errors: [{ path: field.name, rule: "unique" }], cause: error.cause });
}

function uniqueField(model: CollectionModel, constraint: string | undefined): FieldModel | undefined {
  const index = collectionTable(model).indexes.find(({ name, unique }) => unique && name === constraint);
  return [...model.fields.values()].find(({ column }) => column === index?.columns[0]?.name);
}

function storedValue(row: StoredRow, field: FieldModel): string | number | boolean | null {
  return row.get(field) ?? null;
}
