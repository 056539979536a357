import { randomBytes } from "node:crypto";

import { BootError, type Config, type Plugin, start } from "@lucent/core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { prepare, type Prepared, serve } from "./world/application.ts";
import { blog, tags } from "./world/blog.ts";
import { recordingLogger } from "./world/recording-logger.ts";

let database: Prepared;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
});

afterAll(() => database.drop());

const config = (plugins: readonly Plugin[] = [], more: Partial<Config> = {}): Config => ({
  collections: [tags],
  database: { url: database.url, max: 2 },
  logger: false,
  plugins,
  ...more,
});

/** The refusal of a start, which must be one. */
async function refusal(given: Config, environment: Record<string, string> = {}): Promise<BootError> {
  try {
    const engine = await start(given, environment);
    await engine.stop();
  } catch (error) {
    if (error instanceof BootError) return error;
    throw error;
  }
  throw new Error("the application started");
}

/** Waits until the pool's connections are gone from the server. */
async function closed(): Promise<void> {
  for (;;) {
    const rows = await database.sql`select 1 from pg_stat_activity
      where datname = current_database() and application_name = 'lucent'`;
    if (rows.length === 0) return;
  }
}

const noting = (name: string, notes: string[], more: Partial<Plugin> = {}): Plugin => ({
  name,
  start: async () => void notes.push(`start ${name}`),
  stop: async () => void notes.push(`stop ${name}`),
  ...more,
});

test("plugins start in their order and stop in reverse, once, and then the pool closes", async () => {
  const notes: string[] = [];
  const engine = await start(
    config([noting("a", notes), { name: "quiet" }, noting("b", notes), noting("c", notes)]),
    {},
  );
  expect(notes).toStrictEqual(["start a", "start b", "start c"]);
  await engine.stop();
  await engine.stop();
  expect(notes.slice(3)).toStrictEqual(["stop c", "stop b", "stop a"]);
  await closed();
});

test("a plugin that fails to stop does not keep the others running", async () => {
  const notes: string[] = [];
  const log = recordingLogger();
  const failing = noting("b", notes, { stop: () => Promise.reject(new TypeError("stuck")) });
  const engine = await start(config([noting("a", notes), failing, noting("c", notes)], { logger: log }), {});
  await engine.stop();
  expect(notes.slice(3)).toStrictEqual(["stop c", "stop a"]);
  expect(log.lines).toContainEqual({
    level: "error",
    message: "stop failed",
    facts: { part: "b", error: "TypeError: stuck" },
  });
  await closed();
});

test("a start that fails stops the plugins before it, not those behind, and leaves no connection", async () => {
  const notes: string[] = [];
  const failing = noting("c", notes, { start: () => Promise.reject(new TypeError("no licence")) });
  const error = await refusal(config([noting("a", notes), noting("b", notes), failing, noting("d", notes)]));
  expect(error.problems).toStrictEqual(['The plugin "c" did not start: no licence']);
  expect(notes).toStrictEqual(["start a", "start b", "stop b", "stop a"]);
  await closed();
});

test("a plugin that throws at once, or refuses by itself, is a refusal too", async () => {
  const throwing: Plugin = {
    name: "a",
    start() {
      throw new TypeError("at once");
    },
  };
  expect((await refusal(config([throwing]))).problems).toStrictEqual([
    'The plugin "a" did not start: at once',
  ]);
  const own: Plugin = { name: "a", start: () => Promise.reject(new BootError(["Set AUTH_KEY."])) };
  expect((await refusal(config([own]))).problems).toStrictEqual(["Set AUTH_KEY."]);
  await closed();
});

test("routes that can't be made refuse the start and stop what ran", async () => {
  const notes: string[] = [];
  const failing = noting("b", notes, {
    routes() {
      throw new TypeError("no routes");
    },
  });
  await expect(start(config([noting("a", notes), failing]), {})).rejects.toThrow("no routes");
  expect(notes.filter((note) => note.startsWith("stop"))).toStrictEqual(["stop b", "stop a"]);
  await closed();
});

test("a wrong order, a repetition and a missing neighbour refuse before anything starts", async () => {
  const notes: string[] = [];
  const error = await refusal(
    config([noting("a", notes, { after: ["b", "ghost"] }), noting("b", notes), noting("b", notes)]),
  );
  expect(error.problems).toStrictEqual([
    'The plugin "b" is listed twice.',
    'List the plugin "b" before "a".',
    'The plugin "a" needs the plugin "ghost": add it.',
  ]);
  expect(notes).toStrictEqual([]);
});

test("missing tables and columns are named together, with the two ways out", async () => {
  const notes: string[] = [];
  const plugin = noting("queue", notes, {
    tables: () => [
      {
        name: "lucent_jobs",
        owner: "plugin queue",
        columns: [{ name: "id", type: "uuid", nullable: false }],
        primaryKey: { name: "lucent_jobs_pkey", columns: ["id"] },
        indexes: [],
        foreignKeys: [],
        checks: [],
      },
    ],
  });
  const more = {
    ...tags,
    fields: { ...tags.fields, colour: { type: "text" }, lastSeen: { type: "date" } },
  } as const;
  const ghosts = { slug: "ghost-rows", fields: {} } as const;
  const { problems } = await refusal(config([plugin], { collections: [more, ghosts] }));
  expect(problems).toStrictEqual([
    'The database lacks column "open_tags"."colour", column "open_tags"."last_seen", table "ghost_rows", table "lucent_jobs".',
    "Create them with @lucent/migrate (run `lucent migrate`), or with SQL of your own.",
  ]);
  expect(notes).toStrictEqual(["start queue", "stop queue"]);
  await closed();
});

test.each<[string, (url: URL) => void, RegExp]>([
  ["a port without a server", (url) => void (url.port = "1"), /: ECONNREFUSED\.$/],
  ["a database that does not exist", (url) => void (url.pathname = "/lucent_no_such_database"), /: 3D000\.$/],
  // A server that trusts every local caller names the role, not the password.
  ["a role that does not exist", (url) => void (url.username = "lucent_nobody"), /: (?:28P01|28000)\.$/],
])("%s is one clear message, without who signs in", async (_, change, reason) => {
  const url = new URL(database.url);
  change(url);
  const { problems, message } = await refusal(config([], { database: { url: url.href } }));
  expect(problems).toHaveLength(1);
  expect(message).toMatch(/^Can't use Postgres at .+ \(DATABASE_URL\): /);
  expect(message).toMatch(reason);
  expect(message).toContain(`${url.host}${url.pathname}`);
  expect(message).not.toContain(url.username);
  if (url.password !== "") expect(message).not.toContain(url.password);
});

test.each([
  "postgres://user:se#cret@127.0.0.1:5432/app",
  "postgres://user:secret@127.0.0.1:port/app",
  "not a connection string, secret",
])("a connection string that can't be read refuses without repeating it: %s", async (url) => {
  const error: unknown = await start(config([], { database: { url } }), {}).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BootError);
  // Whoever prints the error prints its members and causes with it.
  const shown = JSON.stringify([
    error,
    String(error),
    Object.entries(Object(error)),
    String(Reflect.get(Object(error), "cause")),
  ]);
  expect(shown).not.toContain("cret");
});

test.each([
  ["no secret", { SESSION_SECRET: "" }, "SESSION_SECRET"],
  ["a short secret", { SESSION_SECRET: "c2hvcnQtc2VjcmV0" }, "SESSION_SECRET"],
  ["a secret that is a word", { SESSION_SECRET: "correct horse battery staple" }, "SESSION_SECRET"],
  ["a secret of one letter", { SESSION_SECRET: "Z".repeat(64) }, "SESSION_SECRET"],
  ["no public origin", { API_URL: "" }, "API_URL"],
  ["an origin that is none", { API_URL: "api.example.com" }, "API_URL"],
  ["no database", { DATABASE_URL: "" }, "DATABASE_URL"],
])("production with %s does not start, and no value is printed", async (_, wrong, name) => {
  const log = recordingLogger();
  const environment = {
    NODE_ENV: "production",
    DATABASE_URL: database.url,
    SESSION_SECRET: randomBytes(32).toString("base64"),
    API_URL: "https://api.example.com",
    ...wrong,
  };
  const error = await refusal({ collections: [tags], logger: log }, environment);
  expect(error.message).toContain(name);
  const [value] = Object.values(wrong);
  const shown = error.message + log.text();
  if (value !== "" && value !== "api.example.com") expect(shown).not.toContain(value);
  expect(shown).not.toContain(environment.SESSION_SECRET === "" ? "\0" : environment.SESSION_SECRET);
});

test("production with everything starts, from the environment alone and without a warning", async () => {
  const log = recordingLogger();
  const engine = await start(
    { collections: [tags], logger: log },
    {
      NODE_ENV: "production",
      DATABASE_URL: database.url,
      SESSION_SECRET: randomBytes(32).toString("hex"),
      API_URL: "https://api.example.com",
    },
  );
  const ask = (host: string) =>
    engine.handle(new Request(`https://${host}/api/open-tags`, { headers: { host } }));
  expect([(await ask("api.example.com")).status, (await ask("localhost")).status]).toStrictEqual([200, 421]);
  expect(log.lines).toStrictEqual([]);
  await engine.stop();
});

test("a cursor opens after a restart with the same secret, and not with another", async () => {
  const secret = randomBytes(32).toString("base64");
  await database.sql`insert into open_tags (id, name) select gen_random_uuid(), 'a' from generate_series(1, 3)`;
  const cursors: string[] = [];
  const codes: unknown[] = [];
  for (const own of [secret, secret, randomBytes(32).toString("base64")]) {
    const app = await serve({ collections: [tags], database: { url: database.url, max: 1 }, secret: own });
    const cursor = cursors[0];
    if (cursor !== undefined)
      codes.push((await app.ask("GET", `/api/open-tags?perPage=1&cursor=${cursor}`)).status);
    cursors.push((await app.ask("GET", "/api/open-tags?perPage=1")).json.meta.nextCursor);
    await app.stop();
  }
  expect(codes).toStrictEqual([200, 400]);
});
