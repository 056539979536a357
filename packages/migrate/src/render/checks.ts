import type { OptionsCheck, Table } from "@lucent/core";

import { identifier } from "../quote.ts";
import { nextConstraintName } from "../temporary.ts";
import { briefOrder, briefPiece } from "./brief.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { checkSql } from "./ddl.ts";
import { type Piece, piece } from "./piece.ts";
import { allowed, validatePiece } from "./validate.ts";

/** A check: at once, or with many rows for new ones first and then for the others. */
export function addCheck(
  { table, check }: ChangeOf<"addCheck">,
  how: How,
  context: Context,
): readonly Piece[] {
  const { name, column } = check;
  if (how.online) {
    return [
      restrict({ table, check, name }, context),
      validatePiece({ table: table.name, name, rows: how.rows, what: allowed(column) }, context),
    ];
  }
  return [
    briefPiece(
      context,
      { table: table.name, part: name },
      {
        order: briefOrder.addCheck,
        kind: "addCheck",
        title: `allow only its options in column "${table.name}"."${column}"`,
        hazard: how.hazard,
        rows: how.rows,
        statements: [`alter table ${context.qualified(table.name)} add ${checkSql(check, table)}`],
        after: { add: [`constraint ${name}`] },
      },
    ),
  ];
}

/** Other options: with many rows beside the old check, which goes when the new one is proved. */
export function replaceCheck(change: ChangeOf<"replaceCheck">, how: How, context: Context): readonly Piece[] {
  const { table, check, next } = change;
  const alter = `alter table ${context.qualified(table.name)}`;
  const title = `change the options of column "${table.name}"."${check.column}"`;
  if (!how.online && next === undefined) {
    return [
      briefPiece(
        context,
        { table: table.name, part: check.name },
        {
          order: briefOrder.addCheck,
          kind: "addCheck",
          title,
          hazard: how.hazard,
          rows: how.rows,
          statements: [`${alter} drop constraint ${identifier(check.name)}, add ${checkSql(check, table)}`],
          after: { add: [`constraint ${check.name}`] },
        },
      ),
    ];
  }
  const name = next?.name ?? nextConstraintName(table.name, check);
  return [
    ...(next === undefined ? [restrict({ table, check, name }, context)] : []),
    ...(next?.validated === true
      ? []
      : [validatePiece({ table: table.name, name, rows: how.rows, what: allowed(check.column) }, context)]),
    piece({
      stage: "settle",
      unit: table.name,
      order: briefOrder.addCheck,
      kind: "addCheck",
      object: `${table.name}.${check.name}`,
      title: `${title}: the new check takes the place of the old one`,
      locks: context.locks("ACCESS EXCLUSIVE", table.name),
      statements: [
        `${alter} drop constraint ${identifier(check.name)}`,
        `${alter} rename constraint ${identifier(name)} to ${identifier(check.name)}`,
      ],
      after: [{ table: table.name, add: [`constraint ${check.name}`], remove: [`constraint ${name}`] }],
    }),
  ];
}

interface Restriction {
  readonly table: Table;
  readonly check: OptionsCheck;
  readonly name: string;
}

function restrict({ table, check, name }: Restriction, context: Context): Piece {
  return piece({
    stage: "restrict",
    unit: table.name,
    kind: "addCheck",
    object: `${table.name}.${name}`,
    title: `allow only its options in column "${table.name}"."${check.column}", for new rows`,
    locks: context.locks("ACCESS EXCLUSIVE", table.name),
    statements: [
      `alter table ${context.qualified(table.name)} add ${checkSql(check, table, name)} not valid`,
    ],
    after: [{ table: table.name, add: [`constraint ${name}`] }],
  });
}
