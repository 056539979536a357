import type { LiveIndex } from "../model/live.ts";
import { changesType, keptColumns, type Match } from "./match.ts";
import { isOurConstraint, isOurIndex, type Pairs } from "./pairing.ts";

/** What of ours on a column has to go before something happens to it. */
export interface Release {
  readonly constraints: readonly string[];
  readonly indexes: readonly string[];
}

/** By the name asked for of a column whose type changes. */
export type Released = ReadonlyMap<string, Release>;

/** Indexes and constraints of ours that nobody asks for as they are. Each is given away once. */
export interface Unwanted {
  /** Keeps what is still of use, such as what an interrupted run left to go on with. */
  keep(release: Release): void;
  /** Takes what mentions a column that is called so now. */
  take(column: string): Release;
  /** What is left. */
  rest(): Release;
}

/** Whether an index has to do with a column. */
function mentions({ columns, expression, predicate }: LiveIndex, name: string): boolean {
  const isNamed = (text: string | undefined): boolean =>
    text !== undefined && text.split(/[^a-z0-9_]+/).includes(name);
  return columns.some((each) => each.name === name) || isNamed(expression) || isNamed(predicate);
}

/** Collects what of ours is not wanted any more, except on columns that still give their values to another one. */
export function unwantedObjects(match: Match, pairs: Pairs): Unwanted {
  const kept = [...keptColumns(match)];
  const wanted = new Set([...pairs.constraints.values(), ...pairs.similar.values()]);
  const wantedIndexes = new Set(pairs.indexes.values());
  const constraints = match.constraints.filter(
    ({ name, columns }) =>
      isOurConstraint(match, name) && !wanted.has(name) && !columns.some((column) => kept.includes(column)),
  );
  const indexes = match.indexes.filter(
    (index) =>
      isOurIndex(match, index.name) &&
      !wantedIndexes.has(index.name) &&
      !kept.some((column) => mentions(index, column)),
  );
  const taken = new Set<string>();
  const take = (release: Release): Release => {
    for (const name of release.constraints) taken.add(`constraint ${name}`);
    for (const name of release.indexes) taken.add(`index ${name}`);
    return release;
  };
  const select = (
    isConstraint: (columns: readonly string[]) => boolean,
    isIndex: (index: LiveIndex) => boolean,
  ): Release =>
    take({
      constraints: constraints
        .filter(({ name, columns }) => !taken.has(`constraint ${name}`) && isConstraint(columns))
        .map(({ name }) => name),
      indexes: indexes
        .filter((index) => !taken.has(`index ${index.name}`) && isIndex(index))
        .map(({ name }) => name),
    });
  return {
    keep: (release) => void take(release),
    take: (column) =>
      select(
        (columns) => columns.includes(column),
        (index) => mentions(index, column),
      ),
    rest: () =>
      select(
        () => true,
        () => true,
      ),
  };
}

/** What can't come along when the type of a column changes. */
export function releaseForTypes(match: Match, unwanted: Unwanted): Released {
  const changing = match.table.columns.filter(({ name }) => changesType(match, name));
  return new Map(changing.map(({ name }) => [name, unwanted.take(match.columns.get(name) ?? name)] as const));
}
