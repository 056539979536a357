import type { Database, Reader, Runner, Statement } from "../contract/database.ts";
import type { FieldModel } from "../contract/model.ts";
import { LucentError } from "../errors.ts";
import { parseSelect } from "../filter/list.ts";
import { selectOne, selectReadable } from "../sql/select.ts";
import {
  deleteOne,
  insertOne,
  touchNothing,
  updateOne,
  verdictNames,
  type WriteSelection,
} from "../sql/write.ts";
import type { Allowed } from "./access.ts";
import { withConflictPath } from "./conflict.ts";
import { decodeDocument, type Document } from "./decode.ts";
import type { CreateInput, DeleteInput, OneInput, UpdateInput } from "./valid.ts";

/** A written row: its id, and the document where the caller may read it. */
export interface Written {
  readonly id: string;
  readonly document: Document | undefined;
}

/** One document. @throws LucentError `NOT_FOUND` where there is none or it is not readable. */
export async function findOne(
  database: Reader,
  { model, input, rows }: Allowed<OneInput>,
): Promise<Document> {
  const [row] = await database.objects(selectOne(model, input.select, { id: input.id, rows }));
  if (row === undefined) throw new LucentError("NOT_FOUND");
  return decodeDocument(input.select, row);
}

/** Creates one document. @throws LucentError `FORBIDDEN` where the new row does not match the rule's filter. */
export async function createOne(database: Database, allowed: Allowed<CreateInput>): Promise<Written> {
  const statement = insertOne(allowed.model, allowed.input.row, answer(allowed));
  const written = await write(database, allowed, statement);
  if (written === undefined) throw new LucentError("INTERNAL");
  return written;
}

/**
 * Updates one document.
 * @throws LucentError `NOT_FOUND` where there is none that the caller may update, `FORBIDDEN` where the new image
 * would leave the rule's filter; nothing is changed then.
 */
export async function updateOneRow(database: Database, allowed: Allowed<UpdateInput>): Promise<Written> {
  const { model, input, rows } = allowed;
  const statement =
    input.row.size === 0
      ? touchNothing(model, { id: input.id, rows }, answer(allowed))
      : updateOne(model, { id: input.id, rows, row: input.row }, answer(allowed));
  const written = await write(database, allowed, statement);
  if (written === undefined) throw new LucentError("NOT_FOUND");
  return written;
}

/** Deletes one document. @throws LucentError `NOT_FOUND`, or `CONFLICT` where another document refers to it. */
export async function deleteOneRow(
  database: Runner,
  { model, input, rows }: Allowed<DeleteInput>,
): Promise<void> {
  const [row] = await database.run(deleteOne(model, input.id, rows));
  if (row === undefined) throw new LucentError("NOT_FOUND");
}

function fieldsOf({ readable }: Allowed): readonly FieldModel[] {
  return parseSelect(undefined, readable);
}

function answer(allowed: Allowed): WriteSelection {
  return { fields: fieldsOf(allowed), allowed: allowed.image, visible: allowed.visible };
}

type Write = Allowed<CreateInput> | Allowed<UpdateInput>;

/** A filter on the new image needs a transaction to undo the write; a rule that says `true` is one plain statement. */
async function write(database: Database, allowed: Write, statement: Statement): Promise<Written | undefined> {
  try {
    await checkReferences(database, allowed);
    const row =
      allowed.image.kind === "everything"
        ? (await database.objects(statement))[0]
        : await database.transaction((reader) => runChecked(reader, statement));
    if (row === undefined) return undefined;
    const { [verdictNames.allowed]: _, [verdictNames.visible]: isVisible, ...fields } = row;
    const document = isVisible === true ? decodeDocument(fieldsOf(allowed), fields) : undefined;
    return { id: allowed.input.id, document };
  } catch (error) {
    throw await withConflictPath(database, allowed, error);
  }
}

async function runChecked(reader: Reader, statement: Statement): Promise<Document | undefined> {
  const [row] = await reader.objects(statement);
  if (row !== undefined && row[verdictNames.allowed] !== true) throw new LucentError("FORBIDDEN");
  return row;
}

/** A target that does not exist and one that the caller may not read are the same answer. */
async function checkReferences(database: Runner, { references }: Allowed): Promise<void> {
  if (references.length === 0) return;
  const readable = new Set((await database.run(selectReadable(references))).map(([at]) => Number(at)));
  const errors = references
    .filter((_, at) => !readable.has(at))
    .map(({ path }) => ({ path, rule: "relationship" as const }));
  if (errors.length > 0) throw new LucentError("VALIDATION", { errors });
}
