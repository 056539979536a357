import { defineCollection, defineConfig, type DocumentOf, lucent, type Plugin } from "@lucent/core";
import { Elysia } from "elysia";

const anybody = { read: true, create: true, update: true, delete: true } as const;

/** One field of every kind. */
export const kinds = defineCollection({
  slug: "all-kinds",
  fields: {
    text: { type: "text" },
    textarea: { type: "textarea" },
    email: { type: "email" },
    number: { type: "number" },
    integer: { type: "integer" },
    decimal: { type: "decimal" },
    boolean: { type: "boolean" },
    date: { type: "date" },
    select: { type: "select", options: ["red", "green"] },
    json: { type: "json" },
    relationship: { type: "relationship", to: "all-kinds" },
    name: { type: "text", required: true, maxLength: 20, unique: true },
  },
  timestamps: true,
  access: anybody,
});

/** Only the signed-in read it, so that a write shows its id alone. */
export const notes = defineCollection({
  slug: "notes",
  fields: { body: { type: "text", required: true } },
  access: { ...anybody, read: ({ user }) => user !== null, delete: false },
});

/** A document as the client's types declare it. */
export type Kinds = DocumentOf<typeof kinds>;

/** Takes any caller at its word: the tests need somebody who is signed in. */
const believer: Plugin = {
  name: "believer",
  async facts(request) {
    const id = request.headers.get("x-caller");
    return id === null ? {} : { user: { id } };
  },
};

/** Lucent and two routes of the host, one of them under the prefix. */
export async function createApp(url: string) {
  const config = defineConfig({
    database: { url },
    logger: false,
    collections: [kinds, notes],
    plugins: [believer],
  });
  return new Elysia()
    .use(await lucent(config))
    .get("/hello", () => ({ from: "the host" }))
    .get("/api/titles", async ({ lucent: engine }) => {
      const { data } = await engine.asSystem()["all-kinds"].find({ select: ["name"], sort: "name" });
      return data.map(({ name }) => name);
    });
}

/** What a client needs to know. */
export type App = Awaited<ReturnType<typeof createApp>>;
