import type { Statement } from "../contract/database.ts";
import { type ListSelection, selectList } from "./select.ts";
import { writer } from "./writer.ts";

/** How Postgres would read a page; nothing is read. */
export function explainList(list: ListSelection): Statement {
  const { text, values } = selectList(list);
  return { text: `explain (format json) ${text}`, values };
}

/** About how many rows a table has, as of its last ANALYZE. */
export function selectSize(table: string): Statement {
  const to = writer();
  const name = to.bind(table, "text");
  return {
    text: `select c.reltuples from pg_catalog.pg_class c
      where c.relname = ${name} and c.relkind in ('r', 'p')
        and c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = current_schema())`,
    values: to.values,
  };
}
