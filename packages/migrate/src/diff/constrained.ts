import type { Change } from "../model/change.ts";
import type { Match } from "./match.ts";
import { indexConstrained, type Refused } from "./refusals.ts";

/** Refuses to take away what somebody made a constraint of since: the server drops no index under one. */
export function constrainedIndexes(match: Match, changes: readonly Change[]): readonly Refused[] {
  const { table, found } = match;
  return changes.flatMap(goneIndexes).flatMap((name) => {
    const constraint = found.indexes.get(name)?.constraint;
    return constraint === undefined ? [] : [indexConstrained(table, name, constraint)];
  });
}

/** The indexes that a change drops, by the name that they have. */
function goneIndexes(change: Change): readonly string[] {
  if (change.kind === "dropIndex") return [change.name];
  if (change.kind === "replaceIndex") return [change.index.name];
  return change.kind === "changeType" || change.kind === "orphanColumn" ? change.indexes : [];
}
