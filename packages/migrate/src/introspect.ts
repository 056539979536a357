import type { Row, Runner, Statement } from "@lucent/core";

import type { Desired } from "./desired.ts";
import { checkedOptions } from "./options.ts";

/** A column as it is. */
export interface LiveColumn {
  /** As Postgres spells it. */
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | undefined;
  /** Whether the server makes its values up: a generated or an identity column. */
  readonly generated: boolean;
}

/** An index as it is. */
export interface LiveIndex {
  readonly columns: readonly { readonly name: string; readonly descending: boolean }[];
  readonly unique: boolean;
  /** `false` for what an interrupted build left behind. */
  readonly valid: boolean;
  /** The access method, such as `btree`. */
  readonly method: string;
  /** Its one key where that is an expression; there are no columns then. */
  readonly expression: string | undefined;
  /** Which rows it holds; all where it does not say. */
  readonly predicate: string | undefined;
  /** Nothing else is unusual: no further expression, operator class, collation or included column. */
  readonly plain: boolean;
}

/** A constraint as it is. */
export interface LiveConstraint {
  /** `pg_constraint.contype`: `p` primary key, `f` foreign key, `c` check, and others. */
  readonly kind: string;
  /** Its column, when it has exactly one. */
  readonly column: string | undefined;
  /** Its columns in their order. */
  readonly columns: readonly string[];
  /** Of a foreign key: the table, when it is in the same schema, and the column referred to. */
  readonly references: { readonly table: string | undefined; readonly column: string } | undefined;
  readonly onDelete: string | undefined;
  /** Holds for every row and at once: validated, enforced, not deferrable. */
  readonly strict: boolean;
  /** Of a check on one column that lists its values: the values. */
  readonly options: readonly string[] | undefined;
}

/** A table as it is. */
export interface LiveTable {
  readonly columns: ReadonlyMap<string, LiveColumn>;
  readonly indexes: ReadonlyMap<string, LiveIndex>;
  readonly constraints: ReadonlyMap<string, LiveConstraint>;
}

/** The schema as it is, as far as it bears one of our names. */
export interface Live {
  /** The schema that unqualified names resolve to. */
  readonly schema: string;
  readonly tables: ReadonlyMap<string, LiveTable>;
  /** Whatever has a name that we want: what it is, in words. Ordinary tables included. */
  readonly taken: ReadonlyMap<string, string>;
}

interface MutableTable {
  readonly columns: Map<string, LiveColumn>;
  readonly indexes: Map<string, LiveIndex>;
  readonly constraints: Map<string, LiveConstraint>;
}

/**
 * Reads the managed part of the schema in five statements, whatever its size. Only pg_catalog is asked: the
 * information schema hides constraints from a role that does not own the table.
 * @returns `undefined` when the connection's search path names no schema that exists.
 */
export async function introspect(runner: Runner, { tables }: Desired): Promise<Live | undefined> {
  const [[schema] = []] = await runner.run({ text: "select pg_catalog.current_schema()::text", values: [] });
  if (typeof schema !== "string") return undefined;
  const names = new Set(tables.map(({ name }) => name));
  const wanted = tables.flatMap(({ name, primaryKey, indexes }) => [
    name,
    primaryKey.name,
    ...indexes.map((i) => i.name),
  ]);
  const taken = new Map<string, string>();
  const found = new Map<string, MutableTable>();
  for (const [name, kind] of await runner.run(selectTaken(schema, wanted))) {
    taken.set(String(name), kinds.get(String(kind)) ?? "another object");
    if (kind === "r" && names.has(String(name))) {
      found.set(String(name), { columns: new Map(), indexes: new Map(), constraints: new Map() });
    }
  }
  const present = [...found.keys()];
  for (const row of await runner.run(selectColumns(schema, present))) readColumn(found, row);
  for (const row of await runner.run(selectIndexes(schema, present))) readIndexColumn(found, row);
  for (const row of await runner.run(selectConstraints(schema, present))) readConstraint(found, row);
  return { schema, tables: found, taken };
}

const kinds: ReadonlyMap<string, string> = new Map([
  ["r", "a table"],
  ["p", "a partitioned table"],
  ["v", "a view"],
  ["m", "a materialized view"],
  ["f", "a foreign table"],
  ["S", "a sequence"],
  ["i", "an index"],
  ["I", "an index"],
  ["c", "a type"],
  ["type", "a type"],
]);

function readColumn(tables: ReadonlyMap<string, MutableTable>, row: Row): void {
  const [table, name, type, required, expression, generated] = row;
  tables.get(String(table))?.columns.set(String(name), {
    type: String(type),
    nullable: required !== true,
    default: optional(expression),
    generated: generated === true,
  });
}

function readIndexColumn(tables: ReadonlyMap<string, MutableTable>, row: Row): void {
  const [table, name, unique, valid, plain, column, descending, method, expression, predicate] = row;
  const indexes = tables.get(String(table))?.indexes;
  const before = indexes?.get(String(name));
  const key = optional(column);
  indexes?.set(String(name), {
    columns: [
      ...(before?.columns ?? []),
      ...(key === undefined ? [] : [{ name: key, descending: descending === true }]),
    ],
    unique: unique === true,
    valid: valid === true,
    method: String(method),
    expression: optional(expression),
    predicate: optional(predicate),
    // One key alone may be an expression.
    plain:
      plain === true &&
      (before === undefined || (before.plain && key !== undefined && before.columns.length > 0)),
  });
}

function readConstraint(tables: ReadonlyMap<string, MutableTable>, row: Row): void {
  const [table, name, kind, column, target, targetColumn, onDelete, strict, expression, columns] = row;
  const only = optional(column);
  const condition = optional(expression);
  tables.get(String(table))?.constraints.set(String(name), {
    kind: String(kind),
    column: only,
    columns: optional(columns)?.split("\n") ?? [],
    references: kind === "f" ? { table: optional(target), column: optional(targetColumn) ?? "" } : undefined,
    onDelete: optional(onDelete),
    strict: strict === true,
    options: only === undefined || condition === undefined ? undefined : checkedOptions(condition, only),
  });
}

function optional(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const inSchema = "(select n.oid from pg_catalog.pg_namespace n where n.nspname = $1::text)";
const named = "(select pg_catalog.jsonb_array_elements_text($2::text::jsonb))";

function bound(text: string, schema: string, names: readonly string[]): Statement {
  return { text, values: [schema, JSON.stringify(names)] };
}

/** `[name, kind]` of relations and types; an array type gives way by itself. */
function selectTaken(schema: string, names: readonly string[]): Statement {
  const text = `select c.relname::text, c.relkind::text
    from pg_catalog.pg_class c
    where c.relnamespace = ${inSchema} and c.relname::text in ${named}
    union all
    select t.typname::text, 'type'
    from pg_catalog.pg_type t
    where t.typnamespace = ${inSchema} and t.typname::text in ${named} and t.typrelid = 0 and t.typcategory <> 'A'`;
  return bound(text, schema, names);
}

function selectColumns(schema: string, tables: readonly string[]): Statement {
  const text = `select c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
      pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated <> '' or a.attidentity <> ''
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace = ${inSchema} and c.relname::text in ${named}
    order by c.relname, a.attnum`;
  return bound(text, schema, tables);
}

/** One row per key column. An option of 0 is ascending and 3 descending, with nulls where they go by themselves. */
function selectIndexes(schema: string, tables: readonly string[]): Statement {
  const text = `select c.relname::text, x.relname::text, i.indisunique, i.indisvalid and i.indisready,
      i.indnatts = i.indnkeyatts and i.indoption[k.at] in (0, 3) and o.opcdefault
        and i.indcollation[k.at] = coalesce(a.attcollation, 0)
        and i.indimmediate and not coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
      a.attname::text, (i.indoption[k.at] & 1) <> 0, m.amname::text,
      case when a.attname is null then pg_catalog.pg_get_indexdef(i.indexrelid, k.at + 1, false) end,
      pg_catalog.pg_get_expr(i.indpred, i.indrelid)
    from pg_catalog.pg_class c
    join pg_catalog.pg_index i on i.indrelid = c.oid
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_am m on m.oid = x.relam
    cross join lateral pg_catalog.generate_series(0, i.indnkeyatts - 1) as k(at)
    join pg_catalog.pg_opclass o on o.oid = i.indclass[k.at]
    left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[k.at]
    where c.relnamespace = ${inSchema} and c.relname::text in ${named}
    order by c.relname, x.relname, k.at`;
  return bound(text, schema, tables);
}

/** Not-null constraints, which have rows of their own since Postgres 18, are read with the columns. */
function selectConstraints(schema: string, tables: readonly string[]): Statement {
  const text = `select c.relname::text, s.conname::text, s.contype::text,
      case when pg_catalog.cardinality(s.conkey) = 1 then a.attname::text end,
      case when f.relnamespace = c.relnamespace then f.relname::text end, fa.attname::text, s.confdeltype::text,
      s.convalidated and not s.condeferrable
        and coalesce((pg_catalog.to_jsonb(s) ->> 'conenforced')::boolean, true),
      pg_catalog.pg_get_expr(s.conbin, s.conrelid),
      (select pg_catalog.string_agg(k.attname::text, E'\\n' order by u.at)
        from pg_catalog.unnest(s.conkey) with ordinality as u(number, at)
        join pg_catalog.pg_attribute k on k.attrelid = c.oid and k.attnum = u.number)
    from pg_catalog.pg_class c
    join pg_catalog.pg_constraint s on s.conrelid = c.oid and s.contype <> 'n'
    left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = s.conkey[1]
    left join pg_catalog.pg_class f on f.oid = s.confrelid
    left join pg_catalog.pg_attribute fa on fa.attrelid = s.confrelid and fa.attnum = s.confkey[1]
    where c.relnamespace = ${inSchema} and c.relname::text in ${named}`;
  return bound(text, schema, tables);
}
