import { join } from "node:path";

import { repository } from "../services/places.ts";
import { type RunningPostgres, developmentData, shownPath, startPostgres } from "../services/postgres.ts";
import { developmentSecret } from "./development-secret.ts";
import type { Lifetime } from "./lifetime.ts";

/** The folder of the example. */
export const example: string = join(repository, "apps/example");

/** The flag that makes Node and Bun take the packages as they are written, not as they were last built. */
export const sources = "--conditions=lucent-source";

/** The file of the `lucent` command. */
export const command: string = join(repository, "packages/cli/src/bin.ts");

/** What the example reads from its environment: what is set, and else a database and secrets of this checkout. */
export async function developmentEnvironment(
  lifetime: Lifetime,
): Promise<Readonly<Record<"DATABASE_URL" | "JWT_SECRET" | "SESSION_SECRET", string>>> {
  return {
    DATABASE_URL: await database(lifetime),
    JWT_SECRET: process.env["JWT_SECRET"] || developmentSecret(join(repository, ".lucent/jwt-secret")),
    SESSION_SECRET:
      process.env["SESSION_SECRET"] || developmentSecret(join(repository, ".lucent/session-secret")),
  };
}

async function database(lifetime: Lifetime): Promise<string> {
  const data = developmentData();
  const server = await startPostgres({ data, persistent: true });
  lifetime.onEnd(() => server.stop());
  // Standard output is for what a command has to say.
  console.error(describe(server, shownPath(data)));
  return server.url;
}

function describe({ origin, url }: RunningPostgres, data: string): string {
  const { host } = new URL(url);
  if (origin === "environment") return "Postgres: the server that DATABASE_URL names.";
  const running = origin === "running" ? "already runs" : "runs";
  return `Postgres ${running} at ${host}; its data is in ${data}.`;
}
