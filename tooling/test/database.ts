import type { TestProject } from "vitest/node";

import { startPostgres } from "../services/postgres.ts";

/** Gives live tests a server: the one of the run that called, or one for this run alone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["LUCENT_TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    project.provide("databaseUrl", given);
    return async () => undefined;
  }
  const server = await startPostgres();
  project.provide("databaseUrl", server.url);
  return () => server.stop();
}
