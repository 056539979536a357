import { defineConfig } from "@lucent/core";

import { auditTable } from "../../src/audit/postgres-sink.ts";
import { auth } from "../../src/plugin.ts";
import { cheap } from "./accounts.ts";
import { posts, staff, users } from "./collections.ts";

/** The application that `lucent auth create-admin` is tried on. */
export const config = defineConfig({
  collections: [users, staff, posts],
  plugins: [auth({ hash: cheap, mailer: false }), auditTable()],
});
