import type { Logger } from "./contract/logger.ts";
import type { Plugin, Services } from "./contract/plugin.ts";
import { BootError, isBootError } from "./errors.ts";

/** What is running, and has to be stopped. */
export interface Lifecycle {
  add(name: string, stop: () => Promise<void>): void;
  /** Stops everything that was added, last first, once; a failure is logged and does not keep the rest running. */
  readonly stop: () => Promise<void>;
}

/** Makes an empty one. */
export function lifecycle(logger: Logger): Lifecycle {
  const stops: { readonly name: string; readonly stop: () => Promise<void> }[] = [];
  return {
    add: (name, stop) => void stops.push({ name, stop }),
    async stop() {
      for (let last = stops.pop(); last !== undefined; last = stops.pop()) {
        try {
          await last.stop();
        } catch (error) {
          logger.error("stop failed", { part: last.name, error: String(error) });
        }
      }
    },
  };
}

/** Starts one plugin. @throws BootError with its name, where it gives no reason of its own. */
export async function startPlugin(plugin: Plugin, services: Services): Promise<Partial<Services>> {
  try {
    return (await plugin.start?.(services)) ?? {};
  } catch (cause) {
    if (isBootError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BootError([`The plugin "${plugin.name}" did not start: ${reason}`], { cause });
  }
}
