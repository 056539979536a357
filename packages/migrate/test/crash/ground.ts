import { randomBytes } from "node:crypto";

import { type Database, openDatabase } from "@lucent/core";

import { fingerprints } from "../world/fingerprints.ts";
import { ending, release, rows, run, tablesBefore } from "./story.ts";

type Sql = (text: string) => Promise<readonly (readonly unknown[])[]>;

/** An open database. */
export interface Opened {
  readonly database: Database;
  readonly sql: Sql;
}

/** Opens a database, and closes it behind `work`. */
export async function opened<T>(url: string, work: (opened: Opened) => Promise<T>): Promise<T> {
  const { database, close } = openDatabase({ collections: [], database: { url } }, {});
  try {
    return await work({ database, sql: (text) => database.run({ text, values: [] }) });
  } finally {
    await close();
  }
}

/** A database that many copies are made of. */
export interface Ground {
  /** Makes a copy. */
  copy(): Promise<string>;
  drop(url: string): Promise<void>;
  end(): Promise<void>;
}

/** Prepares what a release begins with, on a server where databases may be created. */
export async function groundFor(server: string, of: "release" | "ending"): Promise<Ground> {
  const { database, close } = openDatabase({ collections: [], database: { url: server } }, {});
  const sql: Sql = (text) => database.run({ text, values: [] });
  const create = async (from: string): Promise<string> => {
    const name = `lucent_test_${randomBytes(6).toString("hex")}`;
    await sql(`create database ${name} ${from}`);
    return withDatabase(server, name);
  };
  const drop = async (url: string): Promise<void> => {
    await sql(`drop database if exists ${nameOf(url)} with (force)`);
  };
  const base = await create("template template1");
  await opened(base, (each) => prepare(each, of));
  return {
    copy: () => create(`template ${nameOf(base)}`),
    drop,
    async end() {
      await drop(base);
      await close();
    },
  };
}

async function prepare({ database, sql }: Opened, of: "release" | "ending"): Promise<void> {
  await run(database, { tables: tablesBefore, decisions: {}, data: [] });
  await sql(`do $script$ begin ${rows}; end $script$`);
  if (of === "ending") await run(database, release);
  await sql("analyze");
}

/** What a release leads to. */
export const releases = { release, ending } as const;

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** All that there is to compare of a database: without numbers that the server gives as they come. */
export interface State {
  /** Every object with its definition, and what the engine wrote down as its own. */
  readonly objects: readonly string[];
  /** Rows and a checksum of every column. */
  readonly rows: readonly string[];
}

/** Reads it. */
export async function stateOf({ sql }: Opened): Promise<State> {
  const prints = [...(await fingerprints({ sql })).values()];
  return {
    objects: (await sql(objectsSql)).map(([line]) => String(line)),
    rows: prints
      .flatMap(({ name, rows: count, columns }) => [
        `${name}: ${count} rows`,
        // Random by what they are: that each row has one of its own is what `faultsOf` asks.
        ...[...columns.values()]
          .filter((column) => column.name !== "token")
          .map((column) => `${name}.${column.name}: ${column.sum}`),
      ])
      .toSorted(),
  };
}

const tables = `(select oid from pg_class where relnamespace = 'public'::regnamespace)`;

// A run that is killed between dropping an index outside a transaction and writing that down leaves its name behind: one
// that only we give.
const isThere = `(object not like 'index lucent\\_old\\_%'
  or exists (select from pg_class where relname = substr(object, 7) and relkind = 'i'))`;

const objectsSql = `
  select concat_ws(' ', 'relation', relname, relkind, relhastriggers) as line
    from pg_class where relnamespace = 'public'::regnamespace
  union all
  select concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
      pg_get_expr(adbin, adrelid))
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid in ${tables} and attnum > 0 and not attisdropped
  union all
  select concat_ws(' ', 'constraint', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))
    from pg_constraint where conrelid in ${tables}
  union all
  select concat_ws(' ', 'index', indisvalid, indisready, indislive, pg_get_indexdef(indexrelid))
    from pg_index where indrelid in ${tables}
  union all
  select concat_ws(' ', 'function', proname, prosrc) from pg_proc where pronamespace = 'public'::regnamespace
  union all
  select concat_ws(' ', 'trigger', tgenabled, pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal
  union all
  select concat_ws(' ', 'managed', id, string_agg(object, ', ' order by object))
    from lucent_managed, unnest(objects) object where ${isThere} group by id
  order by line`;

const faultsSql = `
  select concat_ws(' ', 'invalid index', indexrelid::regclass) from pg_index where not indisvalid
  union all
  select concat_ws(' ', 'lock held by', pid) from pg_locks l
    join pg_database d on d.oid = l.database and d.datname = current_database() where l.locktype = 'advisory'
  union all
  select concat_ws(' ', 'run that never ended', kind, name) from lucent_migrations where outcome = 'running'
  union all
  select concat_ws(' ', 'step that never ended', title) from lucent_migration_steps where outcome = 'running'
  union all
  select 'rows without a token of their own' where
    (select count(distinct token) from posts) <> (select count(*) from posts)`;

/** What must not be left by any run. */
export async function faultsOf({ sql }: Opened): Promise<readonly string[]> {
  return (await sql(faultsSql)).map(([line]) => String(line));
}
