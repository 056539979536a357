import { type Database, openDatabase, type Row } from "@lucent/core";

import { defaultLimits, type Limits, type Reports } from "../../src/apply/attempt.ts";
import type { Ended } from "../../src/apply/failure.ts";
import { runGroups } from "../../src/apply/groups.ts";
import { underLock } from "../../src/apply/locked.ts";
import { bookkeepingTables } from "../../src/bookkeeping.ts";
import type { Group, Step } from "../../src/model/step.ts";
import { emptyDatabase } from "../world/empty.ts";

/** Limits with which a test does not take long. */
export const brief: Limits = {
  ...defaultLimits,
  lockMs: 200,
  patientLockMs: 400,
  watchMs: 60_000,
  pauses: { firstMs: 20, longestMs: 100 },
};

/** What a run of groups may be told in a test. */
export interface RunOptions extends Reports {
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
  readonly limits?: Limits;
  readonly verify?: () => Promise<string | undefined>;
}

/** An empty database for groups that a test makes by hand. */
export interface Place {
  readonly database: Database;
  /** Runs SQL as somebody else would. */
  sql(text: string): Promise<readonly Row[]>;
  /** Runs groups under the lock. */
  run(groups: readonly Group[], options?: RunOptions): Promise<Ended | undefined>;
  /** Waits until a question answers `true`. */
  until(question: string): Promise<void>;
  /** Makes the tables that the engine keeps for itself. */
  bookkeeping(): Promise<void>;
  /** The table `notes` with some rows. */
  notes(rows?: number): Promise<void>;
  end(): Promise<void>;
}

export async function place(): Promise<Place> {
  const created = await emptyDatabase();
  const { database, close } = openDatabase({ collections: [], database: { url: created.url } }, {});
  const sql = (text: string): Promise<readonly Row[]> => database.run({ text, values: [] });
  return {
    database,
    sql,
    run(groups, { waitMs = 20_000, signal, limits = brief, verify, ...reports } = {}) {
      const facts = {
        schema: "public",
        kind: "plan",
        hash: "h",
        configuration: "c",
        production: false,
      } as const;
      const check = verify === undefined ? {} : { verify };
      return underLock(database, { schema: "public", waitMs, signal, onWait: reports.onWait }, (session) =>
        runGroups(session, { groups, facts, reports, limits, ...check }),
      );
    },
    async until(question) {
      for (let look = 0; look < 2_000; look += 1) {
        const [[answer] = []] = await sql(question);
        if (answer === true) return;
      }
      throw new TypeError("it never became true");
    },
    async bookkeeping() {
      for (const { statements } of bookkeepingGroup().steps) for (const text of statements) await sql(text);
    },
    async notes(rows = 3) {
      await sql("create table notes (id int primary key, title text)");
      await sql(`insert into notes select n, 'n' || n from generate_series(1, ${rows}) n`);
    },
    async end() {
      await close();
      await created.end();
    },
  };
}

/** A step of a test. */
export function stepOf(title: string, statements: readonly string[], changes: Partial<Step> = {}): Step {
  return { kind: "addColumn", object: "notes", title, hazard: "safe", locks: [], statements, ...changes };
}

/** A group of a test. */
export function groupOf(mode: Group["mode"], steps: readonly Step[], changes: Partial<Group> = {}): Group {
  return { mode, steps, before: [], after: [], ...changes };
}

/** A step that needs the table `notes` for itself. */
export function addColumn(name: string): Step {
  return stepOf(`add column "notes"."${name}"`, [`alter table public.notes add column ${name} int`], {
    locks: [{ table: "notes", mode: "ACCESS EXCLUSIVE" }],
  });
}

/** The group that builds an index of `notes.title`, known as ours before. */
export function buildIndex(name = "notes_title_idx", unique = false): Group {
  const build = `create ${unique ? "unique " : ""}index concurrently ${name} on public.notes (title)`;
  const step = stepOf(`create index "${name}"`, [build], {
    kind: "buildIndex",
    hazard: "slow",
    locks: [{ table: "notes", mode: "SHARE UPDATE EXCLUSIVE" }],
  });
  return groupOf("alone", [step], { before: [{ table: "notes", add: [`index ${name}`] }] });
}

/** The group that makes the tables of the engine, without their defaults and indexes. */
export function bookkeepingGroup(): Group {
  const steps = bookkeepingTables.map(({ name, columns, primaryKey }) => {
    const parts = columns.map((column) => {
      const fallback = column.default === undefined ? "" : " default now()";
      return `${column.name} ${column.type}${column.nullable ? "" : " not null"}${fallback}`;
    });
    const key = `primary key (${primaryKey.columns.join(", ")})`;
    const text = `create table public.${name} (${[...parts, key].join(", ")})`;
    return stepOf(`create table "${name}"`, [text], { kind: "createTable", object: name });
  });
  return groupOf("transaction", steps);
}

/** Title and outcome of every step that was written down, in order. */
export const written = "select title, outcome from lucent_migration_steps order by position";

/** How many locks of migrations are held or waited for. */
export const locks = `select count(*)::int from pg_locks l
  join pg_database d on d.oid = l.database and d.datname = current_database() where l.locktype = 'advisory'`;
