import type { Facts, Plugin, Services } from "../contract/plugin.ts";

/** Asks the plugins who is calling; the first that knows wins. */
export type FactsReader = (request: Request) => Facts | Promise<Facts>;

const anonymous: Facts = {};

/** Makes the reader of an application. */
export function factsReader(plugins: readonly Plugin[], services: Services): FactsReader {
  const readers = plugins.filter((plugin) => plugin.facts !== undefined);
  if (readers.length === 0) return () => anonymous;
  return async (request) => {
    for (const plugin of readers) {
      const facts = await plugin.facts?.(request, services);
      if (facts?.user !== undefined && facts.user !== null) return facts;
    }
    return anonymous;
  };
}
