import { auditTable, auth } from "@lucent/auth";
import { defineConfig } from "@lucent/core";
import { migrate } from "@lucent/migrate";
import { openapi } from "@lucent/openapi";

import { cities } from "./collections/cities.ts";
import { countries } from "./collections/countries.ts";
import { places } from "./collections/places.ts";
import { reviews } from "./collections/reviews.ts";
import { users } from "./collections/users.ts";
import { host } from "./host.ts";

/** The whole backend: what is stored, who may do what, and which capabilities are plugged in. */
export default defineConfig({
  database: { url: process.env.DATABASE_URL },
  collections: [countries, cities, users, places, reviews],
  // A front end on another origin may call the API from a browser.
  api: { cors: { origin: [process.env.FRONTEND_ORIGIN || "http://localhost:5173"] } },
  plugins: [
    migrate(),
    auth({ appName: "City guide" }),
    auditTable(),
    openapi({ title: "City guide", app: () => host.app }),
  ],
});
