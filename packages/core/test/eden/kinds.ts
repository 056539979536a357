import {
  defineCollection,
  defineConfig,
  type DocumentOf,
  lucent,
  type Plugin,
  type PopulatedOf,
} from "@lucent/core";
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
    multiselect: { type: "multiselect", options: ["red", "green"] },
    richtext: { type: "richtext" },
    array: { type: "array", fields: { sku: { type: "text", required: true }, count: { type: "integer" } } },
    relationship: { type: "relationship", to: "all-kinds" },
    related: { type: "relationship", to: "all-kinds", hasMany: true },
    name: { type: "text", required: true, maxLength: 20, unique: true, searchable: true },
  },
  timestamps: true,
  access: anybody,
});

/** Only the signed-in read it, so that a write shows its id alone. */
const notes = defineCollection({
  slug: "notes",
  fields: { body: { type: "text", required: true } },
  access: { ...anybody, read: ({ user }) => user !== null, delete: false },
});

/** What is deleted here can be restored. */
const bins = defineCollection({
  slug: "bins",
  fields: { name: { type: "text", required: true } },
  softDelete: true,
  access: { ...anybody, readDeleted: true },
});

/** The collections that are served. */
export const collections = [kinds, notes, bins] as const;

/** A document as the client's types declare it, without and with everything populated. */
export type Kinds = DocumentOf<typeof kinds>;
export type PopulatedKinds = PopulatedOf<
  { readonly collections: typeof collections },
  "all-kinds",
  "relationship" | "related"
>;

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
    collections,
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
