import type { Reader } from "../contract/database.ts";
import { LucentError } from "../errors.ts";
import { readColumns, selectOne } from "../sql/select.ts";
import type { Allowed } from "./access.ts";
import { type AfterRead, type DocumentText, isTouched, rendered } from "./render.ts";
import type { OneInput } from "./valid.ts";

/** A document with the version of its row. */
export interface Found {
  readonly id: string;
  readonly document: DocumentText;
  /** Changes with every change of the row; absent where the document shows other rows too. */
  readonly version: string | undefined;
}

/** One document. @throws LucentError `NOT_FOUND` where there is none or it is not readable. */
export async function findOne(
  { input, rows, shape }: Allowed<OneInput>,
  { reader, afterRead }: { readonly reader: Reader; readonly afterRead: AfterRead },
): Promise<Found> {
  const [row] = await reader.objects(selectOne(shape, { id: input.id, rows }));
  if (row === undefined) throw new LucentError("NOT_FOUND");
  const text = String(row[readColumns.document]);
  return {
    id: input.id,
    document: isTouched(shape, afterRead) ? await rendered(text, shape, afterRead) : text,
    version: shape.populated.size === 0 ? String(row[readColumns.version]) : undefined,
  };
}
