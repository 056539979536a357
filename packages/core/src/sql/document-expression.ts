import type { CollectionModel } from "../contract/model.ts";
import { documentSql } from "./document.ts";
import { writer } from "./writer.ts";

/**
 * The document of the row `alias` of a collection as an SQL expression of the type `json`, the way a read without rules
 * of fields shows it: every field but hidden ones. For statements of plugins that have found the row by themselves.
 */
export function documentExpression(model: CollectionModel, alias: string): string {
  const fields = [...model.fields.values()].filter(({ hidden }) => !hidden);
  return documentSql({ model, fields, conditional: new Map(), populated: new Map() }, alias, writer());
}
