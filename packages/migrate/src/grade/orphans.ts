import { countLimit } from "../model/graded.ts";
import type { Refusal } from "../model/refusal.ts";
import { identifier } from "../quote.ts";
import {
  allowed,
  type ChangeOf,
  type Context,
  nothing,
  placeOf,
  refused,
  relation,
  type Verdict,
} from "./context.ts";
import { numberOf, rowsText } from "./rows.ts";

/** An orphan, and what is known about it. */
interface Orphan {
  readonly change: ChangeOf<"orphanColumn"> | ChangeOf<"orphanTable">;
  /** By which a decision names it. */
  readonly place: string;
  /** Rows that have a value in it, or all rows of a table. */
  readonly count: number;
  readonly what: "Column" | "Table";
  /** Something about it would hurt if it were kept as it is. */
  readonly hurts: boolean;
}

/** Judges a column that no field has any more. */
export async function gradeOrphanColumn(
  context: Context,
  change: ChangeOf<"orphanColumn">,
): Promise<Verdict> {
  const { table, column, blocksInserts, constraints, indexes } = change;
  const from = relation(context, table.name);
  const filled = `select from ${from} r where r.${identifier(column)} is not null limit ${countLimit}`;
  return judged(context, {
    change,
    place: placeOf(table.name, column),
    count: from === undefined ? 0 : await numberOf(context, filled),
    what: "Column",
    hurts: blocksInserts || constraints.length > 0 || indexes.length > 0,
  });
}

/** Judges a table that nobody asks for any more. */
export async function gradeOrphanTable(context: Context, change: ChangeOf<"orphanTable">): Promise<Verdict> {
  const from = `${identifier(context.live.schema)}.${identifier(change.name)}`;
  return judged(context, {
    change,
    place: change.name,
    count: await numberOf(context, `select from ${from} limit ${countLimit}`),
    what: "Table",
    hurts: change.foreignKeys.length > 0,
  });
}

function judged(context: Context, orphan: Orphan): Verdict {
  const { dropOrphaned, drop } = context.decisions;
  if (!dropOrphaned) return kept(orphan);
  const isNamed = drop.has(orphan.place);
  if (!isNamed && isOlder(context)) return refused(newer(orphan));
  if (!isNamed && orphan.count > 0) return refused(loss(orphan));
  const { change, count: rows } = orphan;
  return allowed({ change, hazard: "destructive", rows, online: false, drop: true }, [
    `${orphan.what} "${orphan.place}" belongs to nothing any more and is dropped, ${contents(orphan)}.`,
  ]);
}

function kept(orphan: Orphan): Verdict {
  const { change, count: rows, hurts } = orphan;
  const warning = `${orphan.what} "${orphan.place}" belongs to nothing any more and is kept, ${contents(orphan)}.`;
  return hurts
    ? allowed({ change, hazard: "safe", rows, online: false }, [warning])
    : { ...nothing, warnings: [warning] };
}

function contents({ what, count }: Orphan): string {
  if (count === 0) return what === "Table" ? "without a row" : "without a value";
  return what === "Table" ? `with ${rowsText(count)}` : `with a value in ${rowsText(count)}`;
}

/** Whether a later configuration than this one was applied: what it added is no orphan of ours. */
function isOlder({ desired, live }: Context): boolean {
  const { configurations } = live.history;
  return configurations.includes(desired.hash) && configurations.at(-1) !== desired.hash;
}

function newer(orphan: Orphan): Refusal {
  return {
    code: "NEWER_SCHEMA",
    object: orphan.place,
    message: `${orphan.what} "${orphan.place}" is not dropped: a later release than this one migrated the database, and may need it.`,
    count: orphan.count,
    ways: [
      "Run the release that migrated last.",
      "Run without dropOrphaned: then it is kept.",
      `If it really shall go, ${contents(orphan)}, name it with --drop ${orphan.place}.`,
    ],
  };
}

function loss(orphan: Orphan): Refusal {
  return {
    code: "DATA_LOSS",
    object: orphan.place,
    message: `${orphan.what} "${orphan.place}" belongs to nothing any more and would be dropped ${contents(orphan)}.`,
    count: orphan.count,
    ways: [
      `If it shall go with what it holds, name it with --drop ${orphan.place}.`,
      "Run without dropOrphaned: then it is kept.",
      `If it was renamed, say so with previousName.`,
    ],
  };
}
