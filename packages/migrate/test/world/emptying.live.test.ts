import { randomBytes } from "node:crypto";

import { openDatabase } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { opened } from "../crash/ground.ts";
import { emptied, type Untouched, untouched } from "./emptying.ts";

// What tests leave to one another: a database from which everything was taken away must look, row by row of each catalogue,
// as it did before its first use, or be thrown away.

const name = `lucent_test_${randomBytes(6).toString("hex")}`;
const role = `${name}_role`;
let url: string;
let before: Untouched;
let rows: readonly (readonly unknown[])[];

const onServer = (text: string): Promise<unknown> => opened(inject("databaseUrl"), ({ sql }) => sql(text));

async function make(): Promise<void> {
  await onServer(`drop database if exists ${name} with (force)`);
  await onServer(`create database ${name}`);
  before = await untouched(url);
}

beforeAll(async () => {
  const own = new URL(inject("databaseUrl"));
  own.pathname = `/${name}`;
  url = own.href;
  await onServer(`create role ${role}`);
  await make();
  rows = await everyRow();
});
afterAll(async () => {
  await onServer(`drop database if exists ${name} with (force)`);
  await onServer(`drop role ${role}`);
});

/** A sum over every row of every catalogue of the database, but for what the server writes down as time passes. */
async function everyRow(): Promise<readonly (readonly unknown[])[]> {
  return opened(url, async ({ sql }) => {
    const catalogues = await sql(`select relname from pg_class where relkind = 'r' and not relisshared
      and relnamespace = 'pg_catalog'::regnamespace and relname not in ('pg_statistic', 'pg_statistic_ext_data')`);
    const all = catalogues.map(([each]) => sumOf(String(each), `pg_catalog.${String(each)} r`));
    const shared = [
      sumOf("pg_database", `pg_database r where datname = '${name}'`),
      sumOf(
        "settings",
        `pg_db_role_setting r join pg_database d on d.oid = setdatabase where datname = '${name}'`,
      ),
      sumOf(
        "sessions",
        `pg_stat_activity r where datname = '${name}' and backend_type = 'client backend' and pid <> pg_backend_pid()`,
      ),
    ];
    return sql(`${[...all, ...shared].join(" union all ")} order by 1`);
  });
}

const changing: Readonly<Record<string, string>> = {
  pg_class: `(to_jsonb(r) - array['relpages', 'reltuples', 'relallvisible', 'relallfrozen', 'relfrozenxid', 'relminmxid'])`,
  pg_database: `(to_jsonb(r) - array['oid', 'datfrozenxid', 'datminmxid'])`,
};

function sumOf(title: string, from: string): string {
  const line = `${changing[title] ?? "r"}::text collate "C"`;
  return `select '${title}', count(*)::int, md5(string_agg(${line}, ',' order by ${line})) from ${from}`;
}

async function foul(...texts: readonly string[]): Promise<void> {
  await opened(url, async ({ sql }) => {
    for (const text of texts) await sql(text);
  });
}

const settings = [
  "search_path = ''",
  "standard_conforming_strings = off",
  "lock_timeout = 1",
  "default_transaction_isolation = serializable",
  "row_security = off",
  "statement_timeout = 1",
  "default_transaction_read_only = on",
];
const forbid = `create function forbid() returns event_trigger language plpgsql as
  $$ begin raise exception 'no'; end $$`;

describe("what is taken away", () => {
  it.each<readonly [string, ...string[]]>([
    ["nothing"],
    [
      "tables with all that belongs to them",
      `create table a (id int primary key, title text default 'x' check (title <> ''), s serial, g int generated always as identity);
       create table b (id int references a on delete cascade) inherits (a);
       create table p (id int) partition by range (id); create table q partition of p for values from (1) to (9);
       create view v as select * from a; create materialized view m as select 1 as one;
       create index by_title on a (lower(title)); create statistics pair on id, title from a;
       create policy mine on a using (true); alter table a enable row level security; alter table a replica identity full;
       comment on table a is 'a'; comment on column a.title is 'b'; comment on view v is 'c'; grant select on a to public;
       grant update (title) on a to ${role}; alter table a owner to ${role};
       insert into a (id) values (1); analyze`,
    ],
    [
      "functions, types and triggers",
      `create type letters as enum ('a'); create domain few as int check (value < 9); create type pair as (a int, b int);
       create type span as range (subtype = int); create cast (letters as int) with inout; create sequence counted; create collation mine from "C";
       create function f() returns trigger language plpgsql as $$ begin return new; end $$;
       create procedure g() language sql as 'select 1'; create aggregate h(int) (sfunc = int4pl, stype = int);
       create operator ### (leftarg = int, rightarg = int, function = int4pl); create text search configuration t (copy = simple);
       create table a (id int); create trigger touch before update on a for each row execute function f();
       create rule nothing as on delete to a do instead nothing`,
    ],
    [
      "schemas",
      `create schema app; create table app.a (id int); create schema "My ""Schema"""; create table "My ""Schema""".a ()`,
    ],
    [
      "another schema public",
      "drop schema public cascade",
      "create schema public",
      "create table a (id int)",
    ],
    ["no schema public", "drop schema public cascade"],
    ["a schema public with another name", "alter schema public rename to before"],
    [
      "privileges, owner and comment of public",
      `grant create on schema public to ${role}; revoke all on schema public from public`,
      `alter schema public owner to ${role}; comment on schema public is 'mine'`,
    ],
    ["an extension", "create extension citext; create table a (mail citext)"],
    ["publications", "create table a (id int); create publication one for table a; create publication two"],
    [
      "event triggers",
      `${forbid}; create event trigger forbid on ddl_command_start execute function forbid();
       create event trigger undo on sql_drop execute function forbid(); alter event trigger undo enable always`,
    ],
    [
      "privileges by default in a schema",
      `alter default privileges in schema public grant select on tables to ${role}`,
    ],
    ["settings", ...settings.map((setting) => `alter database ${name} set ${setting}`)],
    ["temporary tables", "create temporary table t (id int, body text)"],
  ])("%s", async (_, ...texts) => {
    await foul(...texts);
    expect(await emptied(url, before)).toBe(true);
    expect(await everyRow()).toEqual(rows);
  });

  it("sessions with their locks and transactions", async () => {
    const left = openDatabase({ collections: [], database: { url } }, {});
    await foul("create table a (id int)");
    const text = "begin; lock table a; select pg_advisory_lock(1); create table b (id int)";
    const lost = left.database.session(async (session) => {
      await session.run({ text, values: [] });
      expect(await emptied(url, before)).toBe(true);
      await session.run({ text: "select 1", values: [] });
    });
    await expect(lost).rejects.toThrow();
    await left.close();
    expect(await everyRow()).toEqual(rows);
  });
});

describe("what is not taken away is seen", () => {
  it.each([
    ["privileges by default", "alter default privileges grant select on tables to public"],
    ["a language", "create language other handler plpgsql_call_handler"],
    ["a large object", "select lo_create(0)"],
    ["a foreign data wrapper", "create foreign data wrapper other"],
    ["an extension less", "drop extension plpgsql cascade"],
    ["privileges of what the server brings", "revoke execute on function pg_catalog.now() from public"],
    ["privileges of the server's schema", `grant create on schema pg_catalog to ${role}`],
    ["a comment on what the server brings", "comment on function pg_catalog.now() is 'then'"],
    ["a function of the server's own", "alter function pg_catalog.now() cost 7"],
    ["privileges of the database", `grant create on database ${name} to ${role}`],
    ["its number of connections", `alter database ${name} connection limit 7`],
    ["its owner", `alter database ${name} owner to ${role}`],
    ["its comment", `comment on database ${name} is 'mine'`],
    ["what a role sets there", `alter role ${role} in database ${name} set work_mem = 64`],
  ])("%s", async (_, text) => {
    await foul(text);
    try {
      expect(await emptied(url, before)).toBe(false);
    } finally {
      await make();
    }
  });
});
