import type { Plan } from "../../src/model/plan.ts";
import type { LockMode, Step } from "../../src/model/step.ts";
import type { Prints, TablePrint } from "./fingerprints.ts";
import { forbiddenIn } from "./statements.ts";
import type { SeenLock } from "./watched.ts";

/** What must hold of every plan and every run, whatever it is about: each answers what does not. */

export function stepsOf({ groups }: Plan): readonly Step[] {
  return groups.flatMap(({ steps }) => steps);
}

/** U8, and that a group is what it says. */
export function planFaults(plan: Plan): readonly string[] {
  const faults = stepsOf(plan).flatMap(({ title, statements }) =>
    statements.flatMap((statement) =>
      forbiddenIn(statement).map((fault) => `${title} ${fault}: ${statement}`),
    ),
  );
  const crowded = plan.groups
    .filter(
      ({ mode, steps }) =>
        mode !== "transaction" && steps.flatMap(({ statements }) => statements).length !== 1,
    )
    .map(({ mode, steps }) => `${mode} group holds ${steps.map(({ title }) => title).join(", ")}`);
  const bare = plan.refusals
    .filter(({ ways, message }) => ways.length === 0 || message === "")
    .map(({ code, object }) => `${code} ${object} has no way out or no message`);
  return [...faults, ...crowded, ...bare];
}

/** U2 and U3: what of the rows changed although no step says so. */
export function rowFaults(plan: Plan, before: Prints, after: Prints): readonly string[] {
  const steps = stepsOf(plan);
  return [...before].flatMap(([oid, table]) => {
    const now = after.get(oid);
    if (now === undefined)
      return isNamed(steps, ["dropTable"], [table.name]) ? [] : [`the table ${table.name} is gone`];
    return tableFaults(steps, table, now);
  });
}

function tableFaults(steps: readonly Step[], before: TablePrint, after: TablePrint): readonly string[] {
  const names = [before.name, after.name];
  const faults: string[] = [];
  if (before.rows !== after.rows)
    faults.push(`${after.name} has ${after.rows} rows instead of ${before.rows}`);
  const isRewrite = steps.some(
    ({ hazard, object }) => hazard === "rewrite" && names.includes(tableIn(object)),
  );
  if (before.file !== after.file && !isRewrite) faults.push(`${after.name} was written anew`);
  for (const [number, column] of before.columns) {
    const now = after.columns.get(number);
    const objects = names.flatMap((name) => [
      `${name}.${column.name}`,
      `${name}.${now?.name ?? column.name}`,
    ]);
    if (now === undefined) {
      if (!isNamed(steps, ["dropColumn"], objects)) faults.push(`the column ${objects[0]} is gone`);
    } else if (now.sum !== column.sum && !isNamed(steps, ["changeType", "backfill"], objects)) {
      faults.push(`${objects[0]} holds something else`);
    }
  }
  return faults;
}

function tableIn(object: string): string {
  return object.split(".", 1)[0] ?? object;
}

function isNamed(
  steps: readonly Step[],
  kinds: readonly Step["kind"][],
  objects: readonly string[],
): boolean {
  return steps.some(({ kind, object }) => kinds.includes(kind) && objects.includes(object));
}

const modes: readonly LockMode[] = [
  "ACCESS SHARE",
  "ROW SHARE",
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
];

/** `AccessShareLock` is "ACCESS SHARE". */
export function modeOf(mode: string): LockMode | undefined {
  const words = mode
    .replace(/Lock$/, "")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();
  return modes.find((each) => each === words);
}

/** U7: locks on tables that were there before which are stronger than what their step says. */
export function lockFaults(plan: Plan, seen: readonly SeenLock[], tables: Tables): readonly string[] {
  const strongest = new Map<number, Map<string, number>>();
  for (const step of stepsOf(plan)) {
    for (const statement of step.statements) {
      // A transaction keeps what it has, so only what came with this step is its own: that is checked by its first place.
      for (const { relation, mode } of seen.filter((each) => each.statement === statement)) {
        if (!tables.has(relation)) continue;
        const of = strongest.get(relation) ?? new Map<string, number>();
        strongest.set(relation, of.set(step.title, Math.max(of.get(step.title) ?? 0, rank(mode))));
      }
    }
  }
  return [...strongest].flatMap(([relation, byStep]) => {
    const names = tables.get(relation) ?? [];
    const declared = stepsOf(plan).flatMap(({ locks }) =>
      locks.filter(({ table }) => names.includes(table)).map(({ mode }) => modes.indexOf(mode)),
    );
    const most = Math.max(0, ...declared);
    return [...byStep]
      .filter(([, found]) => found > most)
      .map(([title, found]) => `${title} locks ${names[0]} with ${modes[found]}, which no step says`);
  });
}

/** The names that a table had, by its object identifier. */
export type Tables = ReadonlyMap<number, readonly string[]>;

function rank(mode: string): number {
  const known = modeOf(mode);
  return known === undefined ? 0 : modes.indexOf(known);
}
