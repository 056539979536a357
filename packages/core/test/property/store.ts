import type postgres from "postgres";

import {
  type CollectionFacts,
  collectionOf,
  type Collections,
  columnOf,
  type Stock,
  type StoredRow,
} from "./facts.ts";

/**
 * Replaces the rows of some collections, around the engine, so that a mistake in its write path can't hide one in its
 * read path. Foreign keys are not looked at meanwhile: rows that lead to each other have no order to be inserted in.
 */
export async function store(sql: postgres.Sql, collections: Collections, stock: Stock): Promise<void> {
  await sql.begin(async (inside) => {
    await inside`set local session_replication_role = replica`;
    for (const [slug, rows] of stock) {
      const collection = collectionOf(collections, slug);
      for (const { table, values } of tablesOf(collection, rows)) {
        await inside`delete from ${inside(table)}`;
        if (values.length === 0) continue;
        await inside`insert into ${inside(table)} select * from jsonb_populate_recordset(null::${inside(table)}, ${JSON.stringify(values)}::text::jsonb)`;
      }
    }
  });
}

interface TableRows {
  readonly table: string;
  readonly values: readonly object[];
}

/** The table of a collection, and those of its lists of references. */
function tablesOf({ table, fields }: CollectionFacts, rows: readonly StoredRow[]): readonly TableRows[] {
  const plain = fields.filter(({ kind }) => kind !== "list");
  const lists = fields.filter(({ kind }) => kind === "list");
  return [
    {
      table,
      values: rows.map((row) =>
        Object.fromEntries(plain.map(({ name }) => [columnOf(name), row[name] ?? null])),
      ),
    },
    ...lists.map(({ name }) => ({
      table: `${table}_${columnOf(name)}_links`,
      values: rows.flatMap((row) => {
        const ids = row[name];
        if (!Array.isArray(ids)) return [];
        return ids.map((id, at) => ({ owner_id: row["id"], target_id: id, position: at + 1 }));
      }),
    })),
  ];
}
