import { randomUUID } from "node:crypto";

import type { Row, Runner } from "@lucent/core";

import { bookkeepingTables, migrations, migrationSteps } from "../bookkeeping.ts";
import { stepHash } from "../hash.ts";
import type { Group, Step } from "../model/step.ts";
import { identifier, literal } from "../quote.ts";
import { codeOf } from "./code.ts";

/** What is written down about a run. */
export interface RunFacts {
  /** The schema that is migrated, in which the history is. */
  readonly schema: string;
  readonly kind: "plan" | "file" | "baseline";
  /** Of a file. */
  readonly name?: string;
  /** Of the plan, or of the file's content. */
  readonly hash: string;
  /** Hash of the tables that were asked for. */
  readonly configuration?: string;
  readonly production: boolean;
}

/** One step, as it is written down. */
export interface StepEntry {
  readonly step: Step;
  readonly outcome: "running" | "done" | "failed";
  readonly code?: string;
  readonly milliseconds?: number;
}

/** Writes down what a run does. It explains to people what happened; no run decides by it what there is to do. */
export interface Journal {
  /** Whether the tables for it are there before this group is run. */
  readonly isReady: (group: number) => boolean;
  /** Whether they are there behind it. */
  readonly isReadyAfter: (group: number) => boolean;
  /** The statements that write these steps, and, the first time, the run itself. */
  readonly write: (entries: readonly StepEntry[]) => readonly string[];
  /** What `write` gave last was committed. */
  readonly written: () => void;
  /** Keeps steps that were done before there were tables for it. */
  readonly postpone: (entries: readonly StepEntry[]) => void;
  /** The statements that end the run with its last group, in the message that commits that; none before. */
  readonly ending: (group: number) => readonly string[];
  /** The statement that ends the run; none where it was never written down. */
  readonly close: (outcome: "done" | "failed") => readonly string[];
}

/** Starts to write down a run of these groups. */
export function journal(run: RunFacts, groups: readonly Group[]): Journal {
  const id = randomUUID();
  const readyBehind = groups.findLastIndex(makesHistory);
  let isOpen = false;
  let postponed: readonly StepEntry[] = [];
  const positions = new Map<Step, { readonly id: string; readonly position: number }>();

  function entry(each: StepEntry): string {
    const place = positions.get(each.step) ?? { id: randomUUID(), position: positions.size + 1 };
    positions.set(each.step, place);
    return entryStatement(run.schema, { ...each, ...place, run: id });
  }

  function closing(outcome: "done" | "failed"): string {
    return `update ${tableIn(run.schema, migrations.name)}
  set outcome = ${literal(outcome)}, finished_at = pg_catalog.now() where id = ${literal(id)}`;
  }

  return {
    isReady: (group) => group > readyBehind,
    isReadyAfter: (group) => group >= readyBehind,
    write: (entries) => [...(isOpen ? [] : opening(run, id)), ...[...postponed, ...entries].map(entry)],
    written() {
      isOpen = true;
      postponed = [];
    },
    postpone(entries) {
      postponed = [...postponed, ...entries];
    },
    ending: (group) => (group === groups.length - 1 ? [closing("done")] : []),
    close: (outcome) => (isOpen ? [closing(outcome)] : []),
  };
}

const historyTables: ReadonlySet<string> = new Set(bookkeepingTables.map(({ name }) => name));

/** Whether a group makes or changes the tables that this is written to. Building an index on them doesn't. */
function makesHistory({ mode, steps }: Group): boolean {
  return (
    mode === "transaction" && steps.some(({ object }) => historyTables.has(object.split(".", 1)[0] ?? ""))
  );
}

/** Runs that nobody ended were interrupted: whoever holds the lock knows that they are over. */
function opening(run: RunFacts, id: string): readonly string[] {
  const runs = tableIn(run.schema, migrations.name);
  const steps = tableIn(run.schema, migrationSteps.name);
  const values = [id, run.kind, run.name, run.hash, run.configuration, "running"];
  return [
    `update ${steps} set outcome = 'failed' where outcome = 'running'`,
    `update ${runs} set outcome = 'failed', finished_at = pg_catalog.now() where outcome = 'running' and kind <> 'data'`,
    `insert into ${runs} (id, kind, name, hash, configuration, outcome, production)
  values (${values.map(optional).join(", ")}, ${String(run.production)})`,
  ];
}

interface PlacedEntry extends StepEntry {
  readonly id: string;
  readonly position: number;
  readonly run: string;
}

function entryStatement(schema: string, entry: PlacedEntry): string {
  const { id, run, position, step, outcome, code, milliseconds } = entry;
  const texts = [step.title, stepHash(step), outcome].map(literal);
  const duration = milliseconds === undefined ? "null" : String(Math.round(milliseconds));
  return `insert into ${tableIn(schema, migrationSteps.name)}
    (id, migration, position, title, hash, outcome, code, milliseconds)
  values (${literal(id)}, ${literal(run)}, ${position}, ${texts.join(", ")}, ${optional(code)}, ${duration})
  on conflict (id) do update
    set outcome = excluded.outcome, code = excluded.code, milliseconds = excluded.milliseconds`;
}

function optional(text: string | undefined): string {
  return text === undefined ? "null" : literal(text);
}

/** A table of ours, as statements name it. */
export function tableIn(schema: string, name: string): string {
  return `${identifier(schema)}.${identifier(name)}`;
}

/** Hashes of the steps that were ever done here. */
export async function doneSteps(runner: Runner, schema: string): Promise<ReadonlySet<string>> {
  const text = `select distinct hash from ${tableIn(schema, migrationSteps.name)} where outcome = 'done'`;
  return new Set((await rowsIfThere(runner, text)).map(([hash]) => String(hash)));
}

const isMissing: ReadonlySet<string> = new Set(["42P01", "3F000"]);

/** Rows of a table of ours; none where the first run has not made it yet. Not for use in a transaction. */
export async function rowsIfThere(runner: Runner, text: string): Promise<readonly Row[]> {
  try {
    return await runner.run({ text, values: [] });
  } catch (error) {
    if (isMissing.has(codeOf(error))) return [];
    throw error;
  }
}
