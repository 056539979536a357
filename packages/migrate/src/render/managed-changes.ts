import type { ManagedChange, ManagedObject } from "../model/managed.ts";

/**
 * What several changes amount to: renames of tables in their order, then one change for each table. Of two that
 * contradict each other the later one counts.
 */
export function mergeManaged(changes: readonly ManagedChange[]): readonly ManagedChange[] {
  const renames: ManagedChange[] = [];
  const dropped = new Map<string, ManagedChange>();
  const kept = new Map<string, Map<ManagedObject, boolean>>();
  for (const { table, add = [], remove = [], renamedFrom, dropped: isDropped } of changes) {
    if (renamedFrom !== undefined) renames.push({ table, renamedFrom });
    if (isDropped === true) dropped.set(table, { table, dropped: true });
    const objects = kept.get(table) ?? new Map<ManagedObject, boolean>();
    for (const object of remove) objects.set(object, false);
    for (const object of add) objects.set(object, true);
    kept.set(table, objects);
  }
  return [
    ...renames,
    ...[...kept]
      .filter(([table, objects]) => objects.size > 0 && !dropped.has(table))
      .map(([table, objects]) => tableChange(table, objects)),
    ...dropped.values(),
  ];
}

function tableChange(table: string, objects: ReadonlyMap<ManagedObject, boolean>): ManagedChange {
  const named = (isThere: boolean): readonly ManagedObject[] =>
    [...objects].flatMap(([object, is]) => (is === isThere ? [object] : [])).toSorted();
  return { table, add: named(true), remove: named(false) };
}
