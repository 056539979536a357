import type { Collection, CollectionOptions } from "../contract/collection.ts";
import type { Config } from "../contract/config.ts";
import type { Fields } from "../contract/field.ts";

/**
 * Defines a collection and keeps its literal types, so that documents, bodies and filters are inferred from it.
 * Nothing is checked here; `describe` reports everything that is wrong at once.
 */
export function defineCollection<
  const S extends string,
  const F extends Fields,
  const T extends boolean = false,
>(options: CollectionOptions<S, F, T>): Collection<S, F, T> {
  return options;
}

/** Defines an application and keeps the types of its collections. */
export function defineConfig<const C extends readonly Collection[], const P extends string = "/api">(
  config: Config<C, P>,
): Config<C, P> {
  return config;
}
