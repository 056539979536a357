import { type Collection, type Config, describe, type Lucent, lucent } from "@lucent/core";
import { createTestDatabase } from "@lucent/core/testing";
import { Elysia } from "elysia";
import postgres from "postgres";

import { type Asker, asker } from "./asker.ts";
import { createTables } from "./create-tables.ts";
import { listen } from "./listen.ts";
import { type RecordingLogger, recordingLogger } from "./recording-logger.ts";

/** A database of its own with the tables of some collections. */
export interface Prepared {
  readonly url: string;
  /** A client around the engine. */
  readonly sql: postgres.Sql;
  drop(): Promise<void>;
}

/** Makes a database with the tables of a configuration. The name stands for exactly these collections. */
export async function prepare(
  server: string,
  name: string,
  collections: readonly Collection[],
): Promise<Prepared> {
  const database = await createTestDatabase({
    url: server,
    template: name,
    prepare: (url) => createTables(url, describe({ collections })),
  });
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  return {
    url: database.url,
    sql,
    async drop() {
      await sql.end();
      await database.drop();
    },
  };
}

/** An application that listens. */
export interface Application<C extends readonly Collection[]> {
  readonly engine: Lucent<C>;
  readonly log: RecordingLogger;
  readonly port: number;
  readonly ask: Asker;
  stop(): Promise<void>;
}

/** What a host application adds behind the plugin. */
export type Host = (app: Elysia) => Elysia;

/** Starts an application that listens on the loopback address and logs into memory. */
export async function serve<const C extends readonly Collection[], const P extends string = "/api">(
  config: Config<C, P>,
  host: Host = (app) => app,
): Promise<Application<C>> {
  const log = recordingLogger();
  const plugin = await lucent<C, P>({ logger: log, ...config });
  const engine: Lucent<C> = plugin.decorator.lucent;
  const listening = await listen(host(new Elysia().use(plugin) as unknown as Elysia));
  const ask = asker(listening.port);
  return {
    engine,
    log,
    port: listening.port,
    ask,
    async stop() {
      ask.close();
      await listening.stop();
      await engine.stop();
    },
  };
}
