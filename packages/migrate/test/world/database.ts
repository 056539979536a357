import {
  type Collection,
  type Database,
  describe,
  openDatabase,
  type Plugin,
  type Table,
} from "@lucent/core";

import { apply, type ApplyOptions } from "../../src/apply.ts";
import type { DataMigration } from "../../src/data.ts";
import { desiredSchema } from "../../src/desired.ts";
import { type Decisions, noDecisions } from "../../src/model/decisions.ts";
import type { Outcome } from "../../src/model/outcome.ts";
import { migrate } from "../../src/plugin.ts";
import type { MigrateOptions } from "../../src/plugin/options.ts";
import { emptyDatabase } from "./empty.ts";

/** What a run is told beside the tables; nothing is decided, and it is not production, unless it says so. */
export interface Asked extends Partial<ApplyOptions> {
  readonly decisions?: Partial<Decisions>;
  readonly data?: readonly DataMigration[];
  readonly production?: boolean;
}

/** An empty database of one test, and what a test does with it. */
export interface World {
  readonly url: string;
  readonly database: Database;
  /** Runs SQL as somebody else would, beside the engine. */
  sql(text: string): Promise<readonly (readonly unknown[])[]>;
  /** Runs a script of several statements, in a transaction of its own. */
  script(text: string): Promise<void>;
  /** Brings the database to these tables. */
  apply(tables: readonly Table[], asked?: Asked): Promise<Outcome>;
  /** Runs `lucent migrate` over these collections. */
  command(collections: readonly Collection[], ...args: readonly string[]): Promise<CommandRun>;
  /** The same with options of the plugin, and with variables of the environment. */
  commandWith(setup: CommandSetup, ...args: readonly string[]): Promise<CommandRun>;
  /** Every object of the schemas that are not the server's own, with its definition and its identity, sorted. */
  dump(): Promise<readonly string[]>;
  /** Makes the server refuse any DDL from now on, superusers included. */
  forbidDdl(): Promise<void>;
  allowDdl(): Promise<void>;
  end(): Promise<void>;
}

/** An application for `lucent migrate`. */
export interface CommandSetup {
  readonly collections: readonly Collection[];
  /** Those of the plugin. */
  readonly options?: MigrateOptions;
  /** Beside it, listed after it. */
  readonly plugins?: readonly Plugin[];
  /** Default empty. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface CommandRun {
  readonly code: number;
  readonly out: readonly string[];
  readonly errors: readonly string[];
}

export async function world(): Promise<World> {
  const created = await emptyDatabase();
  const { url } = created;
  const { database, close } = openDatabase({ collections: [], database: { url } }, {});
  const sql = (text: string): ReturnType<World["sql"]> => database.run({ text, values: [] });
  return {
    url,
    database,
    sql,
    // A `do` block is one statement, whatever it holds, and all of it is one transaction.
    script: async (text) => void (await sql(`do $script$ begin ${closed(text)} end $script$`)),
    apply: (tables, asked) => applyTo(database, tables, asked),
    command: (collections, ...args) => runCommand(url, { collections }, args),
    commandWith: (setup, ...args) => runCommand(url, setup, args),
    dump: async () => (await sql(dumpSql)).map(([line]) => String(line)),
    async forbidDdl() {
      // In a schema of its own, which no dump reads.
      await sql("create schema if not exists watch");
      await sql(`create function watch.forbid() returns event_trigger language plpgsql as
        $$ begin raise exception 'DDL: %', tg_tag; end $$`);
      await sql("create event trigger forbid on ddl_command_start execute function watch.forbid()");
    },
    async allowDdl() {
      await sql("drop event trigger forbid");
      await sql("drop schema watch cascade");
    },
    async end() {
      await close();
      await created.end();
    },
  };
}

/** Applies over any database, such as one that a test has tampered with. */
export function applyTo(
  database: Database,
  tables: readonly Table[],
  { decisions = {}, data = [], production = false, ...options }: Asked = {},
): Promise<Outcome> {
  return apply(
    database,
    {
      desired: desiredSchema({ tables }),
      decisions: { ...noDecisions, ...decisions },
      data,
      production,
    },
    { dryRun: false, waitMs: 20_000, ...options },
  );
}

async function runCommand(url: string, setup: CommandSetup, args: readonly string[]): Promise<CommandRun> {
  const out: string[] = [];
  const errors: string[] = [];
  const { collections, options, plugins = [], environment = {} } = setup;
  const { signal = new AbortController().signal } = setup;
  const plugin = migrate(options);
  const code = await plugin.commands?.[0]?.run({
    blueprint: describe({ collections, database: { url }, plugins: [plugin, ...plugins] }),
    arguments: args,
    signal,
    environment,
    print: (line) => void out.push(line),
    printError: (line) => void errors.push(line),
  });
  return { code: code ?? -1, out, errors };
}

function closed(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed === "" || trimmed.endsWith(";") ? trimmed : `${trimmed};`;
}

const ours = `(select oid from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'watch'))`;

const dumpSql = `
  select concat_ws(' ', 'relation', relnamespace::regnamespace, relname, relkind, oid, relfilenode, relhasindex) as line
    from pg_class where relnamespace in ${ours}
  union all
  select concat_ws(' ', 'column', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod), attnotnull,
      pg_get_expr(adbin, adrelid))
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid in (select oid from pg_class where relnamespace in ${ours})
  union all
  select concat_ws(' ', 'constraint', conrelid::regclass, oid, conname, convalidated, pg_get_constraintdef(oid))
    from pg_constraint where connamespace in ${ours}
  union all
  select concat_ws(' ', 'index', indexrelid, indisvalid, pg_get_indexdef(indexrelid))
    from pg_index where indrelid in (select oid from pg_class where relnamespace in ${ours})
  union all
  select concat_ws(' ', 'type', typname, typtype, oid) from pg_type where typnamespace in ${ours}
  union all
  select concat_ws(' ', 'function', oid, proname, prosrc) from pg_proc where pronamespace in ${ours}
  union all
  select concat_ws(' ', 'trigger', oid, tgname, pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal
  order by line`;
