import { treaty } from "@elysia/eden";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";

import { type App, createApp } from "../src/app.ts";
import { listen } from "../src/listen.ts";
import { visitor } from "./accounts.ts";
import { configuration, filledDatabase, serveGuide, type ServedGuide } from "./guide.ts";

let guide: ServedGuide;
beforeAll(async () => {
  guide = await serveGuide();
});
afterAll(() => guide.stop());
afterEach(() => vi.unstubAllEnvs());

test("routes of the host application answer beside the API", async () => {
  const client = treaty<App>(guide.url, { parseDate: false });
  expect((await client.hello.get()).data).toBe("Hello from a route of the host application");
  expect((await client.api.health.live.get()).data).toEqual({ status: "ok" });
  expect((await fetch(`${guide.url}/nothing-here`)).status).toBe(404);
});

test("a host route reads through the rules", async () => {
  const { data } = await treaty<App>(guide.url, { parseDate: false })["best-places"].get();
  const slugs = data?.map(({ slug }) => slug) ?? [];
  expect(slugs[0]).toBe("kadriorg-park");
  expect(slugs).not.toContain("te-papa");
});

test("a host route acts as whoever is calling", async () => {
  const drafts = (headers: Record<string, string>) =>
    treaty<App>(guide.url, { parseDate: false, headers }).drafts.get();
  const { headers } = await visitor(guide, { role: "editor" });
  const { data } = await drafts({ ...headers });
  expect(data?.map(({ title, country }) => [title, country])).toEqual([
    ["A café whose name we forgot", "Estonia"],
    ["Mount Victoria Lookout", "New Zealand"],
    ["Te Papa", "New Zealand"],
  ]);
  expect((await drafts({})).data).toEqual([]);
  expect((await drafts({ authorization: "Bearer of.no.token" })).status).toBe(401);
});

test("a front end on the other origin may call the API, and no third one", async () => {
  const allowedFor = async (origin: string) => {
    const response = await fetch(`${guide.url}/api/places`, { headers: { origin } });
    return response.headers.get("access-control-allow-origin");
  };
  expect(await allowedFor("http://localhost:5173")).toBe("http://localhost:5173");
  expect(await allowedFor("http://localhost:5174")).toBeNull();
});

test("a host route writes its own query over the tables", async () => {
  const { data } = await treaty<App>(guide.url, { parseDate: false })["cities-per-region"].get();
  const total = data?.reduce((sum, { cities }) => sum + cities, 0);
  expect(data?.map(({ region }) => region)).toContain("Europe");
  expect(total).toBe(await guide.lucent.asSystem().cities.count());
});

test("production refuses to start without what accounts need", async () => {
  const database = await filledDatabase();
  vi.stubEnv("NODE_ENV", "production");
  vi.stubEnv("API_URL", "https://guide.example.com");
  vi.stubEnv("SESSION_SECRET", "q83vEjRWeJq83vEjRWeJASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=");
  const started = createApp(configuration(database.url));
  await expect(started).rejects.toThrow("Set JWT_SECRET");
  await expect(started).rejects.toThrow("set SMTP_URL and MAIL_FROM");
  await database.drop();
});

test("a stop lets a running request finish and takes no new one", async () => {
  const database = await filledDatabase();
  const reached = Promise.withResolvers<void>();
  const app = (await createApp(configuration(database.url))).get("/slow", async ({ lucent }) => {
    reached.resolve();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { places: await lucent.asSystem().places.count() };
  });
  const server = await listen(app, { port: 0, hostname: "127.0.0.1" });
  const running = fetch(`${server.url}/slow`);
  await reached.promise;
  const started = performance.now();
  const stopped = server.stop();
  await expect(fetch(`${server.url}/hello`)).rejects.toThrow();
  expect(await (await running).json()).toEqual({ places: 10 });
  await stopped;
  expect(performance.now() - started).toBeLessThan(4_000);
  await app.decorator.lucent.stop();
  await database.drop();
});
