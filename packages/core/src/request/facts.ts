import type { Facts, Plugin, Services } from "../contract/plugin.ts";

/** Asks the plugins who is calling; the first that knows wins. */
export type FactsReader = (request: Request) => Facts | Promise<Facts>;

const anonymous: Facts = {};

/** Makes the reader of an application. */
export function factsReader(plugins: readonly Plugin[], services: Services): FactsReader {
  const readers = plugins.filter((plugin) => plugin.facts !== undefined);
  const [only] = readers;
  if (readers.length === 0) return () => anonymous;
  // What a plugin knows at once is not waited for: most anonymous requests show it by a header that is not there.
  if (only !== undefined && readers.length === 1) {
    return (request) => {
      const facts = only.facts?.(request, services) ?? anonymous;
      return facts instanceof Promise ? facts.then(known) : known(facts);
    };
  }
  return async (request) => {
    for (const plugin of readers) {
      const facts = await plugin.facts?.(request, services);
      if (facts?.user !== undefined && facts.user !== null) return facts;
    }
    return anonymous;
  };
}

function known(facts: Facts): Facts {
  return facts.user === undefined || facts.user === null ? anonymous : facts;
}
