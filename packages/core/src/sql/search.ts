import { searchVector } from "../blueprint/search.ts";
import type { TextSearch } from "../filter/tree.ts";
import type { Writer } from "./writer.ts";

/** Whether the words of a search are found in a row; served by the collection's text index. */
export function searchSql(search: TextSearch, alias: string, to: Writer): string {
  return `${vectorSql(search, alias)} @@ ${querySql(search, to)}`;
}

/** How well they are found; higher is better. */
export function rankSql(search: TextSearch, alias: string, to: Writer): string {
  return `ts_rank(${vectorSql(search, alias)}, ${querySql(search, to)})::double precision`;
}

/** The same expression as the index has, where every searchable field may be read. */
function vectorSql({ fields }: TextSearch, alias: string): string {
  return searchVector(
    fields.map(({ column }) => column),
    alias,
  );
}

/** Web search syntax has no errors: any text is a query. */
function querySql({ text }: TextSearch, to: Writer): string {
  return `websearch_to_tsquery('simple'::regconfig, ${to.bind(text, "text")})`;
}
