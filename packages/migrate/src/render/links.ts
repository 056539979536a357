import { identifier } from "../quote.ts";
import { batchSql } from "./batch.ts";
import type { ChangeOf, Context, How } from "./context.ts";
import { type Piece, piece } from "./piece.ts";

/** The first reference of each list: what the row referred to before it had a list. */
export function fillLinks(change: ChangeOf<"fillLinks">, { rows }: How, context: Context): readonly Piece[] {
  const { table, owner, column } = change;
  const [ownerId = "owner_id", targetId = "target_id"] = table.primaryKey.columns;
  const into = `${context.qualified(table.name)} (${identifier(ownerId)}, ${identifier(targetId)}, "position")`;
  const value = `p.${identifier(column)}`;
  const statement = batchSql({
    table: owner,
    qualified: context.qualified(owner.name),
    carries: [column],
    keepsRows: true,
    change: (page) =>
      `insert into ${into} select p.k0, ${value}, 0 from ${page} as p where ${value} is not null on conflict do nothing returning 1`,
  });
  const others = table.foreignKeys.map(({ references }) => references);
  return [
    piece({
      stage: "links",
      unit: table.name,
      kind: "fillLinks",
      object: table.name,
      title: `write the references in "${owner.name}"."${column}" to "${table.name}", in batches`,
      hazard: "slow",
      rows,
      locks: [
        ...context.locks("ROW EXCLUSIVE", table.name),
        ...context.locks("ROW SHARE", owner.name, ...others),
      ],
      statements: [statement],
      after: [{ table: table.name, remove: [`backfill ${targetId}`] }],
    }),
  ];
}
