import { describe } from "@lucent/core";
import postgres from "postgres";

import { places } from "./places.ts";

const rows = 20_000;

/** Creates the table as the blueprint describes it, with rows, in a fresh database; returns some published ids. */
export async function prepare(url: string): Promise<readonly string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const [table] = describe({ collections: [places] }).tables;
    if (table === undefined) throw new TypeError("no table");
    const columns = table.columns.map(
      (each) => `"${each.name}" ${each.type}${each.nullable ? "" : " not null"}`,
    );
    await sql.unsafe(`create table "places" (${columns.join(", ")}, primary key ("id"))`);
    for (const { name, unique, columns: keys } of table.indexes) {
      const list = keys.map((key) => `"${key.name}"${key.descending ? " desc" : ""}`).join(", ");
      await sql.unsafe(`create ${unique ? "unique " : ""}index "${name}" on "places" (${list})`);
    }
    await sql`
      insert into places (id, title, slug, body, status, kind, rating, visits, open, created_at, updated_at)
      select gen_random_uuid(), 'Place number ' || n, 'place-' || n, repeat('A quiet place by the river. ', 6),
        case when n % 10 = 0 then 'draft' else 'published' end, 'cafe', (n % 50) / 10.0, n * 7, n % 3 = 0,
        now() - n * interval '1 minute', now()
      from generate_series(1, ${rows}::int) n`;
    await sql`analyze places`;
    const found = await sql`select id from places where status = 'published' order by random() limit 500`;
    return found.map(({ id }) => String(id));
  } finally {
    await sql.end();
  }
}
