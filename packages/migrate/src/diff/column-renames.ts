import type { Change } from "../model/change.ts";
import { waitingName } from "../temporary.ts";
import type { Match } from "./match.ts";
import { ambiguousRename, renameTaken, unsupported } from "./refusals.ts";
import { inOrder } from "./renames.ts";

/** The renames of a table's columns in an order in which each name is free, and what stands in their way. */
export function columnRenames(match: Match): readonly Change[] {
  const { table, renamed, expansions } = match;
  const isExpanded = (name: string): boolean =>
    expansions.some(({ state, next }) => state === "begins" && next === name);
  const renames = new Map([...renamed.renames].filter(([to]) => !isExpanded(to)));
  const changes = inOrder(renames).flatMap(({ name, from, waits }): readonly Change[] => {
    const column = table.columns.find((each) => each.name === name);
    if (column === undefined) return [];
    if (isHeldByTrigger(match, from)) return [heldByTrigger(table.name, from)];
    const through = waits ? waitingName("column", `${table.name}.${from}`) : undefined;
    return [{ kind: "renameColumn", table, column, from, through }];
  });
  return [...changes, ...disputes(match)];
}

/** The trigger of a change in two phases names both columns. */
function isHeldByTrigger({ expansions }: Match, name: string): boolean {
  return expansions.some(({ state, old, next }) => state !== "begins" && (old === name || next === name));
}

function heldByTrigger(table: string, column: string): Change {
  return unsupported(
    `${table}.${column}`,
    `"${table}"."${column}" is in the middle of a change in two phases, and can't be renamed meanwhile.`,
    "End that change first: lucent migrate contract.",
  );
}

function disputes({ table, name: now, renamed }: Match): readonly Change[] {
  return renamed.disputes.map(({ name, previousName, ours }) => {
    const object = `${table.name}.${name}`;
    return ours
      ? ambiguousRename(object, `${table.name}.${previousName}`, { table: now, column: previousName })
      : renameTaken(object, `${table.name}.${previousName}`);
  });
}

/** Says which columns are new although they say what they were before. */
export function unmatchedNames({ table, renamed }: Match): readonly string[] {
  return renamed.unmatched.map(
    ({ name, previousName }) =>
      `"${table.name}"."${name}" is added anew: there is no column "${previousName}" of ours that it could have been before.`,
  );
}
