import {
  type Collection,
  type Config,
  type Database,
  describe,
  openDatabase,
  type Table,
} from "@lucent/core";
import { createTestDatabase } from "@lucent/core/testing";
import { inject } from "vitest";

import { apply, type ApplyOptions, type Outcome } from "../../src/apply.ts";
import { migrateCommand } from "../../src/commands.ts";
import { desiredSchema } from "../../src/desired.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

/** An empty database of one test, and what a test does with it. */
export interface World {
  readonly url: string;
  readonly database: Database;
  /** Runs SQL as somebody else would, beside the engine. */
  sql(text: string): Promise<readonly (readonly unknown[])[]>;
  /** Brings the database to these tables. */
  apply(tables: readonly Table[], options?: Partial<ApplyOptions>): Promise<Outcome>;
  /** Runs `lucent migrate` over these collections. */
  command(collections: readonly Collection[], ...args: readonly string[]): Promise<CommandRun>;
  /** Every object of the schema with its definition and its identity, sorted. */
  dump(): Promise<readonly string[]>;
  /** Makes the server refuse any DDL from now on, superusers included. */
  forbidDdl(): Promise<void>;
  end(): Promise<void>;
}

export interface CommandRun {
  readonly code: number;
  readonly out: readonly string[];
  readonly errors: readonly string[];
}

export async function world(): Promise<World> {
  const created = await createTestDatabase({
    url: inject("databaseUrl"),
    template: "migrate_empty",
    prepare: async () => undefined,
  });
  const { url } = created;
  const { database, close } = openDatabase({ collections: [], database: { url } }, {});
  const sql = (text: string): ReturnType<World["sql"]> => database.run({ text, values: [] });
  return {
    url,
    database,
    sql,
    apply: (tables, options) => applyTo(database, tables, options),
    command: (collections, ...args) => runCommand({ collections, database: { url } }, args),
    dump: async () => (await sql(dumpSql)).map(([line]) => String(line)),
    async forbidDdl() {
      await sql(`create function forbid() returns event_trigger language plpgsql as
        $$ begin raise exception 'DDL: %', tg_tag; end $$`);
      await sql("create event trigger forbid on ddl_command_start execute function forbid()");
    },
    async end() {
      await close();
      await created.drop();
    },
  };
}

/** Applies over any database, such as one that a test has tampered with. */
export function applyTo(
  database: Database,
  tables: readonly Table[],
  options: Partial<ApplyOptions> = {},
): Promise<Outcome> {
  return apply(database, desiredSchema({ tables }), { dryRun: false, waitMs: 20_000, ...options });
}

async function runCommand(config: Config, args: readonly string[]): Promise<CommandRun> {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await migrateCommand.run({
    blueprint: describe(config),
    arguments: args,
    print: (line) => void out.push(line),
    printError: (line) => void errors.push(line),
  });
  return { code, out, errors };
}

const dumpSql = `
  select concat_ws(' ', 'relation', relname, relkind, oid, relfilenode, relhasindex) as line
    from pg_class where relnamespace = 'public'::regnamespace
  union all
  select concat_ws(' ', 'column', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod), attnotnull,
      pg_get_expr(adbin, adrelid))
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
  union all
  select concat_ws(' ', 'constraint', conrelid::regclass, oid, conname, convalidated, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace
  union all
  select concat_ws(' ', 'index', indexrelid, indisvalid, pg_get_indexdef(indexrelid))
    from pg_index where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
  union all
  select concat_ws(' ', 'type', typname, typtype, oid) from pg_type where typnamespace = 'public'::regnamespace
  order by line`;
