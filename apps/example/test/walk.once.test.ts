import { afterAll, beforeAll, expect, test } from "vitest";

import { createApp } from "../src/app.ts";
import { fill } from "../src/guide/fill.ts";
import { readCities, readCountries, type SourceCity } from "../src/guide/source.ts";
import { listen } from "../src/listen.ts";
import { configuration, emptyDatabase } from "./guide.ts";

let url = "";
let stop: () => Promise<void>;
let cities: readonly SourceCity[] = [];
beforeAll(async () => {
  const database = await emptyDatabase();
  const app = await createApp(configuration(database.url));
  cities = await readCities();
  await fill(app.decorator.lucent, { countries: await readCountries(), cities }, () => undefined);
  const server = await listen(app, { port: 0, hostname: "127.0.0.1" });
  url = server.url;
  stop = async () => {
    await server.stop();
    await app.decorator.lucent.stop();
    await database.drop();
  };
});
afterAll(() => stop());

interface Page {
  readonly data: readonly { readonly id: string; readonly name: string }[];
  readonly meta: { readonly nextCursor: string | null; readonly total?: number };
}

async function page(query: string): Promise<Page> {
  const response = await fetch(`${url}/api/cities?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

test("paging through every city of the world by nextCursor visits each exactly once, in order", async () => {
  const seen = new Set<string>();
  const names: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { data, meta } = await page(`perPage=100${cursor === "" ? "" : `&cursor=${cursor}`}`);
    for (const { id, name } of data) {
      seen.add(id);
      names.push(name);
    }
    cursor = meta.nextCursor;
  }
  expect(cities.length).toBeGreaterThan(170_000);
  expect([names.length, seen.size]).toEqual([cities.length, cities.length]);
  const bytes = (name: string | undefined) => Buffer.from(name ?? "");
  expect(names.every((name, at) => at === 0 || bytes(names[at - 1]).compare(bytes(name)) <= 0)).toBe(true);
});

test("the first example of the README answers with real rows", async () => {
  const where = encodeURIComponent('{"name":{"like":"paris"}}');
  const { data, meta } = await page(`where=${where}&sort=-name&perPage=3&count=exact`);
  expect(data).toHaveLength(3);
  expect(data.every(({ name }) => name.toLowerCase().includes("paris"))).toBe(true);
  const real = cities.filter(({ name }) => name.toLowerCase().includes("paris")).length;
  expect(meta.total).toBe(real);
});
