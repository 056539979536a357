import { node } from "@elysia/node";
import { lucent } from "@lucent/core";
import { count, desc, eq } from "drizzle-orm";
import { Elysia } from "elysia";

import { host } from "./host.ts";
import config from "./lucent.config.ts";
import { page } from "./page.ts";

// Bun is Elysia's home; Node needs the adapter.
const runtime = "bun" in process.versions ? {} : { adapter: node() };

/** Builds the application: Lucent's API under `/api`, a page for people, and routes of its own beside them. */
export async function createApp(configuration: typeof config = config) {
  const app = new Elysia({ ...runtime, handler: { standardHostname: false } })
    .use(await lucent(configuration))
    .use(await page())
    .get("/hello", () => "Hello from a route of the host application", { detail: { summary: "Greet" } })
    .get(
      "/best-places",
      async ({ lucent }) => {
        // The rules of an anonymous caller apply: drafts stay hidden here too.
        const { data } = await lucent
          .as(null)
          .places.find({ where: { rating: { gte: "4" } }, sort: "-rating" });
        return data.map(({ title, slug, rating }) => ({ title, slug, rating }));
      },
      { detail: { summary: "The best places" } },
    )
    .get(
      "/drafts",
      async ({ lucent, request }) => {
        // The rules of whoever is calling apply. What `populate` names is typed as the document that it is.
        const { user = null } = await lucent.facts(request);
        const { data } = await lucent
          .as(user)
          .places.find({ where: { status: "draft" }, sort: "title", populate: "city.country" });
        return data.map(({ title, note, city }) => ({ title, note, country: city?.country?.name }));
      },
      { detail: { summary: "The drafts that the caller may read" } },
    )
    .get(
      "/cities-per-region",
      async ({ lucent }) => {
        // No rule is asked here: a query of your own is your own responsibility.
        const { cities, countries } = lucent.tables;
        // The handler is async because the Node adapter takes a promise, but not a bare query.
        return lucent.drizzle
          .select({ region: countries.region, cities: count() })
          .from(cities)
          .innerJoin(countries, eq(cities.country, countries.id))
          .groupBy(countries.region)
          .orderBy(desc(count()));
      },
      { detail: { summary: "How many cities each region has" } },
    );
  host.app = app;
  return app;
}

/** The application's type, for a typed client: `treaty<App>(url, { parseDate: false })`. */
export type App = Awaited<ReturnType<typeof createApp>>;
