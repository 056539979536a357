import type { Row, Runner } from "@lucent/core";

import type { Facts } from "./facts.ts";
import type { TableDraft } from "./relations.ts";

/** Reads the columns of tables into their drafts, in the order of the table. */
export async function readColumns(
  runner: Runner,
  facts: Facts,
  tables: ReadonlyMap<number, TableDraft>,
): Promise<void> {
  const rows = await runner.run({ text: selectColumns(facts, tables.keys()), values: [] });
  for (const row of rows) readColumn(tables, row);
}

function readColumn(
  tables: ReadonlyMap<number, TableDraft>,
  [oid, number, name, type, required, generated, collation, expression]: Row,
): void {
  const table = typeof oid === "number" ? tables.get(oid) : undefined;
  if (table === undefined || typeof number !== "number" || typeof name !== "string") return;
  table.numbered.set(number, { name, collation: String(collation) });
  table.columns.set(name, {
    type: String(type),
    nullable: required !== true,
    default: typeof expression === "string" ? expression : undefined,
    generated: generated === true,
  });
}

/** Object ids as they are written into a statement. */
export function oidArray(oids: Iterable<number>): string {
  return `'{${[...oids].join(",")}}'::oid[]`;
}

/**
 * A default names no column, so that it is printed without its table: the server would lock that one for it. Since
 * Postgres 18 a column that is not null may hold nulls: where that was added `not valid`.
 */
function selectColumns({ server }: Facts, oids: Iterable<number>): string {
  const unproved = `(a.attrelid, a.attnum) in (select v.conrelid, v.conkey[1]
      from pg_catalog.pg_constraint v where v.contype = 'n' and not v.convalidated)`;
  return `select a.attrelid, a.attnum, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
      a.attnotnull${server >= 180_000 ? ` and not ${unproved}` : ""}, a.attgenerated <> '' or a.attidentity <> '', a.attcollation::text,
      case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, 0) end
    from pg_catalog.pg_attribute a
    left join pg_catalog.pg_attrdef d on a.atthasdef and d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = any(${oidArray(oids)}) and a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum`;
}
