import { bookkeepingTables } from "./bookkeeping.ts";
import type { Graded, GradedChange } from "./model/graded.ts";
import type { Group } from "./model/step.ts";
import { identifier } from "./quote.ts";
import { addCheck, replaceCheck } from "./render/checks.ts";
import {
  addColumn,
  adopt,
  changeType,
  dropConstraint,
  dropDefault,
  dropNotNull,
  fillColumn,
  setDefault,
  setNotNull,
} from "./render/columns.ts";
import { type ChangeOf, type Context, contextOf, type World } from "./render/context.ts";
import { contract } from "./render/contract.ts";
import { createTables } from "./render/creation.ts";
import { endSync } from "./render/end-sync.ts";
import { expand } from "./render/expand.ts";
import { addForeignKey, replaceForeignKey } from "./render/foreign-keys.ts";
import { groupsOf } from "./render/group.ts";
import { createIndex, dropIndex, replaceIndex } from "./render/indexes.ts";
import { fillLinks } from "./render/links.ts";
import { orphanColumn, orphanTable } from "./render/orphans.ts";
import { type Piece, piece } from "./render/piece.ts";
import { renameColumn, renameObject, renameTable } from "./render/renames.ts";
import { validate } from "./render/validate.ts";

/**
 * Writes the statements of what `grade` allowed, in groups that are done one after another: see `stages` for the order.
 * What migrate keeps for itself comes first, since each group writes down in it what it made. Nothing where something
 * was refused. Pure: the same changes give the same statements.
 */
export function render(graded: Graded, world: World): readonly Group[] {
  if (graded.refusals.length > 0) return [];
  const context = contextOf(graded, world);
  const own = graded.changes.filter((each) => isOwn(each));
  const others = graded.changes.filter((each) => !isOwn(each));
  return [own, others].flatMap((changes) => groupsOf(piecesOf(changes, context), context.schema));
}

const ownNames: ReadonlySet<string> = new Set(bookkeepingTables.map(({ name }) => name));

function isOwn({ change }: GradedChange): boolean {
  if (change.kind === "createSchema") return true;
  return change.kind !== "orphanTable" && ownNames.has(change.table.name);
}

function piecesOf(changes: readonly GradedChange[], context: Context): readonly Piece[] {
  const created = changes.flatMap(({ change }) => (change.kind === "createTable" ? [change] : []));
  return [
    ...createTables(created, context),
    ...changes.flatMap((graded) => recipe(graded, context)),
    ...requiredLater(changes, context),
  ];
}

/** An interrupted run that filled a required column has not required it yet. */
function requiredLater(changes: readonly GradedChange[], context: Context): readonly Piece[] {
  const required = new Set(
    changes.flatMap(({ change }) =>
      change.kind === "setNotNull" ? [`${change.table.name}.${change.column.name}`] : [],
    ),
  );
  return changes.flatMap(({ change, ...how }) => {
    if (change.kind !== "fillColumn") return [];
    const { table, column } = change;
    const before = context.live(table.name)?.columns.get(context.liveColumn(table.name, column.name));
    const isDone =
      column.nullable || before?.nullable !== true || required.has(`${table.name}.${column.name}`);
    if (isDone) return [];
    const asked: ChangeOf<"setNotNull"> = { kind: "setNotNull", table, column, leftover: undefined };
    return setNotNull(asked, { hazard: how.hazard, rows: how.rows, online: how.online }, context);
  });
}

function recipe({ change, ...how }: GradedChange, context: Context): readonly Piece[] {
  switch (change.kind) {
    case "createSchema":
      return [createSchema(context)];
    case "createTable":
      return [];
    case "renameTable":
      return renameTable(change, how, context);
    case "renameColumn":
      return renameColumn(change, how, context);
    case "renameObject":
      return renameObject(change, how, context);
    case "adopt":
      return adopt(change, how, context);
    case "addColumn":
      return addColumn(change, how, context);
    case "fillColumn":
      return fillColumn(change, how, context);
    case "changeType":
      return changeType(change, how, context);
    case "setNotNull":
      return setNotNull(change, how, context);
    case "dropNotNull":
      return dropNotNull(change, how, context);
    case "setDefault":
      return setDefault(change, how, context);
    case "dropDefault":
      return dropDefault(change, how, context);
    case "createIndex":
      return createIndex(change, how, context);
    case "replaceIndex":
      return replaceIndex(change, how, context);
    case "dropIndex":
      return dropIndex(change, how, context);
    case "addCheck":
      return addCheck(change, how, context);
    case "replaceCheck":
      return replaceCheck(change, how, context);
    case "addForeignKey":
      return addForeignKey(change, how, context);
    case "replaceForeignKey":
      return replaceForeignKey(change, how, context);
    case "validate":
      return validate(change, how, context);
    case "dropConstraint":
      return dropConstraint(change, how, context);
    case "fillLinks":
      return fillLinks(change, how, context);
    case "orphanColumn":
      return orphanColumn(change, how, context);
    case "orphanTable":
      return orphanTable(change, how, context);
    case "expand":
      return expand(change, how, context);
    case "endSync":
      return endSync(change, how, context);
    case "contract":
      return contract(change, how, context);
  }
}

function createSchema({ schema }: Context): Piece {
  return piece({
    stage: "schema",
    unit: schema,
    kind: "createSchema",
    object: schema,
    title: `create schema "${schema}"`,
    statements: [`create schema ${identifier(schema)}`],
  });
}
