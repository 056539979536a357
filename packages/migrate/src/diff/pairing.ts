import type { Live, LiveConstraint } from "../model/live.ts";
import { isTemporaryName } from "../temporary.ts";
import { changesType, isOurs, type Match } from "./match.ts";
import { possible } from "./renames.ts";
import {
  isSameCheck,
  isSameForeignKey,
  isSameIndex,
  isSameList,
  namesNow,
  type TableNow,
} from "./structure.ts";

interface Named {
  readonly name: string;
}

/** Which of a table's indexes and constraints is which: from the name asked for to the one that it has now. */
export interface Pairs {
  readonly indexes: ReadonlyMap<string, string>;
  /** Checks and foreign keys. */
  readonly constraints: ReadonlyMap<string, string>;
  /** Checks and foreign keys that are to be replaced: on the right column, but not of the right definition. */
  readonly similar: ReadonlyMap<string, string>;
  /** The primary key's own name now; `undefined` where it is another key than the one asked for. */
  readonly primaryKey: string | undefined;
}

/** The pairs of all tables. */
export interface Pairing {
  of(match: Match): Pairs;
  /** Indexes and primary keys of all tables that get another name: from the new one to the one that they have. */
  readonly relations: ReadonlyMap<string, string>;
  /** The names that come free by it. */
  readonly freed: ReadonlySet<string>;
}

/** Whether we made an index, or left it behind when we were interrupted. */
export function isOurIndex(match: Match, name: string): boolean {
  return isOurs(match, `index ${name}`) || isTemporaryName(name);
}

/** Whether we made a constraint, or left it behind when we were interrupted. */
export function isOurConstraint(match: Match, name: string): boolean {
  return isOurs(match, `constraint ${name}`) || isTemporaryName(name);
}

/**
 * Pairs what is asked for with what is there, by structure first: a rename leaves the old names of indexes and
 * constraints behind. Only what is ours, and whose new name is free, gets another name.
 */
export function pairObjects(matches: readonly Match[], live: Live, tableNow: TableNow): Pairing {
  const held = new Set([...live.taken.keys(), ...matches.flatMap(({ found }) => [...found.indexes.keys()])]);
  const drafts = new Map(matches.map((match) => [match.table.name, draft(match, tableNow)]));
  const wished = new Map(
    [...drafts.values()].flatMap(({ indexes, key }) => [...changing(indexes), ...changing(key)]),
  );
  const relations = possible(wished, (name) => held.has(name));
  const pairs = new Map(
    matches.map((match) => [match.table.name, settle(match, drafts.get(match.table.name), relations)]),
  );
  return {
    of: ({ table }) => pairs.get(table.name) ?? noPairs,
    relations,
    freed: new Set(relations.values()),
  };
}

const none: ReadonlyMap<string, string> = new Map();

const noPairs: Pairs = { indexes: none, constraints: none, similar: none, primaryKey: undefined };

/** Pairs by structure alone, before it is known which names are free. */
interface Draft extends Pairs {
  /** The primary key, where its name is ours to change. */
  readonly key: ReadonlyMap<string, string>;
}

function draft(match: Match, tableNow: TableNow): Draft {
  const { table } = match;
  const primaryKey = sameKey(match);
  const indexes = pairUp(table.indexes, match.indexes, {
    isSame: (wanted, found) => isSameIndex(match, wanted, found),
    isOurs: (name) => isOurIndex(match, name),
  });
  const isKeyOurs = primaryKey !== undefined && isOurConstraint(match, primaryKey);
  const others = match.constraints;
  const ours = (name: string): boolean => isOurConstraint(match, name);
  const constraints = new Map([
    ...pairUp(table.checks, others, {
      isSame: (check, found) => isSameCheck(match, check, found),
      isOurs: ours,
    }),
    ...pairUp(table.foreignKeys, others, {
      isSame: (key, found) => isSameForeignKey(match, { ...key, target: tableNow(key.references) }, found),
      isOurs: ours,
    }),
  ]);
  return {
    indexes,
    key: isKeyOurs ? new Map([[table.primaryKey.name, primaryKey]]) : none,
    constraints,
    similar: similarConstraints(match, constraints),
    primaryKey,
  };
}

/** The primary key that is there, where its columns are those asked for. */
function sameKey(match: Match): string | undefined {
  const wanted = namesNow(match, match.table.primaryKey.columns);
  for (const [name, { kind, columns }] of match.found.constraints) {
    if (kind === "p") return wanted !== undefined && isSameList(columns, wanted) ? name : undefined;
  }
  return undefined;
}

interface Comparison<W, F> {
  readonly isSame: (wanted: W, found: F) => boolean;
  readonly isOurs: (name: string) => boolean;
}

/** First those that are called as they should be, whoever made them; then ours of another name. */
function pairUp<W extends Named, F extends Named>(
  wanted: readonly W[],
  found: readonly F[],
  { isSame, isOurs: ours }: Comparison<W, F>,
): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const used = new Set<string>();
  const pair = (isCandidate: (each: W, other: F) => boolean): void => {
    for (const each of wanted) {
      if (pairs.has(each.name)) continue;
      const other = found.find(
        (candidate) => !used.has(candidate.name) && isCandidate(each, candidate) && isSame(each, candidate),
      );
      if (other === undefined) continue;
      pairs.set(each.name, other.name);
      used.add(other.name);
    }
  };
  pair((each, other) => each.name === other.name);
  if (pairs.size < wanted.length) pair((each, other) => each.name !== other.name && ours(other.name));
  return pairs;
}

/** Ours on the same column, which are not what they should be: they get the new name, and are replaced under it. */
function similarConstraints(match: Match, same: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const { table, columns } = match;
  if (same.size === table.checks.length + table.foreignKeys.length) return none;
  const used = new Set(same.values());
  const free = match.constraints.filter(({ name }) => !used.has(name) && isOurs(match, `constraint ${name}`));
  const similar = (kind: string) => (wanted: Named & { readonly column: string }, found: LiveConstraint) =>
    found.kind === kind &&
    isSameList(found.columns, [columns.get(wanted.column) ?? ""]) &&
    !changesType(match, wanted.column);
  const open = (each: Named): boolean => !same.has(each.name);
  return new Map([
    ...pairUp(table.checks.filter(open), free, { isSame: similar("c"), isOurs: () => true }),
    ...pairUp(table.foreignKeys.filter(open), free, { isSame: similar("f"), isOurs: () => true }),
  ]);
}

/** Those whose name is to be another one. */
export function changing(pairs: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  for (const [to, from] of pairs) {
    if (to !== from) return new Map([...pairs].filter(([later, now]) => later !== now));
  }
  return none;
}

/** Leaves those pairs out that would need a name which somebody keeps. */
function settle(match: Match, drafted: Draft | undefined, relations: ReadonlyMap<string, string>): Pairs {
  if (drafted === undefined) return noPairs;
  const { indexes, constraints, similar, primaryKey } = drafted;
  const wished = new Map([...changing(constraints), ...changing(similar)]);
  const renames = possible(wished, (name) => match.found.constraints.has(name));
  return {
    indexes: kept(indexes, relations),
    constraints: kept(constraints, renames),
    similar: kept(similar, renames),
    primaryKey,
  };
}

function kept(
  pairs: ReadonlyMap<string, string>,
  renames: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (changing(pairs).size === 0) return pairs;
  return new Map([...pairs].filter(([to, from]) => to === from || renames.has(to)));
}
