import type { Change } from "../model/change.ts";
import type { ManagedObject } from "../model/managed.ts";
import { isAsAsked } from "./columns.ts";
import { isOurs, liveColumn, type Match } from "./match.ts";
import type { Pairs } from "./pairing.ts";

/** What somebody else made exactly as it should be: from now on it is ours. */
export function adoptions(match: Match, pairs: Pairs): readonly Change[] {
  const { table } = match;
  const key = pairs.primaryKey === table.primaryKey.name ? [pairs.primaryKey] : [];
  const foreign = [
    ...newcomers(match, "column", [...match.columns]).filter((object) => isReady(match, object)),
    ...newcomers(match, "index", [...pairs.indexes]),
    ...newcomers(match, "constraint", [...pairs.constraints, ...key.map((name) => [name, name] as const)]),
  ];
  return foreign.length === 0 ? [] : [{ kind: "adopt", table, objects: foreign.toSorted() }];
}

/** What has its right name already and is not ours. What is renamed is ours. */
function newcomers(
  match: Match,
  kind: "column" | "index" | "constraint",
  pairs: readonly (readonly [string, string])[],
): readonly ManagedObject[] {
  const found: ManagedObject[] = [];
  for (const [to, from] of pairs) {
    if (to === from && !isOurs(match, `${kind} ${to}`)) found.push(`${kind} ${to}`);
  }
  return found;
}

function isReady(match: Match, object: ManagedObject): boolean {
  const column = match.table.columns.find(({ name }) => object === `column ${name}`);
  if (column === undefined || match.expansions.some((each) => each.column === column)) return false;
  const present = liveColumn(match, column);
  return present !== undefined && isAsAsked({ column, present });
}
