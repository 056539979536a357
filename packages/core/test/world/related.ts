import { defineCollection } from "@lucent/core";
import { inject } from "vitest";

import { type Application, prepare, serve } from "./application.ts";
import { headerUser } from "./blog.ts";
import { databaseProxy, type DatabaseProxy } from "./database-proxy.ts";

const companies = defineCollection({
  slug: "companies",
  fields: { name: { type: "text", required: true }, size: { type: "integer" } },
  access: { read: true },
});

/** People refer to each other; some are hidden, and their salary is shown to themselves alone. */
const people = defineCollection({
  slug: "people",
  softDelete: true,
  fields: {
    name: { type: "text" },
    age: { type: "integer" },
    hidden: { type: "boolean", default: false },
    salary: { type: "integer", access: { read: ({ user }) => (user === null ? false : { name: user.id }) } },
    key: { type: "text", access: { read: false } },
    secret: { type: "text", hidden: true },
    boss: { type: "relationship", to: "people" },
    friends: { type: "relationship", to: "people", hasMany: true, maxItems: 5 },
    company: { type: "relationship", to: "companies" },
  },
  access: { read: ({ user }) => user?.["role"] === "admin" || { hidden: false } },
});

/** Nobody may read these. */
const vaults = defineCollection({
  slug: "vaults",
  fields: { code: { type: "text" }, owner: { type: "relationship", to: "people" } },
  access: { create: true },
});

const tags = defineCollection({
  slug: "tags",
  fields: { label: { type: "text", required: true }, weight: { type: "integer" } },
  access: { read: () => ({ label: { neq: "private" } }) },
});

const posts = defineCollection({
  slug: "posts",
  fields: {
    title: { type: "text", required: true },
    author: { type: "relationship", to: "people" },
    tags: { type: "relationship", to: "tags", hasMany: true, maxItems: 10 },
    readers: { type: "relationship", to: "people", hasMany: true },
    vault: { type: "relationship", to: "vaults" },
    vaults: { type: "relationship", to: "vaults", hasMany: true, maxItems: 3 },
    hint: { type: "relationship", to: "tags", access: { read: false } },
  },
  access: { read: true, update: true },
});

/** Collections that refer to each other in every way. */
export const related = [companies, people, vaults, tags, posts] as const;

/** An application over such documents, behind a proxy that counts its statements. */
export interface Related {
  readonly app: Application<typeof related>;
  readonly proxy: DatabaseProxy;
  /** The id of a document, by the name that it has in the tests. */
  readonly id: (name: string) => string;
  readonly stop: () => Promise<void>;
}

/** Makes the documents and starts the application. */
export async function relatedApplication(): Promise<Related> {
  const database = await prepare(inject("databaseUrl"), "relations", related);
  const proxy = await databaseProxy(database.url);
  const app = await serve({
    collections: related,
    database: { url: proxy.url, max: 1 },
    plugins: [headerUser],
    logger: false,
  });
  const system = app.engine.asSystem();
  const ids = new Map<string, string>();
  const id = (name: string): string => ids.get(name) ?? "";
  const make = async (slug: (typeof related)[number]["slug"], name: string, data: object): Promise<void> => {
    const made: { readonly id: string } = await system[slug].create(data as never);
    ids.set(name, made.id);
  };
  await make("companies", "acme", { name: "Acme", size: 9 });
  await make("people", "ada", {
    name: "ada",
    age: 30,
    salary: 1,
    key: "k",
    secret: "s",
    company: id("acme"),
  });
  await make("people", "bob", { name: "bob", age: 20, salary: 2, boss: id("ada") });
  await make("people", "eve", { name: "eve", age: 40, hidden: true, company: id("acme"), boss: id("bob") });
  await make("people", "dan", { name: "dan", age: 50 });
  await make("people", "zoe", { boss: id("eve") });
  await system.people.update(id("ada"), {
    boss: id("bob"),
    friends: [id("eve"), id("bob"), id("ada"), id("dan")],
  });
  await system.people.delete(id("dan"));
  await make("vaults", "vault", { code: "1234", owner: id("ada") });
  await make("tags", "red", { label: "red", weight: 1 });
  await make("tags", "blue", { label: "blue", weight: 5 });
  await make("tags", "private", { label: "private", weight: 9 });
  await make("posts", "first", {
    title: "first",
    author: id("bob"),
    tags: [id("blue"), id("private"), id("red")],
    readers: [id("zoe"), id("eve"), id("ada")],
    vault: id("vault"),
    vaults: [id("vault")],
    hint: id("red"),
  });
  await make("posts", "second", { title: "second", author: id("eve"), tags: [id("private")] });
  await make("posts", "third", { title: "third", author: id("ada"), tags: [id("red")] });
  await make("posts", "fourth", { title: "fourth" });
  return {
    app,
    proxy,
    id,
    async stop() {
      await app.stop();
      await proxy.stop();
      await database.drop();
    },
  };
}
