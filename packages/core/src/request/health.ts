import type { Logger } from "../contract/logger.ts";
import type { Plugin, Services } from "../contract/plugin.ts";
import type { Route } from "../contract/route.ts";
import { selectNothing } from "../sql/select.ts";
import { liveDocument, readyDocument } from "./health-documents.ts";

const cacheMilliseconds = 5_000;

type Outcome = "ok" | "unavailable";
type Checks = Readonly<Record<string, Outcome>>;

function checkedPlugins(plugins: readonly Plugin[]): readonly Plugin[] {
  return plugins.filter((plugin) => plugin.health !== undefined);
}

/** The health routes. Readiness asks the database and every plugin, at most once in five seconds. */
export function healthRoutes(
  plugins: readonly Plugin[],
  logger: Logger,
  now: () => number = Date.now,
): readonly Route[] {
  let cached: { readonly until: number; readonly checks: Promise<Checks> } | undefined;
  function checksOf(services: Services): Promise<Checks> {
    if (cached === undefined || cached.until <= now()) {
      cached = { until: now() + cacheMilliseconds, checks: runChecks(plugins, services, logger) };
    }
    return cached.checks;
  }
  return [
    {
      id: "health.live",
      method: "GET",
      path: "/health/live",
      document: liveDocument,
      handle: () => Response.json({ status: "ok" }),
    },
    {
      id: "health.ready",
      method: "GET",
      path: "/health/ready",
      document: readyDocument(["database", ...checkedPlugins(plugins).map(({ name }) => name)]),
      async handle({ services }) {
        const checks = await checksOf(services);
        const ready = Object.values(checks).every((outcome) => outcome === "ok");
        const status: Outcome = ready ? "ok" : "unavailable";
        return Response.json({ status, checks }, { status: ready ? 200 : 503 });
      },
    },
  ];
}

async function runChecks(plugins: readonly Plugin[], services: Services, logger: Logger): Promise<Checks> {
  const checks: (readonly [string, () => Promise<unknown>])[] = [
    ["database", () => services.database.run(selectNothing())],
    ...checkedPlugins(plugins).map((plugin) => [plugin.name, async () => plugin.health?.(services)] as const),
  ];
  const outcomes = checks.map(async ([name, check]): Promise<readonly [string, Outcome]> => {
    try {
      await check();
      return [name, "ok"];
    } catch (error) {
      logger.warn("health check failed", {
        check: name,
        error: error instanceof Error ? error.message : String(error),
      });
      return [name, "unavailable"];
    }
  });
  return Object.fromEntries(await Promise.all(outcomes));
}
