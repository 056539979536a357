import { createHash, randomBytes } from "node:crypto";

import { type Counter, type Config, describe, lucent, type Lucent, type Plugin } from "@lucent/core";
import { createTestDatabase } from "@lucent/core/testing";
import { runMigration } from "@lucent/migrate";

import { listen } from "../world/listen.ts";

/** An application on a database of its own, behind a real socket. */
export interface Application {
  readonly engine: Lucent;
  readonly port: number;
  readonly errors: readonly string[];
  stop(): Promise<void>;
}

/** Starts an application on a new database with its tables. */
export async function serve(server: string, config: Config): Promise<Application> {
  const database = await databaseOf(server, config);
  const errors: string[] = [];
  const say = (message: string, facts?: unknown): void =>
    void errors.push(`${message} ${JSON.stringify(facts)}`);
  const plugin = await lucent(
    {
      ...config,
      database: { url: database.url, max: 3 },
      logger: { info: () => undefined, warn: () => undefined, error: say },
      plugins: [generous(), ...(config.plugins ?? [])],
    },
    environment(),
  );
  const engine: Lucent = plugin.decorator.lucent;
  const listening = await listen(plugin);
  return {
    engine,
    port: listening.port,
    errors,
    async stop() {
      await listening.stop();
      await engine.stop();
      await database.drop();
    },
  };
}

/** Makes a document past every rule, and answers its id. */
export async function make(
  engine: Lucent,
  slug: string,
  data: Readonly<Record<string, unknown>>,
): Promise<string> {
  // The types know of no collection: an application that is drawn may have any.
  const found = engine.asSystem()[slug] as
    | { create(data: object): Promise<{ readonly id: string }> }
    | undefined;
  if (found === undefined) throw new TypeError(`there is no collection ${slug}`);
  const { id } = await found.create(data);
  return id;
}

async function databaseOf(server: string, config: Config): ReturnType<typeof createTestDatabase> {
  const digest = createHash("sha256")
    .update(JSON.stringify(describe(config).tables))
    .digest("hex")
    .slice(0, 12);
  return createTestDatabase({
    url: server,
    template: `fuzz_${digest}`,
    async prepare(url) {
      const { success } = await runMigration(
        { ...config, database: { url }, logger: false },
        { environment: {} },
      );
      if (!success) throw new TypeError("the tables were not made");
    },
  });
}

function environment(): Readonly<Record<string, string>> {
  const secret = (): string => randomBytes(32).toString("base64");
  return { SESSION_SECRET: secret(), JWT_SECRET: secret(), APP_URL: "https://www.example.com" };
}

// One attempt in so many is refused: seldom enough for the rest to be seen.
const refusedEvery = 40;

/** Counts, but mostly lets pass: all requests come from one address, and the limits would refuse the most of them. */
function generous(): Plugin {
  let taken = 0;
  const counter: Counter = {
    async take(_key, limit) {
      taken += 1;
      const isAllowed = taken % refusedEvery !== 0;
      return {
        allowed: isAllowed,
        remaining: isAllowed ? limit.max - 1 : 0,
        resetAfter: 1,
        retryAfter: isAllowed ? 0 : 1,
      };
    },
    clear: async () => undefined,
  };
  return { name: "generous", start: async () => ({ counter }) };
}
