import type { Database, Runner } from "@lucent/core";
import { expect } from "vitest";

import type { LockMode, Step } from "../../src/model/step.ts";
import { identifier } from "../../src/quote.ts";

/** Compares the locks that a session has with those that steps say. */
export interface LockWatch {
  /** A transaction begins. */
  start(): void;
  /** Before a step: what its tables are called now. */
  expect(step: Step): Promise<void>;
  /** Behind a step: the session has exactly the locks that the steps since `start` say. */
  compare(step: Step): Promise<void>;
  /** Runs `work` while somebody else writes to the table, and compares meanwhile. */
  whileBlocked(step: Step, work: () => Promise<void>): Promise<void>;
}

const strength: readonly LockMode[] = [
  "ACCESS SHARE",
  "ROW SHARE",
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
];

type Locks = Map<number, LockMode>;

/**
 * To be made before a plan is carried out.
 * @param runner The session that is watched; `database` looks at it from outside.
 */
export async function lockWatch(runner: Runner, database: Database): Promise<LockWatch> {
  const [[pid] = []] = await runner.run({ text: "select pg_backend_pid()", values: [] });
  const tables = await userTables(database);
  let said: Locks = new Map();
  const held = async (): Promise<Locks> => {
    const rows = await database.run({
      text: "select relation::integer, mode from pg_locks where pid = $1 and granted and locktype = 'relation'",
      values: [Number(pid)],
    });
    const found: Locks = new Map();
    for (const [relation, mode] of rows) {
      if (tables.has(Number(relation))) raise(found, Number(relation), modeOf(String(mode)));
    }
    return found;
  };
  const named = (locks: Locks): Readonly<Record<string, string>> =>
    Object.fromEntries([...locks].map(([oid, mode]) => [tables.get(oid) ?? "", mode]));
  const compare = async (step: Step): Promise<void> =>
    expect(named(await held()), `locks at ${step.title}`).toEqual(named(said));
  return {
    start() {
      said = new Map();
    },
    async expect({ title, locks }) {
      for (const { table, mode } of locks) {
        const text = `select to_regclass(${quoted(table)})::oid::integer`;
        const [[oid] = []] = await runner.run({ text, values: [] });
        expect(tables.has(Number(oid)), `${title} locks "${table}", which is not there`).toBe(true);
        raise(said, Number(oid), mode);
      }
    },
    compare,
    async whileBlocked(step, work) {
      const table = step.locks[0]?.table ?? "";
      await database.session(async (other) => {
        await other.run({ text: `begin; lock table ${name(table)} in row exclusive mode`, values: [] });
        let isOver = false;
        const done = work().finally(() => (isOver = true));
        // It may fail while we commit, before anybody waits for it; `await done` tells.
        done.catch(() => undefined);
        await waiting(database, Number(pid), () => isOver);
        if (!isOver) await compare(step);
        expect(isOver, `${step.title} waits for others`).toBe(false);
        await other.run({ text: "commit", values: [] });
        await done;
      });
    },
  };
}

function raise(locks: Locks, table: number, mode: LockMode): void {
  const before = locks.get(table);
  if (before === undefined || strength.indexOf(before) < strength.indexOf(mode)) locks.set(table, mode);
}

/** `AccessExclusiveLock` as `ACCESS EXCLUSIVE`. */
function modeOf(text: string): LockMode {
  const words = text.replace(/Lock$/, "").replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ");
  const found = strength.find((mode) => mode === words.toUpperCase());
  if (found === undefined) throw new Error(`unknown lock ${text}`);
  return found;
}

/** Tables that are there before the plan, without migrate's own. */
async function userTables(database: Database): Promise<ReadonlyMap<number, string>> {
  const rows = await database.run({
    text: `select oid::integer, relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
      and relname not in ('lucent_managed', 'lucent_migrations', 'lucent_migration_steps')`,
    values: [],
  });
  return new Map(rows.map(([oid, table]) => [Number(oid), String(table)]));
}

/** Until the session waits for somebody. */
async function waiting(database: Database, pid: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const [[count] = []] = await database.run({
      text: "select count(*)::integer from pg_locks where pid = $1 and not granted",
      values: [pid],
    });
    if (count === 1) return;
  }
}

function name(table: string): string {
  return `public.${identifier(table)}`;
}

function quoted(table: string): string {
  return `'${name(table)}'`;
}
