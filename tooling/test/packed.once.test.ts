import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import type { Runtime } from "../run/tools.ts";
import { refusal, serve } from "./packed/application.ts";
import { packCore } from "./packed/pack.ts";
import { compile, makeProject, type Manager, type Project, tables } from "./packed/project.ts";

// What a user gets: the tarball of core, installed into an empty project, on a database that nobody prepared.
const managers: Readonly<Record<Manager, readonly Runtime[]>> = {
  npm: ["node", "bun"],
  pnpm: ["node", "bun"],
  bun: ["bun"],
};
const names: readonly Manager[] = ["npm", "pnpm", "bun"];
const starts = names.flatMap((manager) => managers[manager].map((runtime) => [manager, runtime] as const));

const projects = new Map<Manager, Project>();
const server = postgres(inject("databaseUrl"), { max: 4, onnotice: () => undefined });
const databases: string[] = [];
let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "lucent-packed-"));
  const tarball = await packCore(directory);
  await Promise.all(
    names.map(async (manager) => {
      const options = { manager, runtimes: managers[manager], parent: directory, tarball };
      projects.set(manager, await makeProject(options));
    }),
  );
}, 180_000);

afterAll(async () => {
  for (const name of databases) await server`drop database if exists ${server(name)} with (force)`;
  await server.end();
  if (directory !== "") await rm(directory, { recursive: true, force: true });
});

function projectOf(manager: Manager): Project {
  const project = projects.get(manager);
  if (project === undefined) throw new Error(`${manager} installed nothing.`);
  return project;
}

/** A new database, with the tables that were made with SQL or with none. */
async function database(statements: readonly string[]): Promise<string> {
  const name = `lucent_packed_${randomBytes(6).toString("hex")}`;
  databases.push(name);
  await server`create database ${server(name)}`;
  const url = new URL(inject("databaseUrl"));
  url.pathname = `/${name}`;
  const admin = postgres(url.href, { max: 1 });
  for (const statement of statements) await admin.unsafe(statement);
  await admin.end();
  return url.href;
}

interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly body: { readonly id?: string };
}

describe.each(names)("installed with %s", (manager) => {
  test("the manifest asks for versions that a registry knows", async () => {
    const file = join(projectOf(manager).directory, "node_modules/@lucent/core/package.json");
    const manifest = await readFile(file, "utf8");
    expect(manifest).not.toMatch(/"(?:workspace|catalog|link|file):/);
    expect(JSON.parse(manifest)).toMatchObject({
      dependencies: { postgres: expect.stringMatching(/^\d/), typebox: expect.stringMatching(/^\d/) },
      peerDependencies: { "drizzle-orm": expect.any(String), elysia: expect.any(String) },
    });
  });

  test("the published declarations carry the types of the collections", async () => {
    expect(await compile(projectOf(manager), true)).toEqual({ code: 0, output: "" });
  });
});

test("the published declarations hold where a user has them checked", async () => {
  const { output } = await compile(projectOf("bun"), false);
  const errors = output.split("\n").filter((line) => line.includes("error TS"));
  // Declarations of drizzle and Elysia name drivers and a runtime that are not installed; ours must be flawless.
  const foreign = errors.filter((line) => /node_modules\/(?:drizzle-orm|elysia)\//.test(line));
  expect(foreign).not.toEqual([]);
  expect(errors.filter((line) => !foreign.includes(line))).toEqual([]);
});

describe.each(starts)("installed with %s, on %s", (manager, runtime) => {
  test("refuses to start without tables and says how to get them", async () => {
    const { code, output } = await refusal(projectOf(manager), runtime, await database([]));
    expect(code).toBe(1);
    expect(output).toContain('table "authors"');
    expect(output).toContain('table "blog_posts"');
    expect(output).toContain("@lucent/migrate");
    expect(output).toContain("`lucent migrate`");
  });

  test("creates, lists, reads, changes and deletes on tables made with SQL", async () => {
    const served = await serve(projectOf(manager), runtime, await database(tables));
    const { url } = served;
    const call = async (method: string, path: string, body?: object): Promise<Answer> => {
      const sent = { "content-type": "application/json" };
      const init = body === undefined ? { method } : { method, headers: sent, body: JSON.stringify(body) };
      const response = await fetch(`${url}/api${path}`, init);
      const text = await response.text();
      const location = response.headers.get("location");
      return { status: response.status, location, body: text === "" ? {} : JSON.parse(text) };
    };
    try {
      const author = await call("POST", "/authors", { name: "Ada" });
      expect(author).toMatchObject({ status: 201, body: { name: "Ada" } });
      expect(author.location).toBe(`/api/authors/${author.body.id}`);
      expect(await call("POST", "/authors", { name: "Ada" })).toMatchObject({
        status: 409,
        body: { code: "CONFLICT", errors: [{ path: "name", rule: "unique" }] },
      });

      const written = await call("POST", "/blog-posts", { title: "One", author: author.body.id });
      expect(written).toMatchObject({ status: 201, body: { title: "One", status: "draft" } });
      expect(await call("POST", "/blog-posts", { title: "Two", status: "lost" })).toMatchObject({
        status: 422,
        body: { code: "VALIDATION", errors: [{ path: "status", rule: "options" }] },
      });

      const where = encodeURIComponent(JSON.stringify({ title: { startsWith: "o" } }));
      const list = await call("GET", `/blog-posts?where=${where}&sort=-title&count=exact`);
      expect(list).toMatchObject({ status: 200, body: { data: [written.body], meta: { total: 1 } } });
      const post = `/blog-posts/${written.body.id}`;
      expect(await call("GET", post)).toMatchObject({ status: 200, body: written.body });
      const changed = await call("PATCH", post, { status: "published" });
      expect(changed).toMatchObject({ status: 200, body: { title: "One", status: "published" } });
      expect(await call("DELETE", `/authors/${author.body.id}`)).toMatchObject({ status: 409 });
      expect((await call("DELETE", post)).status).toBe(204);
      expect(await call("GET", post)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });

      expect(await (await fetch(`${url}/hello`)).text()).toBe("mine");
      expect(await (await fetch(`${url}/drafts`)).text()).toBe("0");
    } finally {
      await served.stop();
    }
  });
});
