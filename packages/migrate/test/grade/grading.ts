import type { Table } from "@lucent/core";

import { grade } from "../../src/grade.ts";
import type { Change } from "../../src/model/change.ts";
import { type Decisions, noDecisions } from "../../src/model/decisions.ts";
import type { Graded } from "../../src/model/graded.ts";
import type { Live } from "../../src/model/live.ts";
import { desiredOf, liveOf } from "../world/tables.ts";
import type { Scratch } from "./database.ts";

/** A difference made by hand, and the database that it is about. */
export interface Situation {
  readonly changes: readonly Change[];
  /** All tables that are asked for. */
  readonly tables: readonly Table[];
  /** By default a database that holds exactly those. */
  readonly live?: Live;
  readonly decisions?: Partial<Decisions>;
  /** What is not called yet what it should be; empty for what is not there. */
  readonly names?: Readonly<Record<string, string>>;
}

/** Grades in a read-only snapshot of a real database. */
export function gradeOn(world: Scratch, situation: Situation): Promise<Graded> {
  const { changes, tables, live = liveOf(...tables), decisions = {}, names = {} } = situation;
  const nameOf = (name: string, fallback: string): string | undefined => {
    const found = names[name] ?? fallback;
    return found === "" ? undefined : found;
  };
  return world.snapshot((runner) =>
    grade(
      {
        changes,
        names: {
          table: (name) => nameOf(name, name),
          column: (table, column) => nameOf(`${table}.${column}`, column),
        },
        notes: [],
        unready: [],
      },
      {
        desired: desiredOf(...tables),
        live: { ...live, server: world.server },
        decisions: { ...noDecisions, ...decisions },
        runner,
      },
    ),
  );
}
