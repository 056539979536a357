import type { Reader } from "../contract/database.ts";
import type { CollectionModel } from "../contract/model.ts";
import { LucentError } from "../errors.ts";
import { everything, type Filter, isOverRelations, nothing } from "../filter/tree.ts";
import { readColumns, selectReadable } from "../sql/select.ts";
import {
  deleteOne,
  insertOne,
  selectWritten,
  updateOne,
  verdictNames,
  type WriteSelection,
} from "../sql/write.ts";
import type { Allowed, AllowedWrite } from "./access.ts";
import { notedConflict } from "./conflict.ts";
import type { DocumentText } from "./render.ts";
import type { Session } from "./session.ts";
import type { DeleteInput } from "./valid.ts";

/** A written row: its id, and the document where the caller may read it. */
export interface Written {
  readonly id: string;
  readonly document: DocumentText | undefined;
  /** Changes with every change of the row; only with a document. */
  readonly version: string | undefined;
}

/** Inserts a row. @throws LucentError `FORBIDDEN` where it does not match the rule's filter; nothing is inserted then. */
export async function insertRow(session: Session, allowed: AllowedWrite): Promise<Written> {
  const { model, input } = allowed;
  const written = await write(session, allowed, (answer) => insertOne(model, input, answer));
  if (written === undefined) throw new LucentError("INTERNAL", { cause: "an insert answered no row" });
  return written;
}

/**
 * Updates a row.
 * @throws LucentError `NOT_FOUND` where there is none that the caller may update, `FORBIDDEN` where the new image
 * would leave the rule's filter; nothing is changed then.
 */
export async function updateRow(session: Session, allowed: AllowedWrite): Promise<Written> {
  const { model, input, rows } = allowed;
  const isEmpty = input.row.size === 0 && input.links.length === 0;
  const written = isEmpty
    ? await readWritten(session.reader, allowed, rows)
    : await write(session, allowed, (answer) =>
        updateOne(model, { id: input.id, rows, change: input }, answer),
      );
  if (written === undefined) throw new LucentError("NOT_FOUND");
  return written;
}

/** Deletes a row, or marks it as deleted. @throws LucentError `NOT_FOUND`, or `CONFLICT` where another row refers to it. */
export async function deleteRow(
  reader: Reader,
  { model, input, rows }: Allowed<DeleteInput>,
  now: () => Date,
): Promise<void> {
  const { deletedAt } = model;
  const statement =
    deletedAt === undefined
      ? deleteOne(model, input.id, rows)
      : updateOne(model, { id: input.id, rows, change: deletion(deletedAt, now().toISOString()) });
  const [row] = await reader.objects(statement);
  if (row === undefined) throw new LucentError("NOT_FOUND");
}

type DeletedAt = NonNullable<CollectionModel["deletedAt"]>;

function deletion(field: DeletedAt, at: string | null): Parameters<typeof insertOne>[1] {
  return { row: new Map([[field, at]]), links: [] };
}

/** Takes back a deletion; a row that is not deleted stays as it is. @throws LucentError `NOT_FOUND` or `CONFLICT`. */
export async function restoreRow(session: Session, allowed: Allowed<DeleteInput>): Promise<Written> {
  const { model, input, rows } = allowed;
  const { deletedAt } = model;
  if (deletedAt === undefined) throw new LucentError("NOT_FOUND");
  const gone: Filter = { kind: "existence", field: deletedAt, path: [], exists: true };
  const change = deletion(deletedAt, null);
  await session.reader.objects(
    updateOne(model, { id: input.id, rows: { kind: "and", of: [rows, gone] }, change }),
  );
  const written = await readWritten(session.reader, allowed, rows);
  if (written === undefined) throw new LucentError("NOT_FOUND");
  return written;
}

/** Reads a row as it is now the way a write answers it. */
export async function readWritten(
  reader: Reader,
  allowed: Allowed<AllowedWrite["input"] | DeleteInput>,
  rows: Filter,
): Promise<Written | undefined> {
  const { model, input } = allowed;
  const answer = { ...selectionOf(allowed), allowed: everything };
  const [row] = await reader.objects(selectWritten(model, { id: input.id, rows }, answer));
  return row === undefined ? undefined : writtenOf(input.id, row);
}

function selectionOf({ shape, image, view }: Allowed): WriteSelection {
  return { shape, allowed: image, visible: view?.rows ?? nothing };
}

type Statement = ReturnType<typeof insertOne>;

/**
 * One plain statement where it can say everything about the new row; else a transaction, which undoes the write where
 * its new image does not match the rule.
 */
async function write(
  session: Session,
  allowed: AllowedWrite,
  statement: (answer?: WriteSelection) => Statement,
): Promise<Written | undefined> {
  const { input, image, model } = allowed;
  const answer = selectionOf(allowed);
  if (!isSaidAtOnce(allowed, answer)) {
    return session.transact(async ({ reader }) => {
      const [row] = await changed(reader, allowed, statement());
      const again = selectWritten(model, { id: input.id, rows: everything }, answer);
      return row === undefined ? undefined : answered(await reader.objects(again), input.id);
    });
  }
  const once = async ({ reader }: Session): Promise<Written | undefined> =>
    answered(await changed(reader, allowed, statement(answer)), input.id);
  return image.kind === "everything" ? session.explained(() => once(session)) : session.transact(once);
}

/** Sends the statement that writes; a conflict is noted, to be looked into when that can be done. */
async function changed(reader: Reader, allowed: AllowedWrite, statement: Statement): Promise<Rows> {
  try {
    return await reader.objects(statement);
  } catch (error) {
    throw notedConflict(error, { ...allowed, ...allowed.input });
  }
}

/**
 * Whether the statement that writes can answer too. Other tables, and this one when a filter comes back to it through a
 * relationship, are seen by it as they were before.
 */
function isSaidAtOnce({ input, shape }: AllowedWrite, { allowed, visible }: WriteSelection): boolean {
  if (input.links.length > 0) return false;
  return ![allowed, visible, ...shape.conditional.values()].some(isOverRelations);
}

type Rows = readonly Readonly<Record<string, unknown>>[];

function answered([row]: Rows, id: string): Written | undefined {
  if (row === undefined) return undefined;
  if (row[verdictNames.allowed] !== true) throw new LucentError("FORBIDDEN");
  return writtenOf(id, row);
}

function writtenOf(id: string, row: Readonly<Record<string, unknown>>): Written {
  if (row[verdictNames.visible] !== true) return { id, document: undefined, version: undefined };
  return { id, document: String(row[readColumns.document]), version: String(row[readColumns.version]) };
}

/**
 * Looks whether the caller may read what a write refers to; a target that does not exist is the same answer.
 * @throws LucentError `VALIDATION` listing those that it may not.
 */
export async function checkReferences(reader: Reader, { references }: AllowedWrite): Promise<void> {
  if (references.length === 0) return;
  const found = await reader.run(selectReadable(references));
  const readable = new Set(found.map(([at, id]) => `${String(at)} ${String(id)}`));
  const errors = references.flatMap(({ paths }, at) =>
    [...paths]
      .filter(([id]) => !readable.has(`${at} ${id}`))
      .flatMap(([, wrong]) => wrong.map((path) => ({ path, rule: "relationship" as const }))),
  );
  if (errors.length > 0) throw new LucentError("VALIDATION", { errors });
}
