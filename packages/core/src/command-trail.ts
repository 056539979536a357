import { auditTrail } from "./audit.ts";
import { isProduction, readEnvironment } from "./blueprint/environment.ts";
import { rootKey } from "./blueprint/secret.ts";
import { given } from "./boot.ts";
import type { Blueprint } from "./contract/blueprint.ts";
import type { Database } from "./contract/database.ts";
import type { Logger } from "./contract/logger.ts";
import type { Services } from "./contract/plugin.ts";
import { memoryCounter } from "./http/memory-counter.ts";
import { lifecycle, startPlugin } from "./lifecycle.ts";
import { loggerOf } from "./logging.ts";

/** The audit trail where the application itself does not run. */
export interface CommandTrail {
  readonly audit: Services["audit"];
  /** Resolves when everything that was recorded is with those who keep it. */
  readonly close: () => Promise<void>;
}

/** What a trail is opened with. */
export interface CommandTrailParts {
  /** Stays open until the trail is closed. */
  readonly database: Database;
  /** Where variables are read from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: that of the configuration. */
  readonly logger?: Logger;
}

/**
 * Opens the audit trail for a command, which does its work without starting the application: of the plugins only those
 * that have `audit` are started, so one that takes events must not need the services of others. Never rejects: one that
 * does not start is logged, as one that fails later is.
 */
export async function openTrail(blueprint: Blueprint, parts: CommandTrailParts): Promise<CommandTrail> {
  const { logger = loggerOf(blueprint.config) } = parts;
  const trail = auditTrail(logger);
  const running = lifecycle(logger);
  const services = servicesOf(blueprint, { ...parts, logger, audit: trail.record });
  for (const plugin of blueprint.plugins.filter((each) => each.audit !== undefined)) {
    try {
      await startPlugin(plugin, services);
      running.add(plugin.name, async () => plugin.stop?.());
      trail.add(plugin);
    } catch (error) {
      logger.error("audit sink did not start", { plugin: plugin.name, error: String(error) });
    }
  }
  trail.settle();
  return { audit: trail.record, close: running.stop };
}

function servicesOf(
  blueprint: Blueprint,
  parts: Required<CommandTrailParts> & Pick<Services, "audit">,
): Services {
  const known = readEnvironment(parts.environment);
  const key = rootKey(given(blueprint.config.secret) ?? known.SESSION_SECRET);
  return {
    ...parts,
    blueprint,
    production: isProduction(known),
    counter: memoryCounter(),
    origin: undefined,
    deriveKey: (label) => key.derive(label),
  };
}
