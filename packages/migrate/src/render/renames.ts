import type { ManagedChange, ManagedObject } from "../model/managed.ts";
import { renameMarks } from "../ownership.ts";
import { identifier } from "../quote.ts";
import { briefOrder, briefPiece } from "./brief.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { type Piece, piece } from "./piece.ts";

/** One half of a rename, or all of it where nobody else bears the new name. */
interface Half {
  readonly from: string;
  readonly to: string;
  /** Whether it only makes room. */
  readonly isAside: boolean;
}

function halves(from: string, through: string | undefined, to: string): readonly Half[] {
  if (through === undefined) return [{ from, to, isAside: false }];
  return [
    { from, to: through, isAside: true },
    { from: through, to, isAside: false },
  ];
}

function title(what: string, { from, to, isAside }: Half): string {
  return isAside ? `call ${what} "${from}" "${to}" for a moment` : `rename ${what} "${from}" to "${to}"`;
}

/** A table with another name. */
export function renameTable(change: ChangeOf<"renameTable">, how: How, context: Context): readonly Piece[] {
  const { table } = change;
  return halves(change.from, change.through, table.name).map((half) =>
    piece({
      ...context.brief(table.name),
      order: half.isAside ? briefOrder.renameTableAside : briefOrder.renameTable,
      kind: "renameTable",
      object: table.name,
      title: title("table", half),
      hazard: how.hazard,
      locks: [{ live: change.from, table: half.from, mode: "ACCESS EXCLUSIVE" }],
      statements: [`alter table ${context.qualified(half.from)} rename to ${identifier(half.to)}`],
      after: [
        { table: half.to, renamedFrom: half.from },
        ...(half.isAside ? [] : [tableMarks(change, context)]),
      ],
    }),
  );
}

function tableMarks({ table, from }: ChangeOf<"renameTable">, context: Context): ManagedChange {
  return {
    table: table.name,
    remove: marksOf(from, table.name, context),
    add: renameMarks({ name: table.name, previousName: from }),
  };
}

/** Marks of earlier renames into a name: whatever bears it from now on is another thing. */
function marksOf(name: string, table: string, context: Context): readonly ManagedObject[] {
  return [...context.managed(table)].flatMap((each) => {
    const [kind, from, to] = each.split(" ");
    return kind === "renamed" && from !== undefined && to === name ? [`renamed ${from} ${to}` as const] : [];
  });
}

/** A column with another name. */
export function renameColumn(change: ChangeOf<"renameColumn">, how: How, context: Context): readonly Piece[] {
  const { table, column, from, through } = change;
  const isWaiting = context.managed(table.name).has(`backfill ${from}`);
  const gone: readonly ManagedObject[] = [
    `column ${from}`,
    ...(isWaiting ? ([`backfill ${from}`] as const) : []),
    ...marksOf(from, table.name, context),
  ];
  const added: readonly ManagedObject[] = [
    `column ${column.name}`,
    ...(isWaiting ? ([`backfill ${column.name}`] as const) : []),
    ...renameMarks({ name: column.name, previousName: from }),
  ];
  return halves(from, through, column.name).map((half) =>
    briefPiece(
      context,
      { table: table.name, column: column.name },
      {
        order: half.isAside ? briefOrder.renameColumnAside : briefOrder.renameColumn,
        kind: "renameColumn",
        title: title(`column of "${table.name}"`, half),
        hazard: how.hazard,
        statements: [
          `alter table ${context.qualified(table.name)} rename column ${identifier(half.from)} to ${identifier(half.to)}`,
        ],
        after: {
          remove: half.from === from ? gone : [],
          add: half.isAside ? [] : added,
        },
      },
    ),
  );
}

/** An index or a constraint whose name follows that of its table or its column. */
export function renameObject(change: ChangeOf<"renameObject">, how: How, context: Context): readonly Piece[] {
  const { table, object, from, through, to } = change;
  return halves(from, through, to).map((half) =>
    briefPiece(
      context,
      { table: table.name, part: to },
      {
        order: half.isAside ? briefOrder.renameObjectAside : briefOrder.renameObject,
        kind: object === "index" ? "renameIndex" : "renameConstraint",
        title: title(`${object} of "${table.name}"`, half),
        hazard: how.hazard,
        // The name of an index is locked with the index alone.
        ...(object === "index" ? { isQuiet: true as const } : {}),
        statements: [
          object === "index"
            ? `alter index ${context.qualified(half.from)} rename to ${identifier(half.to)}`
            : `alter table ${context.qualified(table.name)} rename constraint ${identifier(half.from)} to ${identifier(half.to)}`,
        ],
        after: {
          remove: half.from === from ? [`${object} ${from}`] : [],
          add: half.isAside ? [] : [`${object} ${to}`],
        },
      },
    ),
  );
}
