import type { FieldModel } from "../contract/model.ts";
import type { DocumentShape } from "../filter/shape.ts";
import { verdictName } from "../sql/document.ts";

/** A document as JSON text, as it goes to the client. */
export type DocumentText = string;

type Document = Record<string, unknown>;

/** Changes documents on their way out. */
export interface AfterRead {
  /** Whether anything is to be done for the documents of a collection. */
  has(shape: DocumentShape): boolean;
  run(shape: DocumentShape, document: Document): Promise<Document>;
}

/** Whether a document must be looked at in this process: else its text goes out as Postgres made it. */
export function isTouched(shape: DocumentShape, hooks: AfterRead): boolean {
  if (shape.conditional.size > 0 || hooks.has(shape)) return true;
  for (const { shape: behind } of shape.populated.values()) {
    if (behind !== undefined && isTouched(behind, hooks)) return true;
  }
  return false;
}

/** Leaves out the fields that are not shown in this very document, and lets the hooks change it; inner ones first. */
export async function rendered(
  text: DocumentText,
  shape: DocumentShape,
  hooks: AfterRead,
): Promise<DocumentText> {
  // oxlint-disable-next-line eslint/no-restricted-properties, typescript/no-unsafe-type-assertion -- the text is Postgres' own, made of a row
  return JSON.stringify(await finished(JSON.parse(text) as Document, shape, hooks));
}

async function finished(document: Document, shape: DocumentShape, hooks: AfterRead): Promise<Document> {
  for (const [field, { shape: behind }] of shape.populated) {
    if (behind !== undefined) await finishPopulated(document, field, { behind, hooks });
  }
  for (const field of shape.conditional.keys()) {
    const name = verdictName(field);
    if (document[name] !== true) Reflect.deleteProperty(document, field.name);
    Reflect.deleteProperty(document, name);
  }
  return hooks.has(shape) ? hooks.run(shape, document) : document;
}

async function finishPopulated(
  document: Document,
  { name }: FieldModel,
  { behind, hooks }: { readonly behind: DocumentShape; readonly hooks: AfterRead },
): Promise<void> {
  const value = document[name];
  if (Array.isArray(value)) {
    const finishedOnes: unknown[] = [];
    for (const each of value as readonly Document[]) finishedOnes.push(await finished(each, behind, hooks));
    document[name] = finishedOnes;
  } else if (typeof value === "object" && value !== null) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a populated to-one relationship is a document
    document[name] = await finished(value as Document, behind, hooks);
  }
}
