import type { CollectionModel } from "../contract/model.ts";
import { LucentError } from "../errors.ts";
import { nothingPopulated } from "../filter/populate.ts";
import { allShown } from "../filter/select.ts";
import { documentShape } from "../filter/shape.ts";
import { everything } from "../filter/tree.ts";
import type { View } from "../filter/view.ts";
import { readColumns, selectOne, selectVerdicts } from "../sql/select.ts";
import type { Permit } from "./access.ts";
import { type FieldConditions, refuseFields } from "./field-access.ts";
import type { Call } from "./principal.ts";
import { joined, type Session } from "./session.ts";

/** A whole document as hooks see it, with the version of its row. */
export interface StoredDocument {
  readonly doc: Record<string, unknown>;
  readonly version: string;
}

/**
 * The document that an operation is going to change, locked until the transaction ends.
 * @param forHooks Whether hooks get to see it. References lie in tables of their own, of which a statement that had to
 * wait for the lock shows how they were before: then they are read once more.
 * @throws LucentError `NOT_FOUND` where there is none that the rule lets the caller change.
 */
export async function lockedDocument(
  { reader }: Session,
  view: View,
  { id, permit, forHooks }: { readonly id: string; readonly permit: Permit; readonly forHooks: boolean },
): Promise<StoredDocument> {
  const locked = await readStored(reader, view, { id, rows: permit.rows, lock: true });
  const isSplit = [...view.fields.values()].some(({ links }) => links !== undefined);
  return forHooks && isSplit ? readStored(reader, view, { id, rows: everything }) : locked;
}

/** A document as it is after an operation that was allowed. */
export function changedDocument({ reader }: Session, view: View, id: string): Promise<StoredDocument> {
  return readStored(reader, view, { id, rows: everything });
}

async function readStored(
  reader: Session["reader"],
  view: View,
  at: Parameters<typeof selectOne>[1],
): Promise<StoredDocument> {
  const [row] = await reader.objects(selectOne(documentShape(view, allShown(view), nothingPopulated), at));
  if (row === undefined) throw new LucentError("NOT_FOUND");
  // oxlint-disable-next-line eslint/no-restricted-properties, typescript/no-unsafe-type-assertion -- the text is Postgres' own, made of a row
  const doc = JSON.parse(String(row[readColumns.document])) as Record<string, unknown>;
  return { doc, version: String(row[readColumns.version]) };
}

/** Fields of a body that may be written only where the document matches. @throws LucentError `FORBIDDEN` naming them. */
export async function checkFieldConditions(
  { reader }: Session,
  model: CollectionModel,
  { id, conditions }: { readonly id: string; readonly conditions: FieldConditions },
): Promise<void> {
  if (conditions.size === 0) return;
  const [row = []] = await reader.run(selectVerdicts(model, id, [...conditions.values()]));
  refuseFields([...conditions.keys()].filter((_, at) => row[at] !== true));
}

/** Runs `work` as it is, or in a transaction that everything inside it belongs to. */
export function transacted<T>(call: Call, isNeeded: boolean, work: (inside: Call) => Promise<T>): Promise<T> {
  if (!isNeeded && call.session.isIsolating !== true) return work(call);
  return call.session.transact((session) => work({ ...call, session: joined(session) }));
}
