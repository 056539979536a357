import { createHash } from "node:crypto";

import { describe, start } from "@lucent/core";
import { createTestDatabase } from "@lucent/core/testing";
import { inject } from "vitest";

import { createApp } from "../src/app.ts";
import { fill, type Guide } from "../src/guide/fill.ts";
import { readCities, readCountries, type SourceCity } from "../src/guide/source.ts";
import { listen } from "../src/listen.ts";
import config from "../src/lucent.config.ts";

/** An application that serves a guide of its own on a free port. */
export interface ServedGuide {
  readonly url: string;
  readonly databaseUrl: string;
  readonly lucent: Guide;
  stop(): Promise<void>;
}

// A server may still have a template of the tables that the guide had before.
const version = createHash("sha256")
  .update(JSON.stringify(describe(config).tables))
  .digest("hex")
  .slice(0, 12);

/** An empty database with the guide's tables. */
export async function emptyDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  return createTestDatabase({
    url: inject("databaseUrl"),
    template: `example_empty_${version}`,
    prepare: async (url) => (await startGuide(url)).stop(),
  });
}

/** A database with about 5,000 cities, among them those of the first places and every Paris. */
export async function filledDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  return createTestDatabase({
    url: inject("databaseUrl"),
    template: `example_filled_${version}`,
    prepare: async (url) => {
      const lucent = await startGuide(url);
      await fill(lucent, { countries: await readCountries(), cities: await someCities() }, () => undefined);
      await lucent.stop();
    },
  });
}

/** Starts the engine of the example on a database. */
export async function startGuide(url: string): Promise<Guide> {
  return start(configuration(url));
}

/** Serves a filled guide over a real socket, on whichever runtime runs the test; `observe` sees every request. */
export async function serveGuide(observe?: (request: Request) => void): Promise<ServedGuide> {
  const database = await filledDatabase();
  const app = (await createApp(configuration(database.url))).onRequest(({ request }) => observe?.(request));
  const { lucent } = app.decorator;
  const server = await listen(app, { port: 0, hostname: "127.0.0.1" });
  return {
    url: server.url,
    databaseUrl: database.url,
    lucent,
    async stop() {
      await server.stop();
      await lucent.stop();
      await database.drop();
    },
  };
}

/** The example's configuration on another database. */
export function configuration(url: string): typeof config {
  return { ...config, database: { url }, logger: false };
}

const countries: ReadonlySet<string> = new Set(["PT", "EE", "JP", "KE", "NZ"]);

async function someCities(): Promise<readonly SourceCity[]> {
  const all = await readCities();
  return all.filter(({ name, countryCode }) => countries.has(countryCode) || /paris/i.test(name));
}
