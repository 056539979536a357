import { openDatabase, type Runner } from "@lucent/core";

/** What a database looked like before anybody used it. */
export interface Untouched {
  /** Makes it so again; to be run in a session of its own. */
  readonly empty: string;
  /** A question that answers `true` where nothing is left of whoever used it. */
  readonly isEmpty: string;
}

/** Looks at a database that nobody has used yet. */
export function untouched(url: string): Promise<Untouched> {
  return alone(url, async (runner) => {
    const text = async (question: string): Promise<string> => {
      const [[answer] = []] = await runner.run({ text: question, values: [] });
      return String(answer);
    };
    const names = await text(catalogues);
    const print = await text(printOf(names));
    const began = await text("select pg_current_xact_id()::xid::text");
    return {
      empty: emptyOf(await text(restore)),
      isEmpty: `select (${printOf(names, began)}) = ${literal(print)}`,
    };
  });
}

/**
 * Takes away what is in a database. Answers whether it is as it was: what a test can do to a database is without end, and
 * some of it, such as a language or privileges by default, is not worth undoing.
 */
export async function emptied(url: string, { empty, isEmpty }: Untouched): Promise<boolean> {
  try {
    return await alone(url, async (runner) => {
      await runner.run({ text: empty, values: [] });
      const [[answer] = []] = await runner.run({ text: isEmpty, values: [] });
      return answer === true;
    });
  } catch {
    return false;
  }
}

/** A session that what a test has set for the database, and its event triggers, do not reach. */
async function alone<T>(url: string, work: (runner: Runner) => Promise<T>): Promise<T> {
  const own = new URL(url);
  for (const [name, value] of Object.entries(pinned)) own.searchParams.set(name, value);
  const { database, close } = openDatabase({ collections: [], database: { url: own.href } }, {});
  try {
    return await database.session(work);
  } finally {
    await close();
  }
}

const pinned = {
  search_path: "pg_catalog",
  default_transaction_read_only: "off",
  default_transaction_isolation: "read committed",
  standard_conforming_strings: "on",
  statement_timeout: "30000",
  lock_timeout: "0",
  client_min_messages: "error",
  session_replication_role: "replica",
  allow_system_table_mods: "on",
};

// The number that the schema `public` has in every database, until somebody makes it anew.
const publicSchema = 2200;
const aboutPublic = {
  pg_namespace: `oid = ${publicSchema}`,
  pg_description: `classoid = 'pg_namespace'::regclass and objoid = ${publicSchema}`,
  pg_init_privs: `classoid = 'pg_namespace'::regclass and objoid = ${publicSchema}`,
};

// It comes back as the very rows that stood for it.
const restore = `select string_agg(format('insert into %s select (%L::%1$s).*;', catalogue, line), ' ') from (${Object.entries(
  aboutPublic,
)
  .map(([name, which]) => `select '${name}', r::text from ${name} r where ${which}`)
  .join(" union all ")}) s (catalogue, line)`;

function emptyOf(restoring: string): string {
  return `do $empty$ declare each text; begin
    perform pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid();
    for each in select format('drop event trigger %I', evtname) from pg_event_trigger
      union all select format('drop publication %I', pubname) from pg_publication
      union all select format('drop schema %I cascade', nspname) from pg_namespace
        where nspname ~ '^pg_(toast_)?temp_' or nspname !~ '^pg_' and nspname <> 'information_schema'
    loop execute each; end loop;
    ${restoring}
    execute format('alter database %I reset all', current_database());
    perform pg_stat_reset();
  end $empty$`;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

// Statistics are what the server gathers by itself.
const catalogues = `select string_agg(relname, ' ' order by relname) from pg_class
  where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r' and not relisshared
    and relname not in ('pg_statistic', 'pg_statistic_ext_data')`;

const hereOf = "(select oid from pg_database where datname = current_database())";

/** How many rows each catalogue has, how many of them are later than `began`, and what others say of the database. */
function printOf(names: string, began?: string): string {
  const own = names.split(" ").map((name) => {
    const isOther = isKey(name) ? `not (${aboutPublic[name]})` : "true";
    const later =
      began === undefined ? "0" : `count(*) filter (where age(xmin) < age('${began}'::xid) and ${isOther})`;
    return `select concat_ws(' ', '${name}', count(*), ${later}) from ${name}`;
  });
  const shared = [
    `select concat_ws(' ', 'database', datdba, encoding, datistemplate, datallowconn, datconnlimit, dattablespace, datacl)
      from pg_database where oid = ${hereOf}`,
    `select concat_ws(' ', 'settings', count(*)) from pg_db_role_setting where setdatabase = ${hereOf}`,
    `select concat_ws(' ', 'comments', count(*)) from pg_shdescription where objoid = ${hereOf}`,
    `select concat_ws(' ', 'labels', count(*)) from pg_shseclabel where objoid = ${hereOf}`,
    `select concat_ws(' ', 'dependants', count(*)) from pg_shdepend where dbid = ${hereOf}`,
    `select concat_ws(' ', 'subscriptions', count(*)) from pg_subscription where subdbid = ${hereOf}`,
    `select concat_ws(' ', 'slots', count(*)) from pg_replication_slots where database = current_database()`,
    `select concat_ws(' ', 'prepared', count(*)) from pg_prepared_xacts where database = current_database()`,
    `select concat_ws(' ', 'sessions', count(*)) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type <> 'autovacuum worker'`,
  ];
  return `select string_agg(line, ',' order by line) from (${[...own, ...shared].join(" union all ")}) s (line)`;
}

function isKey(name: string): name is keyof typeof aboutPublic {
  return name in aboutPublic;
}
