import type { World } from "./database.ts";

/** What is stored in a column, whatever the order of the rows: each value counts together with the `id` of its row. */
export interface ColumnPrint {
  readonly name: string;
  readonly type: string;
  readonly sum: string;
}

/** A table by its identity, so that it is the same one behind a rename. */
export interface TablePrint {
  readonly name: string;
  readonly schema: string;
  /** Where its rows are stored; another number says that they were all written anew. */
  readonly file: string;
  readonly rows: number;
  /** By attribute number, which stays when a column gets another name or type. */
  readonly columns: ReadonlyMap<number, ColumnPrint>;
}

/** By object identifier. */
export type Prints = ReadonlyMap<number, TablePrint>;

const tablesSql = `select c.oid::bigint::float8, n.nspname, c.relname, coalesce(pg_relation_filenode(c.oid), 0)::text,
    array_to_string(array_agg(a.attnum order by a.attnum), ','),
    array_to_string(array_agg(a.attname order by a.attnum), ','),
    array_to_string(array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum), ';')
  from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'watch')
    and c.relname not like 'lucent\\_%'
  group by c.oid, n.nspname, c.relname`;

/** What every table of the database holds; names without quotes, commas and semicolons only. */
export async function fingerprints({ sql }: Pick<World, "sql">): Promise<Prints> {
  const found = new Map<number, TablePrint>();
  for (const [oid, schema, name, file, numbers, names, types] of await sql(tablesSql)) {
    const columns = String(names).split(",");
    const keys = columns.includes("id") ? `id::text` : `''`;
    const sums = columns.map(
      (column) => `sum(hashtextextended(${keys} || ':' ||
      coalesce("${column}"::text, chr(1)), 0)::numeric)::text`,
    );
    const [row = []] = await sql(
      `select count(*)::float8, ${sums.join(", ")} from "${String(schema)}"."${String(name)}"`,
    );
    const typeNames = String(types).split(";");
    found.set(Number(oid), {
      schema: String(schema),
      name: String(name),
      file: String(file),
      rows: Number(row[0]),
      columns: new Map(
        String(numbers)
          .split(",")
          .map((number, at) => [
            Number(number),
            { name: columns[at] ?? "", type: typeNames[at] ?? "", sum: String(row[at + 1]) },
          ]),
      ),
    });
  }
  return found;
}
