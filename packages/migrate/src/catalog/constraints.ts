import type { Row, Runner } from "@lucent/core";

import type { LiveConstraint } from "../model/live.ts";
import { checkedOptions } from "../options.ts";
import { oidArray } from "./columns.ts";
import type { Facts } from "./facts.ts";
import type { TableDraft } from "./relations.ts";

/** Reads the rows of the constraints of tables; `addConstraints` makes something of them once the columns are known. */
export function readConstraints(
  runner: Runner,
  facts: Facts,
  tables: ReadonlyMap<number, TableDraft>,
): Promise<readonly Row[]> {
  return runner.run({ text: selectConstraints(facts, tables.keys()), values: [] });
}

/** Puts constraints into the drafts of their tables. */
export function addConstraints(tables: ReadonlyMap<number, TableDraft>, rows: readonly Row[]): void {
  for (const row of rows) {
    const [oid, name] = row;
    const table = typeof oid === "number" ? tables.get(oid) : undefined;
    if (table !== undefined) table.constraints.set(String(name), constraintOf(table, row));
  }
}

function constraintOf({ numbered }: TableDraft, row: Row): LiveConstraint {
  const [, , kind, numbers, target, targetColumn, onDelete, validated, plain, condition] = row;
  const columns = numbersOf(numbers).flatMap((number) => numbered.get(number)?.name ?? []);
  const [only] = columns;
  const isForeignKey = kind === "f";
  return {
    kind: String(kind),
    columns,
    references: isForeignKey ? { table: optional(target), column: optional(targetColumn) ?? "" } : undefined,
    onDelete: isForeignKey ? optional(onDelete) : undefined,
    validated: validated === true,
    plain: plain === true,
    options:
      only !== undefined && columns.length === 1 && typeof condition === "string"
        ? checkedOptions(condition, only)
        : undefined,
  };
}

/** From the text form of an array of numbers. */
function numbersOf(value: unknown): readonly number[] {
  return typeof value === "string" && value.length > 2 ? value.slice(1, -1).split(",").map(Number) : [];
}

function optional(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Not-null constraints, which have rows of their own since Postgres 18, are read with the columns. */
function selectConstraints({ server }: Facts, oids: Iterable<number>): string {
  const usual = [
    "not s.condeferrable",
    "(s.contype <> 'c' or not s.connoinherit)",
    "(s.contype <> 'f' or s.confmatchtype = 's' and s.confupdtype = 'a')",
    ...(server >= 150_000 ? ["s.confdelsetcols is null"] : []),
    ...(server >= 180_000 ? ["s.conenforced", "not s.conperiod"] : []),
  ];
  // A foreign key to a partitioned table has further rows, one for each partition.
  return `select s.conrelid, s.conname::text, s.contype::text, s.conkey::text,
      case when f.relnamespace = s.connamespace then f.relname::text end, a.attname::text, s.confdeltype::text,
      s.convalidated, ${usual.join(" and ")},
      case when s.contype = 'c' then pg_catalog.pg_get_expr(s.conbin, s.conrelid) end
    from pg_catalog.pg_constraint s
    left join pg_catalog.pg_class f on f.oid = s.confrelid
    left join pg_catalog.pg_attribute a on a.attrelid = s.confrelid and a.attnum = s.confkey[1]
    where s.conrelid = any(${oidArray(oids)}) and s.contype <> 'n' and s.conparentid = 0
    order by s.conrelid, s.conname`;
}
