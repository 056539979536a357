import { randomBytes } from "node:crypto";

import { openDatabase, type Runner, type Table } from "@lucent/core";

import { desiredSchema } from "../../src/desired.ts";
import { introspect } from "../../src/introspect.ts";
import type { Live, LiveTable } from "../../src/model/live.ts";
import { emptyDatabase } from "./empty.ts";

/** An empty database of one test that is read and not migrated. */
export interface ReadingWorld {
  readonly url: string;
  /** Its own name. */
  readonly name: string;
  /** Runs SQL as somebody else would, in one session. */
  sql(...texts: readonly string[]): Promise<void>;
  /** What `introspect` finds for these tables. */
  read(tables: readonly Table[], reading?: Reading): Promise<Live>;
  /** A session that is open while `work` runs. */
  hold(text: string, work: () => Promise<void>): Promise<void>;
  /** A role of the server that may log in; what it may do here is for the test to say. */
  role(): Promise<{ readonly name: string; readonly url: string }>;
  end(): Promise<void>;
}

/** How to read. */
export interface Reading {
  /** Who reads; the owner of everything unless it says otherwise. */
  readonly url?: string;
  /** Statements of the session, in front. */
  readonly before?: readonly string[];
  /** Told of each statement. */
  readonly onStatement?: (text: string) => void;
}

const opening = [
  "set search_path = pg_catalog",
  "set lock_timeout = '100ms'",
  "begin isolation level repeatable read read only",
];

/** Makes the database. */
export async function readingWorld(): Promise<ReadingWorld> {
  const created = await emptyDatabase();
  const { url } = created;
  const roles: string[] = [];
  const sql: ReadingWorld["sql"] = (...texts) =>
    inSession(url, async (runner) => {
      for (const text of texts) await runner.run({ text, values: [] });
    });
  return {
    url,
    name: new URL(url).pathname.slice(1),
    sql,
    read: (tables, reading = {}) => readAs({ url, ...reading }, tables),
    hold: (text, work) =>
      inSession(url, async (runner) => {
        await runner.run({ text: "begin", values: [] });
        await runner.run({ text, values: [] });
        await work();
      }),
    async role() {
      const name = `lucent_${randomBytes(6).toString("hex")}`;
      const own = new URL(url);
      own.username = name;
      own.password = randomBytes(12).toString("hex");
      await sql(`create role ${name} login password '${own.password}'`);
      roles.push(name);
      return { name, url: own.href };
    },
    async end() {
      for (const name of roles) await sql(`drop owned by ${name}`, `drop role ${name}`);
      await created.end();
    },
  };
}

async function inSession<T>(url: string, work: (runner: Runner) => Promise<T>): Promise<T> {
  const { database, close } = openDatabase({ collections: [], database: { url } }, {});
  try {
    return await database.session(work);
  } finally {
    await close();
  }
}

function readAs(
  { url, before = [], onStatement }: Reading & { readonly url: string },
  tables: readonly Table[],
): Promise<Live> {
  return inSession(url, async (session) => {
    for (const text of [...before, ...opening]) await session.run({ text, values: [] });
    const runner: Runner = {
      run(statement) {
        onStatement?.(statement.text);
        return session.run(statement);
      },
    };
    return introspect(runner, desiredSchema({ tables }));
  });
}

/** A table that must have been found. */
export function foundTable({ tables }: Live, name: string): LiveTable {
  const table = tables.get(name);
  if (table === undefined) throw new TypeError(`${name} was not found`);
  return table;
}
