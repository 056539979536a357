import type { TestProject } from "vitest/node";

import { isContinuousIntegration } from "../services/debian.ts";
import { missingPgbouncer, startPgbouncer } from "../services/pgbouncer.ts";

/** Gives tests of the services a pooler in front of the server of this run, or nothing where it can't be had. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (missingPgbouncer() !== undefined && !isContinuousIntegration()) {
    project.provide("pgbouncerUrl", undefined);
    return async () => undefined;
  }
  const pooler = await startPgbouncer(project.getProvidedContext().databaseUrl);
  project.provide("pgbouncerUrl", pooler.url);
  return () => pooler.stop();
}
