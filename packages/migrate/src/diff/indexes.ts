import type { Index, Table } from "@lucent/core";

import type { Change } from "../model/change.ts";
import type { Live } from "../model/live.ts";
import { nextIndexName } from "../temporary.ts";
import { isTypeExpansion } from "./expansions.ts";
import type { Match } from "./match.ts";
import { isOurIndex, type Pairing } from "./pairing.ts";
import { objectTaken, type Refused, relationTaken } from "./refusals.ts";
import type { Released } from "./released.ts";
import { isSameIndex } from "./structure.ts";

/** The columns that something is about, by the names asked for. */
export function columnsOf({ columns, words, whereNull }: Index): readonly string[] {
  return [
    ...columns.map(({ name }) => name),
    ...(words ?? []),
    ...(whereNull === undefined ? [] : [whereNull]),
  ];
}

/** Whether something waits for the second phase of one of its columns, which brings what the column should have. */
export function isWaiting({ expansions }: Match, names: readonly string[]): boolean {
  return expansions.some(
    (each) => isTypeExpansion(each) && each.column !== undefined && names.includes(each.column.name),
  );
}

/** What is known of all tables at once. */
export interface Surroundings {
  readonly live: Live;
  readonly pairing: Pairing;
}

/** What has to happen to the indexes that are asked for, renames aside. */
export function indexChanges(
  match: Match,
  surroundings: Surroundings,
  released: Released,
): readonly Change[] {
  const { indexes } = surroundings.pairing.of(match);
  const gone = new Set([...released.values()].flatMap((release) => release.indexes));
  return match.table.indexes
    .filter((index) => !indexes.has(index.name) && !isWaiting(match, columnsOf(index)))
    .flatMap((index) => indexChange(match, { index, isGone: gone.has(index.name) }, surroundings));
}

interface Asked {
  readonly index: Index;
  /** Whether what has the name is dropped before. */
  readonly isGone: boolean;
}

function indexChange(match: Match, { index, isGone }: Asked, surroundings: Surroundings): readonly Change[] {
  const { table, found } = match;
  const { freed } = surroundings.pairing;
  const present = isGone || freed.has(index.name) ? undefined : found.indexes.get(index.name);
  if (present === undefined) {
    const taken = isGone ? [] : takenNames(table, [index.name], surroundings);
    return taken.length > 0 ? taken : [{ kind: "createIndex", table, index, leftover: undefined }];
  }
  if (!isOurIndex(match, index.name)) return [objectTaken(table, index.name, "index")];
  if (!present.valid) return [{ kind: "createIndex", table, index, leftover: index.name }];
  const name = nextIndexName(table.name, index.name);
  const next = found.indexes.get(name);
  const ready = next !== undefined && isSameIndex(match, index, next);
  return [{ kind: "replaceIndex", table, index, next: next === undefined ? undefined : { name, ready } }];
}

/** Says of each name of a table's key and indexes by what it is taken, unless that gets another name. */
export function takenNames(
  table: Table,
  names: readonly string[],
  { live, pairing }: Surroundings,
): readonly Refused[] {
  return names.flatMap((name) => {
    const by = live.taken.get(name);
    return by === undefined || pairing.freed.has(name) ? [] : [relationTaken(table, name, by)];
  });
}
