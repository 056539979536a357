import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

const isBun = "bun" in process.versions;
const live = "**/*.live.test.ts";
// Slow and the same everywhere: they run on Node alone.
const once = "**/*.once.test.ts";
// What they find does not depend on the runtime, and they take longer than all others together: long properties, and
// what migrations do to a database.
const alikeOnBun = [
  "packages/core/test/{query-property,two-world}.live.test.ts",
  "packages/migrate/test/{catalogue,crash,grade,hard,property,render,world}/**/*.live.test.ts",
  "packages/migrate/test/{concurrent,hostile,type-changes}.live.test.ts",
  // What the database makes of statements that meet, in every order.
  "packages/auth/test/session-property.live.test.ts",
  // Runs the compiler over what the documents show, and reads them.
  "tooling/test/documents.test.ts",
];
// What would find the same on the older server, and takes long; or what asks it for nothing that has changed since: how
// the example's own process starts, listens and ends, and servers that a test starts for itself.
const alikeOnPostgres15 = [
  "packages/migrate/test/{crash,property}/**/*.live.test.ts",
  "packages/auth/test/session-property.live.test.ts",
  "apps/example/test/server.live.test.ts",
  "tooling/test/postgres.live.test.ts",
];
const isOnPostgres15 = process.env["LUCENT_TEST_LEG"] === "pg15";
// What needs a service beside Postgres.
const services = ["tooling/test/services.live.test.ts", "packages/*/test/{redis,pgbouncer}/*.live.test.ts"];
// The last three are Vite's own defaults for code that runs on a server; a list here replaces them.
const conditions = ["lucent-source", "module", "node", "development|production"];
// The full numbers of a property test may take as long as they need.
const slowest = process.env["LUCENT_LONG"] === "1" ? 3_600_000 : 30_000;

export default defineConfig({
  resolve: { conditions },
  // Tests run against the sources; without this they would quietly test whatever was built last.
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    allowOnly: false,
    retry: 0,
    passWithNoTests: false,
    // Vitest's forks pool does not run under Bun (a method of its IPC channel is missing there).
    pool: isBun ? "threads" : "forks",
    // Vitest leaves a core free by itself. Ours is the only work, and with a worker for each core a third of their time
    // went by waiting: for locks that somebody holds, for limits of time to be over.
    maxWorkers: availableParallelism() + 1,
    // Files share what they import: a third of the time went into importing the same modules for each of them.
    isolate: false,
    // Compares every answer with the document of its application.
    setupFiles: ["packages/openapi/test/conformance/setup.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "tooling/test/**/*.test.ts"],
          exclude: [live, once, ...(isBun ? alikeOnBun : []), "**/node_modules/**"],
          testTimeout: slowest,
        },
      },
      {
        extends: true,
        test: {
          name: "live",
          include: [`packages/*/test/${live}`, `apps/*/test/${live}`, `tooling/test/${live}`],
          exclude: [
            ...services,
            ...(isBun ? alikeOnBun : []),
            ...(isOnPostgres15 ? alikeOnPostgres15 : []),
            "**/node_modules/**",
          ],
          globalSetup: ["tooling/test/database.ts"],
          testTimeout: slowest,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "once",
          include: [`packages/*/test/${once}`, `apps/*/test/${once}`, `tooling/test/${once}`],
          globalSetup: ["tooling/test/database.ts", "tooling/test/chromium.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: "services",
          include: services,
          globalSetup: ["tooling/test/database.ts", "tooling/test/redis.ts", "tooling/test/pgbouncer.ts"],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
