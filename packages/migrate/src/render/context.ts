import type { Desired } from "../desired.ts";
import type { Change, LiveNames } from "../model/change.ts";
import type { Graded, GradedChange } from "../model/graded.ts";
import type { Live, LiveTable } from "../model/live.ts";
import type { ManagedTable } from "../model/managed.ts";
import type { LockMode } from "../model/step.ts";
import { identifier } from "../quote.ts";
import type { PieceLock } from "./piece.ts";

/** A change of one kind. */
export type ChangeOf<K extends Change["kind"]> = Extract<GradedChange["change"], { readonly kind: K }>;

/** How a change is made: what `grade` found. */
export type How = Omit<GradedChange, "change">;

/** What the recipes know beside their own change. */
export interface Context {
  readonly schema: string;
  /** A table's name as it is written into a statement. */
  readonly qualified: (table: string) => string;
  /** What a table was called before the plan; `undefined` for one that was not there. */
  readonly liveName: (table: string) => string | undefined;
  /** What a table that was there is called after the renames. */
  readonly nameAfter: (live: string) => string;
  /** A table as it was before the plan. */
  readonly live: (table: string) => LiveTable | undefined;
  /** What a column was called before the plan; its own name for one that was not there. */
  readonly liveColumn: (table: string, column: string) => string;
  /** What we made of a table, as it was written down before the plan. */
  readonly managed: (table: string) => ManagedTable;
  /** The lock of a step on a table; none on one that the plan creates, which nobody else uses. */
  readonly locks: (mode: LockMode, ...tables: readonly string[]) => readonly PieceLock[];
  /** The transaction of all that is brief on a table. */
  readonly brief: (table: string) => { readonly stage: "rename" | "brief"; readonly unit: string };
  /** Tables that the plan fills with links. */
  readonly linked: ReadonlySet<string>;
}

/** The state of the world that a plan is for. */
export interface World {
  readonly desired: Desired;
  readonly live: Live;
  readonly names: LiveNames;
}

/** Looks up what several recipes need. */
export function contextOf({ changes }: Pick<Graded, "changes">, { desired, live, names }: World): Context {
  const wanted = new Set(desired.tables.map(({ name }) => name));
  const liveName = (table: string): string | undefined => {
    const found = names.table(table);
    return found === undefined && !wanted.has(table) && live.tables.has(table) ? table : found;
  };
  const after = new Map(
    desired.tables.flatMap(({ name }) => {
      const before = names.table(name);
      return before === undefined ? [] : [[before, name] as const];
    }),
  );
  const renaming = renameUnits(changes.map(({ change }) => change));
  return {
    schema: live.schema,
    qualified: (table) => `${identifier(live.schema)}.${identifier(table)}`,
    liveName,
    nameAfter: (name) => after.get(name) ?? name,
    live: (table) => live.tables.get(liveName(table) ?? ""),
    liveColumn: (table, column) => names.column(table, column) ?? column,
    managed: (table) => live.managed.get(liveName(table) ?? table) ?? new Set(),
    locks: (mode, ...tables) =>
      [...new Set(tables)].flatMap((table) => {
        const before = liveName(table);
        return before === undefined ? [] : [{ live: before, table, mode }];
      }),
    brief(table) {
      const unit = renaming.get(table);
      return unit === undefined ? { stage: "brief", unit: table } : { stage: "rename", unit };
    },
    linked: new Set(
      changes.flatMap(({ change }) => (change.kind === "fillLinks" ? [change.table.name] : [])),
    ),
  };
}

/**
 * The transaction of each table of which something is renamed. Tables that pass their names on share one; the others
 * do not, so that none is locked while another one is waited for.
 */
function renameUnits(changes: readonly Change[]): ReadonlyMap<string, string> {
  const units = new Map<string, string>();
  const tables: ChangeOf<"renameTable">[] = [];
  for (const change of changes) {
    if (change.kind === "renameTable") tables.push(change);
    if (change.kind === "renameTable" || change.kind === "renameColumn" || change.kind === "renameObject")
      units.set(change.table.name, change.table.name);
  }
  for (const { table, from } of tables) {
    const mine = units.get(table.name) ?? table.name;
    const other = tables.some((each) => each.table.name === from) ? (units.get(from) ?? from) : mine;
    for (const [name, unit] of units) if (unit === other) units.set(name, mine);
  }
  return units;
}
