import type { ForeignKey, OptionsCheck } from "@lucent/core";

import type { Change } from "../model/change.ts";
import { nextConstraintName } from "../temporary.ts";
import { isWaiting, type Surroundings } from "./indexes.ts";
import type { Match } from "./match.ts";
import { isOurConstraint, type Pairs } from "./pairing.ts";
import { objectTaken, unsupported } from "./refusals.ts";
import type { Released } from "./released.ts";

/** What has to happen to the primary key, the checks and the foreign keys that are asked for, renames aside. */
export function constraintChanges(
  match: Match,
  { pairing }: Surroundings,
  released: Released,
): readonly Change[] {
  const { table } = match;
  const pairs = pairing.of(match);
  const gone = new Set([...released.values()].flatMap(({ constraints }) => constraints));
  const constraints: readonly (OptionsCheck | ForeignKey)[] = [...table.checks, ...table.foreignKeys];
  return [
    ...keyChanges(match, pairs),
    ...constraints
      .filter(({ column }) => !isWaiting(match, [column]))
      .flatMap((constraint) => constraintChange(match, { constraint, gone }, pairs)),
  ];
}

function keyChanges({ table }: Match, { primaryKey }: Pairs): readonly Change[] {
  if (primaryKey !== undefined) return [];
  const { name, columns } = table.primaryKey;
  const key = columns.map((column) => `"${column}"`).join(", ");
  return [
    unsupported(
      `${table.name}.${name}`,
      `The primary key of "${table.name}" is another one than (${key}), and is never changed in place.`,
      `Make (${key}) the primary key yourself, and migrate again.`,
      "Copy the rows into a new collection.",
    ),
  ];
}

interface Asked {
  readonly constraint: OptionsCheck | ForeignKey;
  /** What is dropped before. */
  readonly gone: ReadonlySet<string>;
}

function constraintChange(match: Match, { constraint, gone }: Asked, pairs: Pairs): readonly Change[] {
  const { table, found } = match;
  const { name } = constraint;
  const same = pairs.constraints.get(name);
  if (same !== undefined) {
    const isValid = found.constraints.get(same)?.validated !== false;
    return isValid ? [] : [{ kind: "validate", table, name, constraint }];
  }
  const similar = pairs.similar.get(name);
  if (similar !== undefined) return [replacement(match, constraint, similar)];
  if (gone.has(name) || isLeaving(pairs, name) || !found.constraints.has(name)) {
    return "options" in constraint
      ? [{ kind: "addCheck", table, check: constraint }]
      : [{ kind: "addForeignKey", table, foreignKey: constraint }];
  }
  return isOurConstraint(match, name)
    ? [replacement(match, constraint, undefined)]
    : [objectTaken(table, name, "constraint")];
}

/** Whether what has the name gets another one. */
function isLeaving({ constraints, similar }: Pairs, name: string): boolean {
  return [...constraints, ...similar].some(([to, from]) => from === name && to !== name);
}

/** @param similar What is replaced, where it is on the same column. */
function replacement(
  { table, found }: Match,
  constraint: OptionsCheck | ForeignKey,
  similar: string | undefined,
): Change {
  const name = nextConstraintName(table.name, constraint);
  const left = found.constraints.get(name);
  const next = left === undefined ? undefined : { name, validated: left.validated };
  if (!("options" in constraint)) {
    return { kind: "replaceForeignKey", table, foreignKey: constraint, next };
  }
  const present = similar === undefined ? undefined : found.constraints.get(similar);
  return { kind: "replaceCheck", table, check: constraint, options: present?.options, next };
}
