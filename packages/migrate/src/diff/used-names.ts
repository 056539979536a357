import type { Change } from "../model/change.ts";
import type { Release } from "./released.ts";

/** What other changes already deal with: what they replace, and what an interrupted run left for them. */
export function usedNames(changes: readonly Change[]): Release {
  return {
    indexes: changes.flatMap((change): readonly string[] => {
      if (change.kind === "createIndex") return change.leftover === undefined ? [] : [change.leftover];
      if (change.kind !== "replaceIndex") return [];
      return [change.index.name, ...(change.next === undefined ? [] : [change.next.name])];
    }),
    constraints: changes.flatMap((change): readonly string[] => {
      if (change.kind === "setNotNull") return change.leftover === undefined ? [] : [change.leftover.name];
      if (change.kind !== "replaceCheck" && change.kind !== "replaceForeignKey") return [];
      const { name } = change.kind === "replaceCheck" ? change.check : change.foreignKey;
      return [name, ...(change.next === undefined ? [] : [change.next.name])];
    }),
  };
}
