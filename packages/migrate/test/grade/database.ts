import { openDatabase, type Runner } from "@lucent/core";

import { emptyDatabase } from "../world/empty.ts";

/** An empty database, and one session of it that is set as a migration sets its own. */
export interface Scratch {
  readonly server: number;
  /** Runs one statement and answers its rows. */
  sql(text: string): Promise<readonly (readonly unknown[])[]>;
  /** Calls `work` in the read-only snapshot in which a difference is graded. */
  snapshot<T>(work: (runner: Runner) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

const pinned = `
  set search_path = pg_catalog; set timezone = 'UTC'; set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres';
  set extra_float_digits = 1; set row_security = off; set standard_conforming_strings = on`;

export async function scratch(): Promise<Scratch> {
  const created = await emptyDatabase();
  const { database, close } = openDatabase({ collections: [], database: { url: created.url } }, {});
  const over = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<Runner>();
  const session = database.session(async (runner) => {
    ready.resolve(runner);
    await over.promise;
  });
  const runner = await ready.promise;
  const sql: Scratch["sql"] = (text) => runner.run({ text, values: [] });
  for (const setting of pinned.split(";")) await sql(setting);
  const [[server] = []] = await sql("select current_setting('server_version_num')::integer");
  return {
    server: Number(server),
    sql,
    async snapshot(work) {
      await sql("begin isolation level repeatable read read only");
      try {
        return await work(runner);
      } finally {
        await sql("rollback");
      }
    },
    async end() {
      over.resolve();
      await session;
      await close();
      await created.end();
    },
  };
}
