import { treaty } from "@elysia/eden";
import { inject } from "vitest";

import { prepare } from "../world/application.ts";
import { listen } from "../world/listen.ts";
import { type App, collections, createApp } from "./kinds.ts";

type Client = ReturnType<typeof treaty<App>>;

/** The application of the Eden tests as it runs, and a client of it. */
export interface Served {
  readonly client: Client;
  readonly api: Client["api"];
  /** Takes every document away. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** Serves the application on a database of its own. */
export async function serveKinds(): Promise<Served> {
  const database = await prepare(inject("databaseUrl"), "eden", collections);
  const app = await createApp(database.url);
  const server = await listen(app);
  const client = treaty<App>(`http://127.0.0.1:${server.port}`, { parseDate: false });
  return {
    client,
    api: client.api,
    clear: async () => void (await database.sql`truncate all_kinds, notes, bins cascade`),
    async stop() {
      await server.stop();
      await app.decorator.lucent.stop();
      await database.drop();
    },
  };
}
