import type { Change } from "../model/change.ts";
import type { Match } from "./match.ts";
import { unsupported } from "./refusals.ts";

/** What can be done to a table that somebody divided into partitions, and a refusal of everything else. */
export function partitionedChanges({ table, found }: Match, changes: readonly Change[]): readonly Change[] {
  if (!found.partitioned) return changes;
  return changes.map((change) => {
    const object = isAllowed(change, found) ? undefined : objectOf(change);
    if (object === undefined) return change;
    return unsupported(
      object === "" ? table.name : `${table.name}.${object}`,
      `"${table.name}" is divided into partitions: columns, defaults and checks can be added, and nothing else is changed.`,
      "Make the change yourself, and migrate again.",
    );
  });
}

function isAllowed(change: Change, { constraints }: Match["found"]): boolean {
  switch (change.kind) {
    case "refuse":
    case "adopt":
    case "addColumn":
    case "fillColumn":
    case "setDefault":
    case "dropDefault":
    case "addCheck":
    case "replaceCheck":
    case "endSync":
      return true;
    case "validate":
      return "options" in change.constraint;
    case "dropConstraint":
      return constraints.get(change.name)?.kind === "c";
    case "orphanColumn":
      return !change.blocksInserts && change.constraints.length === 0 && change.indexes.length === 0;
    case "createSchema":
    case "createTable":
    case "renameTable":
    case "renameColumn":
    case "renameObject":
    case "changeType":
    case "setNotNull":
    case "dropNotNull":
    case "createIndex":
    case "replaceIndex":
    case "dropIndex":
    case "addForeignKey":
    case "replaceForeignKey":
    case "fillLinks":
    case "orphanTable":
    case "expand":
    case "contract":
      return false;
  }
}

/** The name of what a change is about within its table; empty for the table itself. */
function objectOf(change: Change): string | undefined {
  if (change.kind === "refuse") return undefined;
  if ("index" in change) return change.index.name;
  if ("foreignKey" in change) return change.foreignKey.name;
  if ("check" in change) return change.check.name;
  if ("to" in change) return change.to;
  if ("column" in change) return typeof change.column === "string" ? change.column : change.column.name;
  return "name" in change ? change.name : "";
}
