import type { AuthSetting, FieldsOf } from "../contract/account.ts";
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
  const D extends boolean = false,
  const I extends boolean = false,
  const A extends AuthSetting = false,
>(options: CollectionOptions<S, F, T, D, I, A>): Collection<S, FieldsOf<F, A>, T, D, I> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the hooks are called with what they were checked for, which their open form can't say
  return options as unknown as Collection<S, FieldsOf<F, A>, T, D, I>;
}

/**
 * Defines the fields of a collection apart from it, so that hooks see the types of its documents. TypeScript infers
 * fields that stand in the collection before its hooks only where no function among them has parameters without types.
 */
export function defineFields<const F extends Fields>(fields: F): F {
  return fields;
}

/** Defines an application and keeps the types of its collections. */
export function defineConfig<const C extends readonly Collection[], const P extends string = "/api">(
  config: Config<C, P>,
): Config<C, P> {
  return config;
}
