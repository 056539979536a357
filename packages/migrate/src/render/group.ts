import type { Group, LockMode, Step } from "../model/step.ts";
import { identifier } from "../quote.ts";
import { mergeManaged } from "./managed-changes.ts";
import { type Piece, type PieceLock, type Stage, stages } from "./piece.ts";

/** Puts pieces into groups: by stage, in a stage by unit in the order in which the units come, in a unit by order. */
export function groupsOf(pieces: readonly Piece[], schema: string): readonly Group[] {
  return stages.flatMap((stage) => {
    const units = new Map<string, Piece[]>();
    for (const each of pieces) {
      if (each.stage !== stage) continue;
      const unit = units.get(each.unit);
      if (unit === undefined) units.set(each.unit, [each]);
      else unit.push(each);
    }
    return [...units.values()].flatMap((unit) => unitGroups(stage, unit, schema));
  });
}

function unitGroups(stage: Stage, unit: readonly Piece[], schema: string): readonly Group[] {
  const mode = modes.get(stage) ?? "transaction";
  if (mode !== "transaction") {
    return unit.map(({ step, locks, before, after }) => ({
      mode,
      steps: [{ ...step, locks: stepLocks(locks) }],
      before: mergeManaged(before),
      after: mergeManaged(after),
    }));
  }
  const sorted = unit.toSorted((left, right) => left.order - right.order);
  const after = mergeManaged(sorted.flatMap((each) => [...each.before, ...each.after]));
  return [{ mode, steps: transactionSteps(stage, sorted, schema), before: [], after }];
}

const modes: ReadonlyMap<Stage, Group["mode"]> = new Map([
  ["fill", "batched"],
  ["links", "batched"],
  ["build", "alone"],
  ["retire", "alone"],
]);

const strength: readonly LockMode[] = [
  "ACCESS SHARE",
  "ROW SHARE",
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
];

function transactionSteps(stage: Stage, pieces: readonly Piece[], schema: string): readonly Step[] {
  const locks = firstLocks(stage, pieces);
  const statements = locks.map(
    ({ live, table, mode }) =>
      `lock table ${identifier(schema)}.${identifier(isBeforeRenames(stage) ? live : table)} in ${mode.toLowerCase()} mode`,
  );
  return pieces.map(({ step, locks: own }, at) =>
    at === 0
      ? { ...step, locks: stepLocks([...own, ...locks]), statements: [...statements, ...step.statements] }
      : { ...step, locks: stepLocks(own) },
  );
}

function isBeforeRenames(stage: Stage): boolean {
  return stage === "release" || stage === "rename";
}

/**
 * What a transaction locks before anything else. Two that lock the same tables do it in one order, by name, and never
 * meet half way; and a table is locked once for all, because who asks for more later may meet another one who does.
 */
function firstLocks(stage: Stage, pieces: readonly Piece[]): readonly PieceLock[] {
  // Its locks let others read and write, and it is one statement.
  if (stage === "validate") return [];
  const all = strongest(
    pieces.flatMap(({ locks }) => locks),
    ({ live }) => live,
  );
  const [first] = pieces.flatMap(({ locks }) => locks);
  if (all.length === 0 || (all.length === 1 && first?.mode === all[0]?.mode)) return [];
  return all.toSorted((left, right) => (left.live < right.live ? -1 : 1));
}

function stepLocks(locks: readonly PieceLock[]): Step["locks"] {
  return strongest(locks, ({ table }) => table)
    .map(({ table, mode }) => ({ table, mode }))
    .toSorted((left, right) => (left.table < right.table ? -1 : 1));
}

function strongest(locks: readonly PieceLock[], keyOf: (lock: PieceLock) => string): readonly PieceLock[] {
  const found = new Map<string, PieceLock>();
  for (const lock of locks) {
    const other = found.get(keyOf(lock));
    if (other === undefined) found.set(keyOf(lock), lock);
    else if (strength.indexOf(lock.mode) > strength.indexOf(other.mode))
      found.set(keyOf(lock), { ...other, mode: lock.mode });
  }
  return [...found.values()];
}
