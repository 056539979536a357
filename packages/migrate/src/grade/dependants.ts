import type { Change } from "../model/change.ts";
import type { Graded } from "../model/graded.ts";
import type { Refusal } from "../model/refusal.ts";
import { identifier } from "../quote.ts";
import { typeChange } from "../type-changes.ts";
import { type ChangeOf, type Context, placeOf } from "./context.ts";
import { type Dependant, dependantsOf, type End, type Watched } from "./dependants-query.ts";

/** What is watched, and what about its dependants stands in the way. */
interface Watch extends Watched {
  /** How messages name it. */
  readonly object: string;
  /** What would happen to it, for a message. */
  readonly fate: "change its type" | "be dropped";
  blocks(dependant: Dependant): boolean;
}

/**
 * Looks for what others built on what is about to get another type or to go. The server would refuse some of it in the
 * middle of a run, and drop the rest without a word. Only asked when there is such a change.
 */
export async function dependants(context: Context, graded: Graded): Promise<readonly Refusal[]> {
  const gone = goneObjects(context, graded);
  const watches = graded.changes.flatMap(({ change, drop }) =>
    watchesOf({ context, gone }, change, drop === true),
  );
  const found = await dependantsOf(context.runner, context.live.schema, watches);
  return watches.flatMap((watch, at) => {
    const words = found.filter((dependant) => dependant.at === at && watch.blocks(dependant));
    return words.length === 0 ? [] : [refusal(watch, [...new Set(words.map((each) => each.words))])];
  });
}

interface Surroundings {
  readonly context: Context;
  readonly gone: Gone;
}

/** What this plan itself takes away, by present names. */
interface Gone {
  readonly tables: ReadonlySet<string>;
  /** `table.constraint` */
  readonly constraints: ReadonlySet<string>;
}

function goneObjects({ difference: { names } }: Context, { changes }: Graded): Gone {
  const tables = changes.flatMap(({ change, drop }) =>
    change.kind === "orphanTable" && drop === true ? [change.name] : [],
  );
  const constraints = changes.flatMap(({ change }) => {
    const table = change.kind === "orphanTable" ? change.name : nameOf(names, change);
    return goneConstraints(change).map((name) => placeOf(table ?? "", name));
  });
  return { tables: new Set(tables), constraints: new Set(constraints) };
}

function nameOf(names: Context["difference"]["names"], change: Change): string | undefined {
  return "table" in change ? names.table(change.table.name) : undefined;
}

function goneConstraints(change: Change): readonly string[] {
  if (change.kind === "dropConstraint") return [change.name];
  if (change.kind === "orphanTable") return change.foreignKeys;
  return change.kind === "orphanColumn" || change.kind === "changeType" ? change.constraints : [];
}

function watchesOf(around: Surroundings, change: Change, isDropped: boolean): readonly Watch[] {
  if (change.kind === "changeType") return [typeWatch(around, change)];
  if (change.kind === "contract") return [columnWatch(around, change.table.name, change.from.name)];
  if (change.kind === "dropIndex") return [indexWatch(around, change.table.name, change.name)];
  if (change.kind === "replaceIndex") return [indexWatch(around, change.table.name, change.index.name)];
  if (!isDropped) return [];
  if (change.kind === "orphanColumn") return [columnWatch(around, change.table.name, change.column)];
  return change.kind === "orphanTable" ? [tableWatch(around, change)] : [];
}

/** A definition is kept as it is where it holds on to the very column; the server refuses to change the type then. */
const fixed: readonly string[] = [
  "pg_rewrite",
  "pg_policy",
  "pg_trigger",
  "pg_publication_rel",
  "pg_proc",
  "pg_attrdef",
];

function typeWatch({ context, gone }: Surroundings, change: ChangeOf<"changeType">): Watch {
  const { table, column } = change;
  const { names } = context.difference;
  const relation = names.table(table.name) ?? table.name;
  const isRewritten = typeChange(change.from, column.type, context.live.server).verdict !== "none";
  return {
    relation,
    column: names.column(table.name, column.name) ?? column.name,
    object: placeOf(table.name, column.name),
    fate: "change its type",
    blocks(dependant) {
      if (fixed.includes(dependant.catalog)) return true;
      if (isGone(gone, dependant)) return false;
      if (dependant.reference !== undefined) return !isComparable(context, dependant.reference);
      return isRewritten && isTied(dependant) && !isManaged(context, dependant);
    },
  };
}

/** Its expression, condition or operator may mean nothing for the new type. */
function isTied({ catalog, constraint, isPlainIndex }: Dependant): boolean {
  if (catalog === "pg_constraint") return constraint === "c" || constraint === "x";
  return catalog === "pg_class" && !isPlainIndex;
}

/** The server makes a foreign key anew with each of its two columns, and needs types that it can compare at each time. */
function isComparable(context: Context, { from, to }: NonNullable<Dependant["reference"]>): boolean {
  const types = [from.type, finalType(context, from), to.type, finalType(context, to)];
  const wholes = ["smallint", "integer", "bigint"];
  if (types.every((type) => wholes.includes(type))) return true;
  const textual = (type: string): boolean => /^(?:text|character varying(?:\(\d+\))?)$/.test(type);
  return types.every(textual);
}

function finalType({ difference: { changes, names } }: Context, { table, column, type }: End): string {
  const change = changes.find(
    (each) =>
      each.kind === "changeType" &&
      names.table(each.table.name) === table &&
      names.column(each.table.name, each.column.name) === column,
  );
  return change?.kind === "changeType" ? change.column.type : type;
}

function columnWatch({ context, gone }: Surroundings, table: string, column: string): Watch {
  const relation = context.difference.names.table(table) ?? table;
  return {
    relation,
    column,
    object: placeOf(table, column),
    fate: "be dropped",
    blocks: (dependant) => !isGone(gone, dependant) && !isManaged(context, dependant),
  };
}

function tableWatch({ gone }: Surroundings, { name }: ChangeOf<"orphanTable">): Watch {
  return {
    relation: name,
    column: undefined,
    object: name,
    fate: "be dropped",
    blocks: (dependant) =>
      dependant.table !== name && !gone.tables.has(dependant.table ?? "") && !isGone(gone, dependant),
  };
}

function indexWatch({ gone }: Surroundings, table: string, name: string): Watch {
  return {
    relation: name,
    column: undefined,
    object: placeOf(table, name),
    fate: "be dropped",
    blocks: (dependant) => !isGone(gone, dependant),
  };
}

function isGone({ constraints, tables }: Gone, { table = "", name, catalog }: Dependant): boolean {
  return catalog === "pg_constraint" && (constraints.has(placeOf(table, name)) || tables.has(table));
}

/** Ours: the change takes care of it, by another change or by its nature. */
function isManaged({ live }: Context, { table, catalog, name }: Dependant): boolean {
  const managed = live.managed.get(table ?? "");
  if (catalog === "pg_constraint") return managed?.has(`constraint ${name}`) === true;
  if (catalog === "pg_class") return managed?.has(`index ${name}`) === true;
  return catalog === "pg_trigger" && managed !== undefined && /^lucent_sync_[0-9a-f]{8}$/.test(name);
}

function refusal({ object, fate }: Watch, words: readonly string[]): Refusal {
  const shown = object.split(".").map(identifier).join(".");
  return {
    code: "DEPENDENT_OBJECT",
    object,
    message: `${shown} can't ${fate}: ${words.join(", ")} ${words.length === 1 ? "depends" : "depend"} on it.`,
    ways: [
      "Drop what depends on it, migrate, and make it again.",
      fate === "be dropped" ? "Keep it." : "Give the field back the type that it had.",
    ],
  };
}
