import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a generated project consists of. */
export interface ProjectSize {
  readonly collections: number;
  /** How many of them a client, a host route and a script use. */
  readonly used: number;
}

const fieldsPerCollection = [
  'title: { type: "text", required: true, maxLength: 200 }',
  'body: { type: "textarea" }',
  'contact: { type: "email", unique: true }',
  'price: { type: "number", min: 0, default: 0 }',
  'stock: { type: "integer", required: true, default: 0, index: true }',
  'weight: { type: "decimal", precision: 12, scale: 3 }',
  'active: { type: "boolean", required: true, default: true }',
  'publishedAt: { type: "date" }',
  'status: { type: "select", options: ["draft", "review", "published"], required: true, default: "draft" }',
];

/** Writes an application of `collections` × 10 fields with rules, and the code that uses some of them. */
export async function generateProject(folder: string, { collections, used }: ProjectSize): Promise<void> {
  const slugs = Array.from({ length: used }, (_, at) => slugOf(at));
  const files: readonly (readonly [path: string, text: string])[] = [
    ["tsconfig.json", configuration],
    ["config.ts", configText(collections)],
    ["app.ts", appText(slugs)],
    ["client.ts", clientText(slugs)],
    ["script.ts", scriptText(slugs)],
    ...Array.from({ length: collections }, (_, at) => [`collections/c${at}.ts`, collectionText(at)] as const),
  ];
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "collections"), { recursive: true });
  await Promise.all(files.map(([path, text]) => writeFile(join(folder, path), text)));
}

/** The settings of this repository, against what is published instead of the sources. */
const configuration = JSON.stringify({
  extends: "../../../../../tsconfig.base.json",
  compilerOptions: { customConditions: [] },
  include: ["."],
});

/** Slugs with and without a hyphen, every second collection with timestamps. */
function slugOf(at: number): string {
  return at % 2 === 0 ? `things${at}` : `more-things${at}`;
}

function collectionText(at: number): string {
  const parent = slugOf(Math.max(at - 1, 0));
  const last =
    at % 5 === 0 ? 'details: { type: "json" }' : `parent: { type: "relationship", to: "${parent}" }`;
  const update =
    at % 5 === 0
      ? 'async ({ user }) => (user === null ? false : { or: [{ contact: user.id }, { status: "draft" }] })'
      : "({ user }) => (user === null ? false : { contact: { eq: user.id } })";
  return `import { defineCollection } from "@lucent/core";

export const c${at} = defineCollection({
  slug: "${slugOf(at)}",
  fields: {
    ${[...fieldsPerCollection, last].join(",\n    ")},
  },
  access: {
    read: ({ user }) => (user === null ? { status: { eq: "published" }, active: true } : true),
    create: ({ user }) => user !== null,
    update: ${update},
    delete: ({ user }) => user?.["role"] === "admin",
  },
  ${at % 2 === 0 ? 'timestamps: true,\n  defaultSort: "-createdAt",' : 'defaultSort: ["title", "-stock"],'}
});
`;
}

function configText(collections: number): string {
  const names = Array.from({ length: collections }, (_, at) => `c${at}`);
  return `import { defineConfig } from "@lucent/core";
${names.map((name) => `import { ${name} } from "./collections/${name}.ts";`).join("\n")}

export const config = defineConfig({ collections: [${names.join(", ")}] });
`;
}

/** The host: five routes of its own use the engine in their context. */
function appText(slugs: readonly string[]): string {
  const routes = slugs.map(
    (slug, at) => `
  .get("/mine-${at}", async ({ lucent }) => {
    const { data } = await lucent.as(null)["${slug}"].find({ perPage: 3 });
    return data.map(({ status }) => status);
  })`,
  );
  return `import { lucent } from "@lucent/core";
import { Elysia } from "elysia";
import { config } from "./config.ts";

export const app = new Elysia().use(await lucent(config))${routes.join("")};
export type App = typeof app;
`;
}

/** What a front end does. */
function clientText(slugs: readonly string[]): string {
  const uses = slugs.map(
    (slug, at) => `
const things${at} = client.api["${slug}"];
export const list${at} = await things${at}.get({
  query: { where: { status: "draft", price: { gte: 1 } }, sort: ["-stock", "title"] },
});
export const titles${at}: readonly string[] = list${at}.data?.data.map(({ title }) => title) ?? [];
export const found${at} = await things${at}.query.post({ where: { or: [{ title: { like: "a" } }, { id: { in: ["x"] } }] } });
export const counted${at}: number | undefined = (await things${at}.count.get()).data?.count;
export const made${at} = await things${at}.post({ title: "a", status: "review" });
export const one${at} = await things${at}({ id: "x" }).get();
export const weight${at}: string | null | undefined = one${at}.data?.weight;
export const changed${at} = await things${at}({ id: "x" }).patch({ body: null });
export const gone${at} = await things${at}({ id: "x" }).delete();
`,
  );
  return `import { treaty } from "@elysia/eden";
import type { App } from "./app.ts";

const client = treaty<App>("http://localhost:3000", { parseDate: false });
${uses.join("")}`;
}

/** What scripts and workers do, with the in-process API and with the tables. */
function scriptText(slugs: readonly string[]): string {
  const uses = slugs.map(
    (slug, at) => `
const local${at} = engine.as(null)["${slug}"];
export const page${at} = await local${at}.find({ where: { active: true }, select: ["title"], sort: "-title" });
export const total${at}: number = await local${at}.count({ publishedAt: { exists: true } });
export const written${at} = await local${at}.create({ title: "a" });
export const stored${at} = await engine.asSystem()["${slug}"].update("x", { stock: 3 });
const table${at} = engine.tables["${slug}"];
export const rows${at} = await engine.drizzle.select().from(table${at}).where(eq(table${at}.title, "a"));
export const names${at}: readonly string[] = rows${at}.map(({ title }) => title);
`,
  );
  return `import { start } from "@lucent/core";
import { eq } from "drizzle-orm";
import { config } from "./config.ts";

const engine = await start(config);
${uses.join("")}`;
}
