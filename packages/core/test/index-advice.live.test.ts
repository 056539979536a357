import { defineCollection, start } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { headerUser } from "./world/blog.ts";
import { databaseProxy } from "./world/database-proxy.ts";
import { type LogLine, recordingLogger } from "./world/recording-logger.ts";

const readings = defineCollection({
  slug: "readings",
  timestamps: true,
  fields: {
    sensor: { type: "text", required: true },
    level: { type: "integer", required: true },
    place: { type: "text", required: true, index: true },
    room: { type: "relationship", to: "rooms" },
  },
  access: { read: true, create: true },
  hooks: {
    beforeCreate: [
      async ({ lucent, data }) => {
        await lucent.asSystem()["readings"]?.find({ where: { level: { gt: 10 } }, sort: "level" });
        return data;
      },
    ],
  },
});
const rooms = defineCollection({ slug: "rooms", fields: { name: { type: "text" } }, access: { read: true } });
const collections = [readings, rooms] as const;

let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "index_advice", collections);
  app = await serve({ collections, database: { url: database.url }, plugins: [headerUser] });
  await database.sql`
    insert into readings (id, sensor, level, place, created_at, updated_at)
    select gen_random_uuid(), 'sensor ' || n % 5000, n, 'place ' || n % 500, now() - n * interval '1 minute', now()
    from generate_series(1, 20000) n`;
  await database.sql`analyze readings`;
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(() => void (app.log.lines.length = 0));

function advice(): readonly LogLine[] {
  return app.log.lines.filter(({ level }) => level === "warn");
}

async function list(where: object, more = ""): Promise<void> {
  const text = encodeURIComponent(JSON.stringify(where));
  expect((await app.ask("GET", `/api/readings?where=${text}${more}`)).status).toBe(200);
}

test("a list that reads a whole large table says once for its shape which index would serve it", async () => {
  await list({ sensor: "sensor 7" });
  await vi.waitFor(() => expect(advice()).toHaveLength(1));
  expect(advice()[0]?.facts).toMatchObject({
    collection: "readings",
    rows: 20_000,
    add: 'indexes: [{ fields: ["sensor","createdAt"] }]',
  });
  expect(app.log.text()).not.toContain("sensor 7");
  await list({ sensor: "sensor 8" });
  await list({ level: { gt: 19_990 } }, "&sort=-sensor");
  await vi.waitFor(() => expect(advice()).toHaveLength(2));
  expect(advice()[1]?.facts).toMatchObject({ add: 'indexes: [{ fields: ["sensor","level"] }]' });
});

test("a substring is said to be served by no plain index", async () => {
  await list({ sensor: { like: "nothing" } }, "&sort=level");
  await vi.waitFor(() => expect(advice()).toHaveLength(1));
  expect(advice()[0]?.facts).toMatchObject({ noPlainIndexServes: ["sensor"] });
});

test("a list that an index serves, and a small table, are passed over", async () => {
  await list({ place: "place 7" });
  await list({});
  await list({ room: "00000000-0000-7000-8000-000000000000" });
  expect((await app.ask("GET", "/api/rooms?sort=name")).status).toBe(200);
  // The shape that comes last is advised on after the others, so nothing was said of them by then.
  await list({ level: 3 });
  await vi.waitFor(() => expect(advice()).toHaveLength(1));
  expect(advice()[0]?.facts).toMatchObject({ add: 'indexes: [{ fields: ["level","createdAt"] }]' });
});

test("inside a transaction nothing is asked", async () => {
  const body = { sensor: "a", level: 1, place: "b" };
  expect((await app.ask("POST", "/api/readings", { body })).status).toBe(201);
  await list({ level: { lt: 3 } }, "&sort=place");
  await vi.waitFor(() => expect(advice()).toHaveLength(1));
  expect(advice()[0]?.facts["add"]).toContain("place");
});

test("production asks nothing", async () => {
  const proxy = await databaseProxy(database.url);
  const secret = Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString("base64");
  const asked = async (NODE_ENV: string): Promise<number> => {
    const api = { allowedHosts: ["a.example"] };
    const config = {
      collections,
      database: { url: proxy.url, max: 1 },
      logger: recordingLogger(),
      secret,
      api,
    };
    const engine = await start(config, { NODE_ENV });
    proxy.forget();
    await engine.asSystem().readings.find({ where: { sensor: "sensor 7" } });
    // With one connection a question that the list above brought with it goes first.
    await engine.asSystem().readings.find({ where: { sensor: "sensor 7" } });
    const statements = proxy.statements();
    await engine.stop();
    return statements;
  };
  expect(await asked("development")).toBeGreaterThan(2);
  expect(await asked("production")).toBe(2);
  await proxy.stop();
});
