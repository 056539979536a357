import { randomBytes } from "node:crypto";

import postgres from "postgres";
import type { TestProject } from "vitest/node";

import { startPostgres } from "../services/postgres.ts";

/** Gives live tests a server: the one of the run that called, or one for this run alone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = randomBytes(4).toString("hex");
  project.provide("databasesOfRun", run);
  const given = process.env["LUCENT_TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    project.provide("databaseUrl", given);
    return () => dropKept(given, run);
  }
  const server = await startPostgres();
  project.provide("databaseUrl", server.url);
  return () => server.stop();
}

/** Drops what the workers kept for their next tests. */
async function dropKept(url: string, run: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const kept =
      await sql`select datname from pg_database where datname like ${`lucent\\_kept\\_${run}\\_%`}`;
    for (const { datname } of kept) await sql`drop database if exists ${sql(String(datname))} with (force)`;
  } finally {
    await sql.end();
  }
}
