import { identifier } from "../quote.ts";
import { isTemporaryName } from "../temporary.ts";
import { briefOrder, briefPiece } from "./brief.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import type { Piece } from "./piece.ts";

/** Takes away what is left of a change in two phases that lost a column. A second column that is left is an orphan then. */
export function endSync(change: ChangeOf<"endSync">, how: How, context: Context): readonly Piece[] {
  const { table, old, next, name } = change;
  const isLeft = isTemporaryName(next) && context.live(table.name)?.columns.has(next) === true;
  return [
    briefPiece(
      context,
      { table: table.name, column: next },
      {
        order: briefOrder.dropConstraint,
        kind: "dropSync",
        title: `let go of the trigger between "${old}" and "${next}" of "${table.name}", one of which is gone`,
        hazard: how.hazard,
        statements: [
          `drop trigger if exists ${identifier(name)} on ${context.qualified(table.name)}`,
          `drop function if exists ${context.qualified(name)}()`,
        ],
        after: {
          remove: [`expand ${old} ${next}`, `backfill ${next}`],
          add: isLeft ? [`column ${next}`] : [],
        },
      },
    ),
  ];
}
