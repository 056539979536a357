import type { Statement } from "../contract/database.ts";
import { arrayLiteral, writer } from "./writer.ts";

/** The columns that exist for a list of tables in the schema that unqualified names resolve to: `[table, column]`. */
export function selectColumns(tables: readonly string[]): Statement {
  const to = writer();
  const text = `select c.relname, a.attname
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = current_schema()) and c.relkind in ('r', 'p')
      and c.relname = any(${to.bind(arrayLiteral(tables), "text[]")})`;
  return { text, values: to.values };
}
