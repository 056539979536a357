import type { Database, Runner, Table } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { choice, reference, unique } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const users = tableOf("users", { columns: [id] });
const fields = [id, column("title"), column("kind"), column("author", { type: "uuid" })];
const loose = tableOf("posts", { columns: fields });
const bound = (onDelete: "restrict" | "cascade"): Table =>
  tableOf("posts", {
    columns: fields,
    foreignKeys: [reference("posts", "author", { references: "users", onDelete })],
  });
const listed = (...options: readonly string[]): Table =>
  tableOf("posts", { columns: fields, checks: [choice("posts", "kind", options)] });
const keyed = (...names: readonly string[]): Table =>
  tableOf("posts", { columns: fields, indexes: [{ ...unique("posts", ...names), name: "posts_pair_key" }] });
const titled = tableOf("posts", { columns: fields, indexes: [unique("posts", "title")] });
// Above and below the size from which on the way in several steps is taken.
const sizes = [["large", 12_000] as const, ["small", 20] as const];

async function stock(count: number, ...tables: readonly Table[]): Promise<void> {
  await here.apply(tables);
  await here.script(`insert into users (id) select gen_random_uuid() from generate_series(1, 50);
    insert into posts (id, title, kind, author)
      select gen_random_uuid(), n::text, 'k', (array(select id from users))[n % 50 + 1] from generate_series(1, ${count}) n`);
  await here.sql("analyze posts");
}

/** Tries to write a row that must never get in, and takes it back should it. */
const trying = (insert: string): string => `create function try_it() returns text language plpgsql as $f$
  begin
    set local lock_timeout = '50ms';
    ${insert};
    raise sqlstate 'ZZ001';
  exception
    when sqlstate 'ZZ001' then return 'got in';
    when lock_not_available then return 'waited';
    when integrity_constraint_violation then return 'refused';
  end $f$`;

/** The same world, in which another connection tries so before each statement and behind the last one. */
async function besieged(insert: string): Promise<{ readonly world: World; readonly tries: string[] }> {
  await here.sql(trying(insert));
  const tries: string[] = [];
  const attempt = async (): Promise<void> => {
    const [row] = await here.sql("select try_it()");
    tries.push(String(row?.[0]));
  };
  return { world: { ...here, database: interrupted(here.database, attempt) }, tries };
}

function interrupted(database: Database, attempt: () => Promise<void>): Database {
  return {
    ...database,
    session: (work) =>
      database.session((runner) =>
        work({
          async run(statement) {
            await attempt();
            const rows = await runner.run(statement);
            await attempt();
            return rows;
          },
        }),
      ),
  };
}

describe("no moment without", () => {
  it.each(sizes)(
    "J03 a reference, while its reaction to a deletion changes on a %s table",
    async (_, count) => {
      await stock(count, users, bound("restrict"));
      const siege = await besieged(
        "insert into posts (id, author) values (gen_random_uuid(), gen_random_uuid())",
      );
      await scenario(siege.world, { to: [users, bound("cascade")], expect: { steps: expect.any(Array) } });
      expect(new Set(siege.tries)).not.toContain("got in");
      expect(siege.tries).toContain("refused");
      await here.sql("delete from users");
      expect(await here.sql("select count(*)::int from posts")).toEqual([[0]]);
    },
  );

  it.each(sizes)("K03 a check, while its list changes on a %s table", async (_, count) => {
    await stock(count, users, listed("k", "l"));
    const siege = await besieged("insert into posts (id, kind) values (gen_random_uuid(), 'stray')");
    await scenario(siege.world, { to: [users, listed("k", "m")], expect: { steps: expect.any(Array) } });
    expect(new Set(siege.tries)).not.toContain("got in");
    expect(siege.tries).toContain("refused");
    await expect(here.sql("update posts set kind = 'l'")).rejects.toMatchObject({ code: expect.any(String) });
    await here.sql("update posts set kind = 'm'");
  });

  it.each(sizes)(
    "I05 L04 a unique index, while its columns change their order on a %s table",
    async (_, count) => {
      await stock(count, users, keyed("title", "kind"));
      const siege = await besieged(
        "insert into posts (id, title, kind) values (gen_random_uuid(), '7', 'k')",
      );
      await scenario(siege.world, {
        to: [users, keyed("kind", "title")],
        expect: { steps: expect.any(Array) },
      });
      expect(new Set(siege.tries)).not.toContain("got in");
      expect(siege.tries).toContain("refused");
    },
  );

  it.each(sizes)(
    "I05 a unique index that gets another name with the order, on a %s table",
    async (_, count) => {
      const pair = (...names: readonly string[]): Table =>
        tableOf("posts", { columns: fields, indexes: [unique("posts", ...names)] });
      await stock(count, users, pair("title", "kind"));
      const siege = await besieged(
        "insert into posts (id, title, kind) values (gen_random_uuid(), '7', 'k')",
      );
      await scenario(siege.world, {
        to: [users, pair("kind", "title")],
        expect: {
          steps: [
            "buildIndex posts.posts_kind_title_key",
            "renameIndex posts.posts_title_kind_key",
            expect.stringMatching(/^dropIndex posts\.lucent_old_/),
          ],
        },
      });
      expect(new Set(siege.tries)).not.toContain("got in");
      expect(siege.tries).toContain("refused");
    },
  );
});

/** Runs work while somebody else has a snapshot open, which every concurrent build waits for. */
async function withOldSnapshot<T>(work: (pid: number) => Promise<T>): Promise<T> {
  await here.sql("create table elsewhere (x int)");
  return here.database.session(async (other) => {
    await other.run({ text: "begin isolation level repeatable read", values: [] });
    const [[pid] = []] = await other.run({
      text: "select pg_backend_pid() from (select count(*) from elsewhere) e",
      values: [],
    });
    try {
      return await work(Number(pid));
    } finally {
      await other.run({ text: "rollback", values: [] });
    }
  });
}

const invalid = "select count(*)::int from pg_index where not indisvalid";

describe("others at work", () => {
  it("L08 I02 waits for an old snapshot, names its process, and lets others write meanwhile", async () => {
    await stock(12_000, users, loose);
    const waits = Promise.withResolvers<string>();
    const { running } = await withOldSnapshot(async (pid) => {
      const run = here.apply([users, titled], { onWait: waits.resolve });
      expect(await waits.promise).toContain(`waits for server process ${pid}`);
      await here.script(`set local lock_timeout = '1s';
        insert into posts (id, title) values (gen_random_uuid(), 'new');
        update posts set kind = 'l' where title = '1';
        delete from posts where title = '2'`);
      return { running: run };
    });
    expect(await running).toMatchObject({ kind: "applied" });
    expect(await here.sql(invalid)).toEqual([[0]]);
    expect(await here.apply([users, titled])).toMatchObject({ kind: "current" });
  });

  it("I01 fails by a duplicate that nobody could see before the build, leaves nothing of it, and refuses it from then on", async () => {
    await stock(12_000, users, loose);
    const waits = Promise.withResolvers<string>();
    const { running } = await here.database.session(async (writer) => {
      await writer.run({ text: "begin", values: [] });
      await writer.run({
        text: "insert into posts (id, title) values (gen_random_uuid(), '7')",
        values: [],
      });
      const run = here.apply([users, titled], { onWait: waits.resolve });
      await waits.promise;
      await writer.run({ text: "commit", values: [] });
      return { running: run };
    });
    expect(await running).toMatchObject({ kind: "failed" });
    expect(await here.sql(invalid)).toEqual([[0]]);
    await scenario(here, {
      to: [users, titled],
      expect: { refusals: ["DUPLICATES posts.posts_title_key 1"] },
    });
    await here.sql("delete from posts where title = '7'");
    await scenario(here, { to: [users, titled], expect: { steps: ["buildIndex posts.posts_title_key"] } });
  });

  it("J01 K02 proves what is there while somebody writes to both tables", async () => {
    await stock(12_000, users, loose);
    const to = tableOf("posts", {
      columns: fields,
      foreignKeys: bound("restrict").foreignKeys,
      checks: listed("k").checks,
    });
    const stop = new AbortController();
    const writers = [1, 2].map(() => writing(stop.signal, posting, peopling));
    const outcome = await here.apply([users, to]).finally(() => stop.abort());
    expect(outcome).toMatchObject({ kind: "applied" });
    expectWritten(await Promise.all(writers));
  });
});

const posting = "insert into posts (id, kind) values (gen_random_uuid(), 'k')";
const peopling = "insert into users (id) values (gen_random_uuid())";

interface Written {
  /** Transactions that came to their end. */
  readonly done: number;
  readonly error?: unknown;
}

/** Writes in transactions of several statements, until it is told to stop or one of them fails. */
async function writing(signal: AbortSignal, ...statements: readonly string[]): Promise<Written> {
  let done = 0;
  try {
    await here.database.session(async (runner) => {
      do {
        for (const text of ["begin", ...statements, "commit"]) await runner.run({ text, values: [] });
        done += 1;
      } while (!signal.aborted);
    });
  } catch (error) {
    return { done, error };
  }
  return { done };
}

/** Every writer wrote, and none of them was given an error. */
function expectWritten(writers: readonly Written[]): void {
  for (const writer of writers) expect(writer).toEqual({ done: expect.any(Number) });
  expect(writers.map(({ done }) => done)).not.toContain(0);
}

describe("references in a circle", () => {
  const other = column("other", { type: "uuid" });
  const apart = (name: string): Table => tableOf(name, { columns: [id, other] });
  const toOther = (name: string, references: string): Table =>
    tableOf(name, { columns: [id, other], foreignKeys: [reference(name, "other", { references })] });
  const into = (name: string): string => `insert into ${name} (id) values (gen_random_uuid())`;

  it("J09 are added by two runs while two writers take the tables in opposite orders", async () => {
    for (let round = 0; round < 2; round += 1) {
      await here.apply([apart("a"), apart("b")]);
      const stop = new AbortController();
      const writers = [
        [into("a"), into("b")],
        [into("b"), into("a")],
      ].map((statements) => writing(stop.signal, ...statements));
      const to = [toOther("a", "b"), toOther("b", "a")];
      const patient = { waitMs: 60_000 };
      const outcomes = await Promise.all([here.apply(to, patient), here.apply(to, patient)]).finally(() =>
        stop.abort(),
      );
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["applied", "current"]);
      expectWritten(await Promise.all(writers));
    }
  }, 120_000);

  it.each([
    ["a", "b"],
    ["b", "a"],
  ])("J09 is not what a writer pays for that has %s and wants %s", async (first, second) => {
    await here.apply([apart("a"), apart("b")]);
    const waits =
      "select count(*)::int from pg_locks l join pg_database d on d.oid = l.database where datname = current_database() and not granted";
    const { running } = await here.database.session(async (writer) => {
      const write = (text: string): ReturnType<Runner["run"]> => writer.run({ text, values: [] });
      await write("begin");
      await write(into(first));
      const run = here.apply([toOther("a", "b"), toOther("b", "a")]);
      while ((await here.sql(waits))[0]?.[0] === 0);
      await write(into(second));
      await write("commit");
      return { running: run };
    });
    expect(await running).toMatchObject({ kind: "applied" });
    expect(await here.sql("select (select count(*)::int from a), (select count(*)::int from b)")).toEqual([
      [1, 1],
    ]);
  });
});
