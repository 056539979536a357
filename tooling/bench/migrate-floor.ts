import postgres from "postgres";

// What a plan needs to know of a schema, asked as plainly as can be; nobody makes anything of the answers.
const questions = [
  "select current_setting('server_version_num'), current_schema(), pg_is_in_recovery()",
  "select id, objects from public.lucent_managed",
  "select configuration, production from public.lucent_migrations",
  `select c.oid, c.relname, c.relkind, c.reltuples, c.relpages from pg_class c
    where c.relnamespace = 'public'::regnamespace`,
  `select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0`,
  `select d.adrelid, d.adnum, pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d join pg_class c on c.oid = d.adrelid
    where c.relnamespace = 'public'::regnamespace`,
  `select i.indrelid, i.indexrelid, i.indisunique, i.indisvalid, i.indkey, i.indoption, i.indclass,
      pg_get_expr(i.indpred, i.indrelid), pg_get_expr(i.indexprs, i.indrelid)
    from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace`,
  `select s.conrelid, s.conname, s.contype, s.conkey, s.confrelid, s.confkey, s.confdeltype, s.convalidated,
      pg_get_expr(s.conbin, s.conrelid)
    from pg_constraint s where s.connamespace = 'public'::regnamespace and s.contype <> 'n'`,
];

/** Reads the same facts with bare statements in one snapshot, over a connection of its own; answers the rows. */
export async function readFloor(url: string): Promise<number> {
  const sql = postgres(url, { max: 1, fetch_types: false, prepare: false, onnotice: () => undefined });
  try {
    await sql.unsafe("begin isolation level repeatable read read only");
    let rows = 0;
    for (const question of questions) rows += (await sql.unsafe(question).values()).length;
    await sql.unsafe("rollback");
    return rows;
  } finally {
    await sql.end();
  }
}
