import { BootError, type Row, type Runner } from "@lucent/core";

import { managedObjects, migrations } from "../bookkeeping.ts";

/** What is asked first, because the other questions depend on it. */
export interface Facts {
  readonly server: number;
  readonly schema: string;
  readonly schemaExists: boolean;
  readonly canCreate: boolean;
  readonly readOnly: boolean;
  /** Columns, by table, of those of our bookkeeping tables that are there. */
  readonly bookkeeping: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Reads the server's version, the schema and what the role may do there. The search path is the one that the connection
 * began with, because ours is pinned.
 * @throws BootError where that path names no schema.
 */
export async function readFacts(runner: Runner): Promise<Facts> {
  const [row] = await runner.run({ text: selectFacts, values: [] });
  const [server, schema, schemaExists, canCreate, readOnly, bookkeeping] = row ?? [];
  if (typeof schema !== "string")
    throw new BootError(["The search path of the connection names no schema to work in."]);
  return {
    server: Number(server),
    schema,
    schemaExists: schemaExists === true,
    canCreate: canCreate === true,
    readOnly: readOnly === true,
    bookkeeping: columnsByTable(bookkeeping),
  };
}

/** From `table column`, one a line. */
function columnsByTable(lines: Row[number]): Facts["bookkeeping"] {
  const found = new Map<string, Set<string>>();
  for (const line of typeof lines === "string" ? lines.split("\n") : []) {
    const [table = "", column = ""] = line.split(" ");
    found.set(table, (found.get(table) ?? new Set()).add(column));
  }
  return found;
}

const bookkeepingNames = [migrations.name, managedObjects.name].map((name) => `'${name}'`).join(", ");

// `"$user"` counts where such a schema exists. System schemas are nobody's place for tables, though a path may name them.
const selectFacts = `with entry as (
    select e.at, case when e.parts[1] is not null then pg_catalog.replace(e.parts[1], '""', '"')
        else pg_catalog.lower(e.parts[2]) end as name
    from pg_catalog.pg_settings s
    cross join lateral pg_catalog.regexp_matches(s.reset_val, '"((?:[^"]|"")+)"|([^",\\s]+)', 'g')
      with ordinality as e(parts, at)
    where s.name = 'search_path'
  ), named as (
    select e.at, case when e.name = '$user' then current_user::text else e.name end as name, e.name = '$user' as own
    from entry e
  ), chosen as (
    select e.name, n.oid
    from named e
    left join pg_catalog.pg_namespace n on n.nspname = e.name
    where (n.oid is not null or not e.own) and e.name <> 'information_schema' and e.name !~ '^pg_'
    order by e.at
    limit 1
  )
  select pg_catalog.current_setting('server_version_num')::integer, c.name, c.oid is not null,
    case when c.oid is null
      then pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
      else pg_catalog.has_schema_privilege(c.oid, 'CREATE') and pg_catalog.has_schema_privilege(c.oid, 'USAGE') end,
    pg_catalog.pg_is_in_recovery() or pg_catalog.current_setting('default_transaction_read_only')::boolean,
    (select pg_catalog.string_agg(t.relname || ' ' || a.attname, E'\\n')
      from pg_catalog.pg_class t
      join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      where t.relnamespace = c.oid and t.relname in (${bookkeepingNames}) and t.relkind = 'r')
  from chosen c`;
