import { renameMarks } from "../ownership.ts";
import { identifier, literal } from "../quote.ts";
import { batchSql } from "./batch.ts";
import { briefOrder, briefPiece } from "./brief.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { columnSql, defaultSql } from "./ddl.ts";
import { dropForeignKey, isForeignKey } from "./foreign-keys.ts";
import { requireColumn } from "./not-null.ts";
import { type Piece, piece } from "./piece.ts";

/** A new column; with rows that get their values later, it is nullable until they have them. */
export function addColumn(
  { table, column }: ChangeOf<"addColumn">,
  how: How,
  context: Context,
): readonly Piece[] {
  const target = { table: table.name, column: column.name };
  const alter = `alter table ${context.qualified(table.name)}`;
  const name = identifier(column.name);
  const isFilled = how.backfill === true && column.default !== undefined;
  const statements =
    isFilled && column.default !== undefined
      ? [
          `${alter} add column ${name} ${column.type}`,
          `${alter} alter column ${name} set default ${defaultSql(column.default)}`,
        ]
      : [`${alter} add column ${columnSql(column)}`];
  const added = briefPiece(context, target, {
    order: briefOrder.addColumn,
    kind: "addColumn",
    title: `add column "${table.name}"."${column.name}"`,
    hazard: isFilled ? "safe" : how.hazard,
    rows: how.rows,
    statements,
    after: {
      add: [
        `column ${column.name}`,
        ...renameMarks(column),
        ...(isFilled ? ([`backfill ${column.name}`] as const) : []),
      ],
    },
  });
  if (!isFilled) return [added];
  const required = column.nullable
    ? []
    : requireColumn({ target, how, leftover: undefined, isLate: true }, context);
  return [added, fill({ table, column }, how, context), ...required];
}

/** Goes on with filling a column that an interrupted run added. */
export function fillColumn(
  { table, column }: ChangeOf<"fillColumn">,
  how: How,
  context: Context,
): readonly Piece[] {
  return [fill({ table, column }, how, context)];
}

/** A column that becomes required, its empty rows filled before where that was decided. */
export function setNotNull(
  { table, column, leftover }: ChangeOf<"setNotNull">,
  how: How,
  context: Context,
): readonly Piece[] {
  const target = { table: table.name, column: column.name };
  const isFilled = how.backfill === true && column.default !== undefined;
  return [
    ...(isFilled ? [fill({ table, column }, how, context)] : []),
    ...requireColumn({ target, how, leftover, isLate: isFilled }, context),
  ];
}

function fill(
  { table, column }: Pick<ChangeOf<"fillColumn">, "table" | "column">,
  { rows }: How,
  context: Context,
): Piece {
  const name = identifier(column.name);
  const value = column.default === undefined ? "null" : defaultSql(column.default);
  const qualified = context.qualified(table.name);
  const object = `${table.name}.${column.name}`;
  const statement = batchSql({
    table,
    qualified,
    change: (page, key) =>
      `update ${qualified} as t set ${name} = ${value} from ${page} as p where ${key} and t.${name} is null returning 1`,
  });
  const before = context.liveColumn(table.name, column.name);
  const keys = [...(context.live(table.name)?.constraints.values() ?? [])].filter(
    ({ kind, columns }) => kind === "f" && columns.includes(before),
  );
  const parents = keys.flatMap(({ references }) =>
    references?.table === undefined ? [] : [context.nameAfter(references.table)],
  );
  return piece({
    stage: "fill",
    unit: object,
    kind: "backfill",
    object,
    title: `fill empty rows of column "${table.name}"."${column.name}" with its default, in batches`,
    hazard: "slow",
    rows,
    locks: [...context.locks("ROW EXCLUSIVE", table.name), ...context.locks("ROW SHARE", ...parents)],
    statements: [statement],
    after: [{ table: table.name, remove: [`backfill ${column.name}`] }],
  });
}

/** A column that gets another type, without what could not come along. */
export function changeType(change: ChangeOf<"changeType">, how: How, context: Context): readonly Piece[] {
  const { table, column, from } = change;
  const target = { table: table.name, column: column.name };
  const alter = `alter table ${context.qualified(table.name)} alter column ${identifier(column.name)}`;
  const using = how.using === undefined ? "" : ` using ${how.using}`;
  const fallback = change.default === undefined ? [] : [`${alter} drop default`];
  const typed = briefPiece(context, target, {
    order: briefOrder.changeType,
    kind: "changeType",
    title: `change the type of column "${table.name}"."${column.name}" from ${from} to ${column.type}`,
    hazard: how.hazard,
    rows: how.rows,
    statements: [
      ...(how.loses === undefined ? [] : losesNothing({ table: table.name, condition: how.loses }, context)),
      ...fallback,
      `${alter} type ${column.type}${using}`,
    ],
  });
  const constraints = change.constraints.map((name) =>
    isForeignKey(context, table.name, name)
      ? dropForeignKey({ table: table.name, name, stage: "release" }, context)
      : dropConstraintBriefly(table.name, name, context),
  );
  return [
    ...constraints,
    ...change.indexes.map((name) => dropIndexBriefly(table.name, name, context)),
    typed,
  ];
}

/** Rows that a change of type would cut. */
interface Loss {
  readonly table: string;
  readonly condition: string;
}

/** Asks once more, now that nobody else can write: a row that was written since `grade` looked counts too. */
function losesNothing({ table, condition }: Loss, context: Context): readonly string[] {
  const qualified = context.qualified(table);
  const body = `begin
  if exists (select from ${qualified} where ${condition}) then
    raise exception using errcode = 'string_data_right_truncation', message = 'a row would lose a part of its value';
  end if;
end`;
  return [`lock table ${qualified} in access exclusive mode`, `do ${literal(body)}`];
}

/** A constraint that nobody asks for any more. */
export function dropConstraint(
  { table, name }: ChangeOf<"dropConstraint">,
  _: How,
  context: Context,
): readonly Piece[] {
  return [
    isForeignKey(context, table.name, name)
      ? dropForeignKey({ table: table.name, name, stage: "release" }, context)
      : dropConstraintBriefly(table.name, name, context),
  ];
}

/** Drops a constraint that concerns one table only. */
export function dropConstraintBriefly(table: string, name: string, context: Context): Piece {
  return briefPiece(
    context,
    { table, part: name },
    {
      order: briefOrder.dropConstraint,
      kind: "dropConstraint",
      title: `drop constraint "${name}" of "${table}"`,
      statements: [`alter table ${context.qualified(table)} drop constraint ${identifier(name)}`],
      after: { remove: [`constraint ${name}`] },
    },
  );
}

/** Drops an index in the transaction that is brief on its table. */
function dropIndexBriefly(table: string, name: string, context: Context): Piece {
  return briefPiece(
    context,
    { table, part: name },
    {
      order: briefOrder.dropIndex,
      kind: "dropIndex",
      title: `drop index "${name}" of "${table}"`,
      statements: [`drop index ${context.qualified(name)}`],
      after: { remove: [`index ${name}`] },
    },
  );
}

/** A column that need not be given any more. */
export function dropNotNull(
  { table, column }: ChangeOf<"dropNotNull">,
  how: How,
  context: Context,
): readonly Piece[] {
  const alter = `alter table ${context.qualified(table.name)} alter column ${identifier(column.name)}`;
  return [
    briefPiece(
      context,
      { table: table.name, column: column.name },
      {
        order: briefOrder.dropNotNull,
        kind: "dropNotNull",
        title: `let column "${table.name}"."${column.name}" be empty`,
        hazard: how.hazard,
        statements: [`${alter} drop not null`],
      },
    ),
  ];
}

/** What new rows get where nothing is given. */
export function setDefault(
  { table, column }: ChangeOf<"setDefault">,
  how: How,
  context: Context,
): readonly Piece[] {
  if (column.default === undefined) return dropDefault({ kind: "dropDefault", table, column }, how, context);
  const alter = `alter table ${context.qualified(table.name)} alter column ${identifier(column.name)}`;
  return [
    briefPiece(
      context,
      { table: table.name, column: column.name },
      {
        order: briefOrder.setDefault,
        kind: "setDefault",
        title: `set the default of column "${table.name}"."${column.name}"`,
        hazard: how.hazard,
        statements: [`${alter} set default ${defaultSql(column.default)}`],
      },
    ),
  ];
}

/** Nothing is filled in any more. */
export function dropDefault(
  { table, column }: ChangeOf<"dropDefault">,
  how: How,
  context: Context,
): readonly Piece[] {
  const alter = `alter table ${context.qualified(table.name)} alter column ${identifier(column.name)}`;
  return [
    briefPiece(
      context,
      { table: table.name, column: column.name },
      {
        order: briefOrder.dropDefault,
        kind: "dropDefault",
        title: `drop the default of column "${table.name}"."${column.name}"`,
        hazard: how.hazard,
        statements: [`${alter} drop default`],
      },
    ),
  ];
}

/** What is as it should be becomes ours: nothing is altered. */
export function adopt({ table, objects }: ChangeOf<"adopt">, _: How, context: Context): readonly Piece[] {
  return [
    briefPiece(
      context,
      { table: table.name },
      {
        order: briefOrder.adopt,
        kind: "adopt",
        title: `take over in "${table.name}": ${objects.join(", ")}`,
        isQuiet: true,
        after: { add: objects },
      },
    ),
  ];
}
