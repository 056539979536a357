import type { Row, Runner } from "@lucent/core";

import type { LiveIndex } from "../model/live.ts";
import { oidArray } from "./columns.ts";
import type { Facts } from "./facts.ts";
import type { TableDraft } from "./relations.ts";

/** Reads the rows of the indexes of tables; `addIndexes` makes something of them once the columns are known. */
export function readIndexes(
  runner: Runner,
  facts: Facts,
  tables: ReadonlyMap<number, TableDraft>,
): Promise<readonly Row[]> {
  return runner.run({ text: selectIndexes(facts, tables.keys()), values: [] });
}

/** Puts indexes into the drafts of their tables. */
export function addIndexes(tables: ReadonlyMap<number, TableDraft>, rows: readonly Row[]): void {
  for (const row of rows) {
    const [oid, name] = row;
    const table = typeof oid === "number" ? tables.get(oid) : undefined;
    if (table !== undefined) table.indexes.set(String(name), indexOf(table, row));
  }
}

function indexOf(table: TableDraft, row: Row): LiveIndex {
  const [, , unique, valid, plain, method, numbers, options, collations, expression, predicate, constraint] =
    row;
  const keys = keysOf(table, words(numbers), { options: words(options), collations: words(collations) });
  const columns = keys.flatMap(({ column, descending }) =>
    column === undefined ? [] : [{ name: column, descending }],
  );
  // One key alone may be an expression.
  const isKnown = columns.length === keys.length || keys.length === 1;
  return {
    columns,
    unique: unique === true,
    valid: valid === true,
    method: String(method),
    expression: optional(expression),
    predicate: optional(predicate),
    plain: plain === true && isKnown && keys.every((key) => key.isPlain),
    constraint: optional(constraint),
  };
}

interface Key {
  /** `undefined` for an expression. */
  readonly column: string | undefined;
  readonly descending: boolean;
  readonly isPlain: boolean;
}

interface KeyTraits {
  readonly options: readonly string[];
  readonly collations: readonly string[];
}

function keysOf(
  { numbered }: TableDraft,
  numbers: readonly string[],
  { options, collations }: KeyTraits,
): readonly Key[] {
  // Included columns have a number, but no option.
  return options.map((option, at) => {
    const column = numbered.get(Number(numbers[at]));
    return {
      column: column?.name,
      descending: option === "1" || option === "3",
      // Ascending, or descending, with nulls where they go by themselves.
      isPlain: (option === "0" || option === "3") && collations[at] === (column?.collation ?? "0"),
    };
  });
}

function words(value: unknown): readonly string[] {
  return typeof value === "string" && value !== "" ? value.split(" ") : [];
}

function optional(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An expression or a predicate is all that is printed: the server takes a lock on the table for it. */
function selectIndexes({ server }: Facts, oids: Iterable<number>): string {
  const nullsMeet = server >= 150_000 ? "i.indnullsnotdistinct" : "false";
  return `select i.indrelid, x.relname::text, i.indisunique, i.indisvalid and i.indisready,
      i.indnatts = i.indnkeyatts and i.indimmediate and not ${nullsMeet}
        and i.indclass::oid[] <@ array(select o.oid from pg_catalog.pg_opclass o where o.opcdefault),
      m.amname::text, i.indkey::text, i.indoption::text, i.indcollation::text,
      case when i.indexprs is not null and i.indnkeyatts = 1 then pg_catalog.pg_get_indexdef(i.indexrelid, 1, false) end,
      pg_catalog.pg_get_expr(i.indpred, i.indrelid), s.conname::text
    from pg_catalog.pg_index i
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_am m on m.oid = x.relam
    left join pg_catalog.pg_constraint s on s.conrelid = i.indrelid and s.conindid = i.indexrelid
      and s.contype in ('p', 'u', 'x')
    where i.indrelid = any(${oidArray(oids)})
    order by i.indrelid, x.relname`;
}
