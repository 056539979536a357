import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";

import { type AnswerMessage, onAnswer, type Plugin } from "@lucent/core";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { blog, headerUser } from "./world/blog.ts";

let database: Prepared;
let app: Application<typeof blog>;

const said: Plugin = {
  name: "said",
  routes: () => [
    {
      id: "said.aloud",
      method: "GET",
      path: "/said",
      handle: () => Response.json({ word: "zqx" }, { headers: { "set-cookie": "word=zqx" } }),
    },
  ],
};

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "blog", blog);
  app = await serve({
    database: { url: database.url, max: 2 },
    plugins: [headerUser, said],
    collections: blog,
  });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

let end = (): void => undefined;
afterEach(() => end());

/** What is told from now on. */
function told<T>(of: (message: AnswerMessage) => T): readonly T[] {
  const all: T[] = [];
  end = onAnswer((message) => void all.push(of(message)));
  return all;
}

test("every answer is told, with the facts of its log line", async () => {
  const messages = told((message) => ({ ...message }));
  await app.ask("GET", "/api/open-tags?perPage=1");
  await app.ask("GET", "/api/said");
  await app.ask("GET", "/api/none");
  await app.ask("GET", "/api/open-tags", { headers: { host: "else.where" } });
  expect(messages).toMatchObject([
    { method: "GET", route: "open-tags.list", status: 200, queries: 1 },
    { method: "GET", route: "said.aloud", status: 200, queries: 0 },
    { method: "GET", route: "none", status: 404, queries: 0 },
    { method: "GET", route: "none", status: 421, queries: 0 },
  ]);
  for (const message of messages) {
    expect(Object.keys(message).toSorted()).toEqual([
      "durationMs",
      "method",
      "queries",
      "requestId",
      "route",
      "status",
    ]);
    expect(message.durationMs).toBeGreaterThanOrEqual(0);
  }
  // Tenths of a millisecond, of which an answer without a statement may take none.
  expect(messages[0]?.durationMs).toBeGreaterThan(0);
});

test("the request, its caller and a copy of the answer can be had", async () => {
  const bodies = told(async (message) => ({
    path: message.path,
    user: message.user?.id,
    isOurs: message.blueprint === app.engine.blueprint,
    header: message.request.headers.get("x-mark"),
    answered: message.response().headers.get("content-type"),
    body: await message.response().text(),
  }));
  const headers = { "x-mark": "m", "x-user": JSON.stringify({ id: "1" }) };
  const list = await app.ask("GET", "/api/open-tags?perPage=1", { headers });
  const route = await app.ask("GET", "/api/said", { headers });
  expect(route.json).toEqual({ word: "zqx" });
  const facts = { isOurs: true, header: "m" };
  expect(await Promise.all(bodies)).toMatchObject([
    { ...facts, path: "/api/open-tags", answered: "application/json", body: list.text },
    { ...facts, path: "/api/said", body: route.text },
  ]);
});

test("a logger writes nothing of what may be secret", async () => {
  const lines = told((message) => [JSON.stringify(message), inspect(message, { depth: 10 })]);
  await app.ask("GET", "/api/said", { headers: { authorization: "Bearer zqx" } });
  expect(lines).toHaveLength(1);
  const text = lines.flat().join("\n");
  expect(text).toContain("said.aloud");
  expect(text).not.toContain("zqx");
  expect(text).not.toContain(database.url);
});

test("the channel has a name, for those who know no more of it", async () => {
  const messages: unknown[] = [];
  const listen = (message: unknown): void => void messages.push(message);
  subscribe("lucent:answer", listen);
  await app.ask("GET", "/api/open-tags");
  unsubscribe("lucent:answer", listen);
  await app.ask("GET", "/api/open-tags");
  expect(messages).toMatchObject([{ route: "open-tags.list" }]);
});

test("whoever has ended it hears no more", async () => {
  const messages = told(({ route }) => route);
  await app.ask("GET", "/api/open-tags");
  end();
  await app.ask("GET", "/api/open-tags");
  expect(messages).toEqual(["open-tags.list"]);
});
