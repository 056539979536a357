import type { Database, Runner } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { underLock } from "../../src/apply/locked.ts";
import { locks, place, type Place } from "./place.ts";

let here: Place;
beforeEach(async () => {
  here = await place();
});
afterEach(() => here.end());

const key = "hashtextextended('lucent.migrate.public', 0)";

const options = { schema: "public", waitMs: 20_000 };

describe("the lock of all migrations", () => {
  it("is held by one at a time, and given back", async () => {
    let inside = 0;
    const most: number[] = [];
    const runs = Array.from({ length: 5 }, () =>
      underLock(here.database, options, async (session) => {
        inside += 1;
        most.push(inside);
        await session.run({ text: "select pg_catalog.pg_sleep(0.02)", values: [] });
        inside -= 1;
        return "done";
      }),
    );
    expect(await Promise.all(runs)).toEqual(["done", "done", "done", "done", "done"]);
    expect(most).toEqual([1, 1, 1, 1, 1]);
    expect(await here.sql(locks)).toEqual([[0]]);
  });

  it("is free before its connection is closed, also behind a failure", async () => {
    const work = async (): Promise<never> => {
      throw new TypeError("a defect");
    };
    const seen: unknown[] = [];
    const watched: Database = {
      ...here.database,
      session: (run) =>
        here.database.session(async (runner) => {
          try {
            return await run(runner);
          } finally {
            seen.push(await here.sql(locks));
          }
        }),
    };
    await expect(underLock(watched, options, work)).rejects.toThrow("a defect");
    expect(seen.at(-1)).toEqual([[0]]);
  });

  it("says whom it waits for, once, and gives up in time", async () => {
    await here.database.session(async (other) => {
      await other.run({
        text: `set application_name = 'deploy "1"'; select pg_advisory_lock(${key})`,
        values: [],
      });
      const [[pid] = []] = await other.run({ text: "select pg_backend_pid()", values: [] });
      const told: string[] = [];
      const onWait = (why: string): void => void told.push(why);
      const outcome = await underLock(here.database, { ...options, waitMs: 300, onWait }, async () => "done");
      const who = `server process ${String(pid)}: deploy "1", idle, for \\d s`;
      expect(told).toEqual([
        expect.stringMatching(new RegExp(`^Waiting for another migration \\(${who}\\) …$`)),
      ]);
      expect(outcome).toEqual({
        kind: "locked",
        reason: expect.stringMatching(
          new RegExp(`^Another migration \\(${who}\\) holds the lock: wait for it to end and run again\\.$`),
        ),
        done: [],
      });
    });
  });

  it("holds no transaction and no snapshot while it waits", async () => {
    await here.database.session(async (other) => {
      await other.run({ text: `select pg_advisory_lock(${key})`, values: [] });
      const waits = Promise.withResolvers<void>();
      const run = underLock(
        here.database,
        { ...options, waitMs: 1_000, onWait: () => waits.resolve() },
        async () => 1,
      );
      await waits.promise;
      // A waiter that asks the server to wait would be seen with a snapshot at every look.
      await here.until(`select not exists (select from pg_stat_activity where datname = current_database()
        and pid <> pg_backend_pid() and (xact_start is not null or backend_xmin is not null))`);
      expect(await here.sql(`${locks} and not granted`)).toEqual([[0]]);
      expect(await run).toMatchObject({ kind: "locked" });
    });
  });

  it("stops waiting when it is asked to", async () => {
    const stop = new AbortController();
    await here.database.session(async (other) => {
      await other.run({ text: `select pg_advisory_lock(${key})`, values: [] });
      const onWait = (): void => stop.abort();
      const outcome = await underLock(
        here.database,
        { ...options, signal: stop.signal, onWait },
        async () => 1,
      );
      expect(outcome).toEqual({
        kind: "failed",
        reason: "Stopped, as was asked for; nothing was changed.",
        done: [],
      });
    });
  });

  it("P03 is free at once when the one who held it is killed in a long statement", async () => {
    const held = Promise.withResolvers<number>();
    const first = underLock(here.database, options, async (session) => {
      held.resolve(session.pid);
      await session.run({ text: "select pg_catalog.pg_sleep(600)", values: [] });
      return "done";
    });
    const pid = await held.promise;
    const waits = Promise.withResolvers<void>();
    const second = underLock(
      here.database,
      { ...options, onWait: () => waits.resolve() },
      async () => "done",
    );
    await waits.promise;
    await here.sql(`select pg_terminate_backend(${pid})`);
    expect(await second).toBe("done");
    expect(await first).toMatchObject({ kind: "failed" });
  });

  it("sets what the role set otherwise, and takes nothing over", async () => {
    const [[name] = []] = await here.sql("select current_database()");
    const settings = "statement_timeout = '5s', row_security = on".split(", ");
    for (const setting of settings) await here.sql(`alter database "${String(name)}" set ${setting}`);
    const shown = await underLock(here.database, options, (session) =>
      session.run({
        text: `select current_setting('statement_timeout'), current_setting('row_security'), current_setting('search_path'),
          current_setting('client_connection_check_interval'), current_setting('lock_timeout')`,
        values: [],
      }),
    );
    expect(shown).toEqual([["0", "off", "pg_catalog", "500ms", "2s"]]);
  });
});

describe("a pooler that gives each transaction another server process", () => {
  it.each([1, 2])("is seen before anything is done, with %i connections behind it", async (size) => {
    await pooled(here.database, size, async (database) => {
      const seen = await underLock(database, options, async () => "done");
      expect(seen).toMatchObject({ kind: "failed", reason: expect.stringContaining("pooler") });
    });
    expect(await here.sql(locks)).toEqual([[0]]);
  });

  it("is not seen where there is none, nor where only one connection is allowed", async () => {
    expect(await underLock(here.database, options, async () => "done")).toBe("done");
    await here.sql("create role lonely login password 'lonely' connection limit 1");
    const { openDatabase } = await import("@lucent/core");
    const [[name, port] = []] = await here.sql("select current_database(), inet_server_port()");
    const url = `postgres://lonely:lonely@127.0.0.1:${String(port)}/${String(name)}`;
    const pool = openDatabase({ collections: [], database: { url } }, {});
    try {
      expect(await underLock(pool.database, options, async () => "done")).toBe("done");
    } finally {
      await pool.close();
      await here.sql("drop role lonely");
    }
  });
});

/** Sessions that share a few real connections, one for each transaction at a time, as poolers in transaction mode do. */
async function pooled(
  database: Database,
  size: number,
  work: (shared: Database) => Promise<void>,
): Promise<void> {
  const free: Runner[] = [];
  const waiting: ((runner: Runner) => void)[] = [];
  const take = async (): Promise<Runner> =>
    free.pop() ?? new Promise<Runner>((resolve) => void waiting.push(resolve));
  const give = (runner: Runner): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(runner);
    else next(runner);
  };
  const open = async (left: number): Promise<void> => {
    if (left === 0) return work({ ...database, session: (run) => run(client()) });
    return database.session(async (runner) => {
      free.push(runner);
      await open(left - 1);
    });
  };
  function client(): Runner {
    let own: Runner | undefined;
    let isTransaction = false;
    return {
      async run(statement) {
        own ??= await take();
        const inTransaction = own;
        const rows = await inTransaction.run(statement);
        if (statement.text.startsWith("begin")) isTransaction = true;
        if (/^(?:rollback|commit)/.test(statement.text)) isTransaction = false;
        if (!isTransaction) {
          own = undefined;
          give(inTransaction);
        }
        return rows;
      },
    };
  }
  await open(size);
}
