import { defineCollection, defineConfig, describe, lucent, type Plugin } from "@lucent/core";
import { createTestDatabase } from "@lucent/core/testing";
import postgres from "postgres";

import { createTables } from "../world/create-tables.ts";
import { listen } from "../world/listen.ts";
import { neverShown } from "./inspect.ts";
import type { Known } from "./targets.ts";

/** The running application under fire. */
export interface World {
  readonly port: number;
  readonly known: Known;
  /** What the application logged as an error. */
  readonly errors: readonly string[];
  /** Does what the server does by itself as rows come, but not in time where hundreds of databases come and go. */
  analyze(): Promise<void>;
  stop(): Promise<void>;
}

const everyone = { read: true, create: true, update: true, delete: true };

const callers: Plugin = {
  name: "callers",
  async facts(request) {
    const id = request.headers.get("x-user");
    return id === null ? {} : { user: { id } };
  },
};

function configuration(url: string, errors: string[]) {
  const logger = {
    info: () => undefined,
    warn: () => undefined,
    error: (message: string, facts?: object) => void errors.push(`${message} ${JSON.stringify(facts)}`),
  };
  return defineConfig({
    database: { url },
    api: { cors: { origin: ["https://app.example.com"] }, trustProxy: 1 },
    logger,
    plugins: [callers],
    collections: [
      defineCollection({
        slug: "things",
        timestamps: true,
        softDelete: true,
        access: { ...everyone, readDeleted: true },
        fields: {
          title: { type: "text", required: true, maxLength: 200, searchable: true },
          notes: { type: "textarea", searchable: true },
          secret: { type: "text", hidden: true },
          code: { type: "text", unique: true },
          mail: { type: "email" },
          count: { type: "integer", min: -1e6 },
          score: { type: "number" },
          price: { type: "decimal", precision: 12, scale: 2 },
          done: { type: "boolean", default: false },
          due: { type: "date" },
          status: { type: "select", options: ["draft", "published"] },
          meta: { type: "json" },
          owner: { type: "relationship", to: "people" },
          locked: { type: "relationship", to: "locked" },
          parent: { type: "relationship", to: "things", onDelete: "setNull" },
          tags: { type: "relationship", to: "people", hasMany: true, maxItems: 20 },
          kinds: { type: "multiselect", options: ["news", "howto"] },
          lines: {
            type: "array",
            fields: { label: { type: "text", required: true }, size: { type: "integer" } },
          },
          doc: { type: "richtext" },
        },
      }),
      // Whose rules are filters.
      defineCollection({
        slug: "notes",
        access: {
          read: ({ user }) => (user === null ? { status: "public" } : true),
          create: ({ user }) => user !== null && { status: "public" },
          update: () => ({ status: "public" }),
          delete: () => {
            throw new Error("canary!rule");
          },
        },
        fields: { title: { type: "text" }, status: { type: "text" } },
      }),
      defineCollection({ slug: "locked", fields: { title: { type: "text" } } }),
      defineCollection({ slug: "people", access: { read: true }, fields: { title: { type: "text" } } }),
    ],
  });
}

/** Starts the application on a database of its own, with a few rows. */
export async function startWorld(server: string): Promise<World> {
  const errors: string[] = [];
  const database = await createTestDatabase({
    url: server,
    template: "malformed",
    prepare: (url) => createTables(url, describe(configuration(url, []))),
  });
  const plugin = await lucent(configuration(database.url, errors));
  const engine = plugin.decorator.lucent;
  const http = await listen(plugin);
  const { things, notes, people } = engine.asSystem();
  const person = await people.create({ title: "Ada" });
  const thing = await things.create({
    title: "first",
    owner: person.id,
    tags: [person.id],
    secret: neverShown,
  });
  const note = await notes.create({ title: "open", status: "public" });
  await things.create({ title: "second", parent: thing.id, secret: neverShown });
  const gone = await things.create({ title: "third", secret: neverShown });
  await things.delete(gone.id);
  const { meta } = await engine.as(null).things.find({ perPage: 1 });
  return {
    port: http.port,
    known: {
      ids: [thing.id, gone.id, note.id, person.id],
      cursors: [meta.nextCursor ?? ""],
      host: `127.0.0.1:${http.port}`,
    },
    errors,
    async analyze() {
      const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
      await sql`analyze`;
      await sql.end();
    },
    async stop() {
      await http.stop();
      await engine.stop();
      await database.drop();
    },
  };
}
