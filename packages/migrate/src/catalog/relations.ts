import type { Row, Runner } from "@lucent/core";

import { arrayLiteral } from "../array-literal.ts";
import type { LiveColumn, LiveConstraint, LiveIndex, LiveTable } from "../model/live.ts";
import { literal } from "../quote.ts";
import type { Facts } from "./facts.ts";

/** A table that is being read. */
export interface TableDraft {
  readonly oid: number;
  /** What comes of it; its parts are the maps below. */
  readonly live: LiveTable;
  readonly columns: Map<string, LiveColumn>;
  readonly indexes: Map<string, LiveIndex>;
  readonly constraints: Map<string, LiveConstraint>;
  /** Its columns by their number, with their collations. */
  readonly numbered: Map<number, NumberedColumn>;
}

/** What an index or a constraint means by the number of a column. */
export interface NumberedColumn {
  readonly name: string;
  /** Object id of the collation, 0 for a type without. */
  readonly collation: string;
}

/** What bears one of the names. */
export interface Relations {
  readonly drafts: ReadonlyMap<string, TableDraft>;
  readonly taken: ReadonlyMap<string, string>;
}

/** The names to look for. */
export interface WantedNames {
  readonly tables: ReadonlySet<string>;
  /** Of indexes, which share one space with tables. */
  readonly indexes: ReadonlySet<string>;
}

/** Reads what bears one of the names: the tables among them, and what else there is. */
export async function readRelations(runner: Runner, facts: Facts, names: WantedNames): Promise<Relations> {
  const drafts = new Map<string, TableDraft>();
  const taken = new Map<string, string>();
  if (!facts.schemaExists) return { drafts, taken };
  for (const row of await runner.run({ text: selectRelations(facts, names), values: [] })) {
    const [name, kind, oid] = row;
    const isTable = kind === "r" || kind === "p";
    if (isTable && typeof oid === "number" && names.tables.has(String(name)))
      drafts.set(String(name), draftOf(oid, row));
    else taken.set(String(name), kinds.get(String(kind)) ?? "another object");
  }
  return { drafts, taken };
}

function draftOf(oid: number, [, kind, , owned, rows, bytes, slots]: Row): TableDraft {
  const columns = new Map<string, LiveColumn>();
  const indexes = new Map<string, LiveIndex>();
  const constraints = new Map<string, LiveConstraint>();
  const live: LiveTable = {
    partitioned: kind === "p",
    owned: owned === true,
    rows: typeof rows === "number" && rows >= 0 ? rows : undefined,
    bytes: Number(bytes),
    slots: Number(slots),
    columns,
    indexes,
    constraints,
  };
  return { oid, live, columns, indexes, constraints, numbered: new Map() };
}

const kinds: ReadonlyMap<string, string> = new Map([
  ["r", "a table"],
  ["p", "a partitioned table"],
  ["partition", "a partition of another table"],
  ["extension", "a table of an extension"],
  ["v", "a view"],
  ["m", "a materialized view"],
  ["f", "a foreign table"],
  ["S", "a sequence"],
  ["i", "an index"],
  ["I", "an index"],
  ["c", "a type"],
  ["type", "a type"],
]);

/**
 * The names are written into the statement: for parameters the driver asks the server first, which is a second round
 * trip, and the planner would not know how many there are. Sizes are those of the last look, as is the number of rows:
 * to measure them would mean to wait for whoever holds a table.
 */
function selectRelations({ schema }: Facts, { tables, indexes }: WantedNames): string {
  const inSchema = `(select n.oid from pg_catalog.pg_namespace n where n.nspname = ${literal(schema)}::name)`;
  const all = nameArray([...tables, ...indexes]);
  // An array type gives way by itself.
  return `select c.relname::text,
      case when c.relispartition then 'partition' when x.objid is not null then 'extension' else c.relkind::text end,
      c.oid, pg_catalog.pg_has_role(c.relowner, 'USAGE'), c.reltuples,
      (c.relpages + coalesce(t.relpages, 0))::double precision
        * pg_catalog.current_setting('block_size')::double precision,
      c.relnatts
    from pg_catalog.pg_class c
    left join pg_catalog.pg_class t on t.oid = c.reltoastrelid
    left join pg_catalog.pg_depend x on x.classid = 'pg_catalog.pg_class'::regclass and x.objid = c.oid
      and x.objsubid = 0 and x.deptype = 'e' and c.relkind in ('r', 'p')
    where c.relnamespace = ${inSchema} and c.relname = any(${all})
    union all
    select y.typname::text, 'type', null, null, null, null, null
    from pg_catalog.pg_type y
    where y.typnamespace = ${inSchema} and y.typname = any(${nameArray([...tables])})
      and y.typrelid = 0 and y.typcategory <> 'A'
    order by 1`;
}

function nameArray(names: readonly string[]): string {
  return `${literal(arrayLiteral(names))}::name[]`;
}
