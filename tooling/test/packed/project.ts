import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Runtime, runtimeProgram, workspaceBinary } from "../../run/tools.ts";
import { repository } from "../../services/places.ts";
import { freePort } from "../../services/ports.ts";
import { type Ended, runProgram } from "./pack.ts";

/** The package managers that people install Lucent with. */
export type Manager = "npm" | "pnpm" | "bun";

/** A project that was empty before it installed Lucent. */
export interface Project {
  readonly manager: Manager;
  readonly directory: string;
  /** The port that the application listens on, by the runtime that serves it. */
  readonly ports: ReadonlyMap<Runtime, number>;
}

/** The tables of the application, as somebody writes them who does not use `@lucent/migrate`. */
export const tables: readonly string[] = [
  "create table authors (id uuid primary key, name text not null unique)",
  `create table blog_posts (
     id uuid primary key,
     title text not null,
     status text,
     author uuid references authors (id),
     created_at timestamp(3) with time zone not null default now(),
     updated_at timestamp(3) with time zone not null default now()
   )`,
];

const collections = `
import { defineCollection } from "@lucent/core";

const access = { read: true, create: true, update: true, delete: true } as const;

export const authors = defineCollection({
  slug: "authors",
  fields: { name: { type: "text", required: true, unique: true } },
  access,
});
export const posts = defineCollection({
  slug: "blog-posts",
  fields: {
    title: { type: "text", required: true, maxLength: 80 },
    status: { type: "select", options: ["draft", "published"], default: "draft" },
    author: { type: "relationship", to: "authors" },
  },
  access,
  timestamps: true,
});
`;

function application(runtime: Runtime, port: number): string {
  const adapter = runtime === "node" ? "{ adapter: node() }" : "";
  return `
${runtime === "node" ? 'import { node } from "@elysia/node";' : ""}
import { defineConfig, lucent } from "@lucent/core";
import { Elysia } from "elysia";

import { authors, posts } from "./collections.ts";

export const app = new Elysia(${adapter})
  .use(await lucent(defineConfig({ collections: [authors, posts] })))
  .get("/hello", () => "mine")
  .get("/drafts", async ({ lucent }) => lucent.as(null)["blog-posts"].count({ status: "draft" }))
  .listen({ port: ${port}, hostname: "127.0.0.1" });
`;
}

/** Compiles only where the published declarations carry the types of a collection. */
const types = `
import type { CreateOf, DocumentOf } from "@lucent/core";

import type { posts } from "./collections.ts";

type Post = DocumentOf<typeof posts>;

export const statusOf = (post: Post): "draft" | "published" | null => post.status;
export const changedAt = (post: Post): string => post.updatedAt;
// @ts-expect-error -- not one of the options
export const lost: CreateOf<typeof posts> = { title: "x", status: "lost" };
// @ts-expect-error -- the title is required
export const untitled: CreateOf<typeof posts> = { status: "draft" };
`;

const compilerOptions =
  "--noEmit --ignoreConfig --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --verbatimModuleSyntax " +
  "--allowImportingTsExtensions --target es2023 --lib es2023,dom --module nodenext";

/** Type-checks a project; the declarations of its dependencies only where it is asked for, since that takes seconds. */
export function compile({ directory, ports }: Project, skipLibCheck: boolean): Promise<Ended> {
  const sources = ["types.ts", ...[...ports.keys()].map((runtime) => `${runtime}.ts`)];
  const options = [...compilerOptions.split(" "), "--types", "", "--skipLibCheck", String(skipLibCheck)];
  return runProgram(workspaceBinary("tsc"), [...options, ...sources], directory);
}

/** What is asked for, beside the tarball; all else has to come by itself. Node needs Elysia's adapter. */
function wanted(runtimes: readonly Runtime[]): Promise<readonly string[]> {
  const names = runtimes.includes("node") ? ["elysia", "@elysia/node"] : ["elysia"];
  return Promise.all(names.map(pinned));
}

/** The version that core is developed with, so that a new release does not change what is tested. */
async function pinned(name: string): Promise<string> {
  const manifest = join(repository, "packages/core/node_modules", name, "package.json");
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { readonly version: string };
  return `${name}@${version}`;
}

/** What a project is made of. */
export interface ProjectOptions {
  readonly manager: Manager;
  readonly runtimes: readonly Runtime[];
  readonly parent: string;
  readonly tarball: string;
}

/** Makes an empty project, writes the application into it and installs what it needs. */
export async function makeProject(options: ProjectOptions): Promise<Project> {
  const { manager, runtimes, parent, tarball } = options;
  const directory = join(parent, manager);
  await mkdir(directory);
  const ports = new Map<Runtime, number>();
  await writeFile(
    join(directory, "package.json"),
    '{ "name": "empty", "private": true, "type": "module" }\n',
  );
  await writeFile(join(directory, "collections.ts"), collections);
  await writeFile(join(directory, "types.ts"), types);
  for (const runtime of runtimes) {
    const port = await freePort();
    ports.set(runtime, port);
    await writeFile(join(directory, `${runtime}.ts`), application(runtime, port));
  }
  const [file, ...args] = installers[manager]();
  const packages = [tarball, ...(await wanted(runtimes))];
  const { code, output } = await runProgram(file, [...args, ...packages], directory);
  if (code !== 0) throw new Error(`${manager} could not install ${packages.join(" ")}.\n${output}`);
  return { manager, directory, ports };
}

const installers: Readonly<Record<Manager, () => readonly [string, ...string[]]>> = {
  npm: () => ["npm", "install", "--no-audit", "--no-fund"],
  pnpm: () => ["npx", "-y", "pnpm@12", "add"],
  bun: () => [runtimeProgram("bun"), "add"],
};
