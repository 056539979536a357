import { describe, lucent, type Lucent, type User } from "@lucent/core";
import { createTestDatabase } from "@lucent/core/testing";
import postgres from "postgres";

import { createTables } from "../world/create-tables.ts";
import { listen } from "../world/listen.ts";
import { configuration, everyCollection } from "./application.ts";
import type { Stock } from "./facts.ts";
import { store } from "./store.ts";
import { peopleIds } from "./values.ts";

/** A page as a client reads it. */
export interface Page {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly meta: Readonly<Record<string, unknown>>;
}

/** The in-process API without the types of one configuration. */
export interface Reader {
  find(parameters: object): Promise<Page>;
  count(where?: object): Promise<number>;
  findById(id: string, options?: object): Promise<Readonly<Record<string, unknown>>>;
}

/** The running application under test and its database. */
export interface World {
  /** Replaces the rows of collections. */
  store(stock: Stock): Promise<void>;
  /** A collection as one caller sees it. */
  reader(slug: string, user: User): Reader;
  /** Where the application listens. */
  readonly origin: string;
  /** What Postgres makes of a text when it folds case. */
  fold(texts: readonly string[]): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts the application on a database of its own. */
export async function startWorld(server: string): Promise<World> {
  const database = await createTestDatabase({
    url: server,
    template: "query_property_graph",
    prepare: async (url) => {
      await createTables(url, describe(configuration(url)));
      const sql = postgres(url, { max: 1 });
      await sql`insert into people (id) select unnest(${[...peopleIds]}::uuid[])`;
      await sql.end();
    },
  });
  const plugin = await lucent(configuration(database.url));
  const engine: Lucent = plugin.decorator.lucent;
  const http = await listen(plugin);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  return {
    store: (stock) => store(sql, everyCollection, stock),
    reader: (slug, user) => (engine.as(user) as unknown as Record<string, Reader>)[slug] as Reader,
    origin: `http://127.0.0.1:${http.port}`,
    async fold(texts) {
      const found =
        await sql`select lower(each) as folded from unnest(${[...texts]}::text[]) with ordinality as t(each, at) order by at`;
      return found.map(({ folded }) => String(folded));
    },
    async stop() {
      await http.stop();
      await engine.stop();
      await sql.end();
      await database.drop();
    },
  };
}
