import type { TestProject } from "vitest/node";

import { isContinuousIntegration } from "../services/debian.ts";
import { missingRedis, startRedis } from "../services/redis.ts";

/** Gives tests of the services a Redis for this run, or nothing where it can't be had: they say so and are not run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (missingRedis() !== undefined && !isContinuousIntegration()) {
    project.provide("redisUrl", undefined);
    return async () => undefined;
  }
  const redis = await startRedis();
  project.provide("redisUrl", redis.url);
  return () => redis.stop();
}
