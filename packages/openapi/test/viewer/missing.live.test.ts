import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, expect, inject, test } from "vitest";

import type { OpenApiOptions } from "../../src/index.ts";
import { openapiDrawnBy } from "../../src/plugin.ts";
import { signIn } from "../world/plugins.ts";
import { serveShop, type Shop, shopDatabase } from "../world/served.ts";

// What happens where the package that draws the page is not installed.
let database: Awaited<ReturnType<typeof shopDatabase>>;

beforeAll(async () => {
  database = await shopDatabase(inject("databaseUrl"));
});
afterAll(() => database.drop());

const production = {
  NODE_ENV: "production",
  SESSION_SECRET: randomBytes(48).toString("base64"),
  API_URL: "http://127.0.0.1",
};

function serve(options: OpenApiOptions, environment = {}): Promise<Shop> {
  const plugins = [signIn, openapiDrawnBy(() => undefined, options)];
  return serveShop(database.url, {}, { environment, plugins });
}

function warnings(shop: Shop): readonly string[] {
  return shop.log.filter((line) => line.includes("@scalar/api-reference"));
}

test("in development the path of the page says what to install, and the log says it once", async () => {
  const shop = await serve({ title: "<Shop>" });
  for (let round = 0; round < 2; round += 1) {
    const { status, headers, text } = await shop.ask("/api/docs");
    expect([status, headers.get("content-type")]).toStrictEqual([200, "text/html; charset=utf-8"]);
    expect(text).toContain("npm install @scalar/api-reference");
    expect(text).toContain("<h1>&lt;Shop&gt;</h1>");
    expect(text.match(/(?:src|href)="[^"]*"|https?:[^"'\s]*|<script/g)).toEqual([
      'href="data:,"',
      'href="/api/openapi.json"',
    ]);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  }
  expect((await shop.ask("/api/docs/reference.js")).status).toBe(404);
  const { status, text } = await shop.ask("/api/openapi.json");
  expect([status, text.includes('"/api/docs"')]).toStrictEqual([200, true]);
  expect(warnings(shop)).toHaveLength(1);
  await shop.stop();
});

test("in production there is a document and no page", async () => {
  const shop = await serve({ enabled: true }, production);
  const { status, body } = await shop.askPlainly("GET", "/api/openapi.json");
  expect([status, body.includes("/api/docs")]).toStrictEqual([200, false]);
  for (const path of ["/api/docs", "/api/docs/reference.js"])
    expect([path, (await shop.askPlainly("GET", path)).status]).toStrictEqual([path, 404]);
  expect(warnings(shop)).toHaveLength(1);
  await shop.stop();
});

test("a page that is asked for by name is a reason not to start, where it would be served", async () => {
  for (const environment of [{}, production])
    await expect(serve({ docs: true, enabled: true }, environment)).rejects.toThrow(
      "npm install @scalar/api-reference",
    );
  const off = await serve({ docs: true }, production);
  expect((await off.askPlainly("GET", "/api/docs")).status).toBe(404);
  await off.stop();
});

test("nothing is said where no page is wanted", async () => {
  const shop = await serve({ docs: false });
  expect((await shop.ask("/api/docs")).status).toBe(404);
  expect(warnings(shop)).toHaveLength(0);
  await shop.stop();
});
