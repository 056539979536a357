import type { WhereObject } from "./evaluate.ts";
import type { Collections } from "./facts.ts";
import { isNameable, isPopulatable, namesOf } from "./names.ts";
import { type Rulebook, type Sight, sightOf } from "./sight.ts";

/** What a query names. */
export interface Naming {
  readonly where?: WhereObject | undefined;
  readonly sort?: readonly string[] | undefined;
  readonly populate?: readonly string[] | undefined;
}

/** Keeps of a query what its caller may name. A query that names anything else is refused, and that says little. */
export interface Allowing {
  readonly naming: <N extends Naming>(slug: string, naming: N) => N;
  readonly select: (slug: string, names: readonly string[] | undefined) => readonly string[] | undefined;
  readonly sight: Sight;
}

/** What a caller may name does not depend on any data. */
export function allowing(collections: Collections, rules: Rulebook): Allowing {
  const sight = sightOf({ collections, stock: new Map() }, rules);
  return {
    sight,
    naming: (slug, naming) => {
      const place = sight.place(slug);
      const { where, sort, populate } = naming;
      const isAllowed = where !== undefined && namesOf(where).every((name) => isNameable(name, place, sight));
      return {
        ...naming,
        where: isAllowed ? where : undefined,
        sort: some(sort, (key) => isNameable(key.replace(/^-/, ""), place, sight)),
        populate: some(populate, (path) => isPopulatable(path, place, sight)),
      };
    },
    select: (slug, names) => some(names, (name) => sight.isShown(slug, name)),
  };
}

function some(
  names: readonly string[] | undefined,
  isAllowed: (name: string) => boolean,
): readonly string[] | undefined {
  const kept = names?.filter(isAllowed) ?? [];
  return kept.length === 0 ? undefined : kept;
}
