import { randomBytes } from "node:crypto";

import { describe, type Logger, type Lucent, start } from "@lucent/core";
import { secretKey, secrets, type Secrets } from "@lucent/core/secrets";
import { createTestDatabase } from "@lucent/core/testing";
import postgres from "postgres";

import { createTables } from "../world/create-tables.ts";

/** A key of its own for each run. */
export const randomKey = (): string => randomBytes(32).toString("base64");

/** The name of a secret that differs in its last part. */
export const named = (name: string): ReturnType<typeof secretKey> =>
  secretKey({ scope: "app", owner: "main", provider: "test", name });

/** A database with the table of secrets. */
export interface SecretsDatabase {
  readonly url: string;
  /** A client around the engine. */
  readonly sql: postgres.Sql;
  /** An application on it, with these keys: the first encrypts. */
  open(keys: readonly string[], logger?: Logger): Promise<Opened>;
  drop(): Promise<void>;
}

/** An application that keeps secrets. */
export interface Opened {
  readonly engine: Lucent;
  readonly secrets: Secrets;
}

/** What the environment says of keys: the first encrypts. */
export function environmentOf([key, ...previous]: readonly string[]): Record<string, string | undefined> {
  return { LUCENT_SECRETS_KEY: key, LUCENT_SECRETS_KEY_PREVIOUS: previous.join(", ") };
}

/** Makes a database of its own; its applications stop with it. */
export async function secretsDatabase(server: string): Promise<SecretsDatabase> {
  const created = await createTestDatabase({
    url: server,
    template: "secrets",
    prepare: (template) => createTables(template, describe({ collections: [], plugins: [secrets()] })),
  });
  const { url } = created;
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  const running: Lucent[] = [];
  return {
    url,
    sql,
    async open(keys, logger) {
      const config = { collections: [], database: { url, max: 3 }, plugins: [secrets()] };
      const engine = await start({ ...config, logger: logger ?? false }, environmentOf(keys));
      running.push(engine);
      return { engine, secrets: engine.secrets };
    },
    async drop() {
      for (const engine of running.splice(0)) await engine.stop();
      await sql.end();
      await created.drop();
    },
  };
}

/** The code of the SecretError, or the name of the error, that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error)) return error;
    return Reflect.get(error, "code") ?? error.name;
  }
  return "no failure";
}
