import type { Runner } from "@lucent/core";

import { literal } from "../quote.ts";

/** A table, a column or an index that is about to be changed, by the names that the database has. */
export interface Watched {
  /** The table or the index. */
  readonly relation: string;
  readonly column: string | undefined;
}

/** Something that stands on what is watched. */
export interface Dependant {
  /** Which one of those watched. */
  readonly at: number;
  /** The catalogue that it is in, such as `pg_policy`. */
  readonly catalog: string;
  /** Its own name, of a constraint, an index, a trigger, or statistics. */
  readonly name: string;
  /** In words, with its schema, such as `view public.titles`. */
  readonly words: string;
  /** The table of our schema that it is a part of, if any. */
  readonly table: string | undefined;
  /** `pg_constraint.contype` */
  readonly constraint: string | undefined;
  /** Nothing but columns: no expression, condition or operator class of its own. */
  readonly isPlainIndex: boolean;
  readonly reference: Reference | undefined;
}

/** What a foreign key connects. */
export interface Reference {
  readonly from: End;
  readonly to: End;
}

/** One side of a foreign key on one column. `table` only in our schema. */
export interface End {
  readonly table: string | undefined;
  readonly column: string;
  readonly type: string;
}

/**
 * Asks the server what stands on tables, columns and indexes, and on the views among that, except what goes with the
 * object by its nature: its own type, default, NOT NULL and what a constraint brings along.
 */
export async function dependantsOf(
  runner: Runner,
  schema: string,
  watched: readonly Watched[],
): Promise<readonly Dependant[]> {
  if (watched.length === 0) return [];
  const rows = await runner.run({ text: query(schema, watched), values: [] });
  return rows.map(dependant);
}

function dependant(row: readonly unknown[]): Dependant {
  const [at, catalog, name, words, table, constraint, isPlain, ...ends] = row;
  const [fromTable, fromColumn, fromType, toTable, toColumn, toType] = ends.map(textOf);
  const isReference = fromColumn !== undefined && toColumn !== undefined;
  return {
    at: Number(at),
    catalog: String(catalog),
    name: String(name),
    words: String(words),
    table: textOf(table),
    constraint: textOf(constraint),
    isPlainIndex: isPlain === true,
    reference: isReference
      ? {
          from: { table: fromTable, column: fromColumn, type: fromType ?? "" },
          to: { table: toTable, column: toColumn, type: toType ?? "" },
        }
      : undefined,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function query(schema: string, watched: readonly Watched[]): string {
  const values = watched.map(
    ({ relation, column }, at) =>
      `(${at}, ${literal(relation)}, ${column === undefined ? "null::text" : literal(column)})`,
  );
  return `with recursive place as (
    select oid from pg_catalog.pg_namespace where nspname = ${literal(schema)}
  ), named as (
    select w.at, c.oid, c.reltype, w.part, a.attnum
    from (values ${values.join(", ")}) as w(at, relation, part)
    join pg_catalog.pg_class c on c.relnamespace = (select oid from place) and c.relname = w.relation
    left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = w.part and not a.attisdropped
    where w.part is null or a.attnum is not null
  ), ${found}, ${known} ${answer}`;
}

// A view is a rule; what depends on the view depends on it, too.
const found = `root(at, classid, objid, part) as (
    select at, 'pg_catalog.pg_class'::regclass::oid, oid, attnum::integer from named
    union all
    select at, 'pg_catalog.pg_type'::regclass::oid, t.oid, null
    from named join pg_catalog.pg_type t on t.oid = reltype or t.typelem = reltype
    where part is null and reltype <> 0
  ), found(at, classid, objid, objsubid) as (
    select r.at, d.classid, d.objid, d.objsubid
    from root r
    join pg_catalog.pg_depend d on d.refclassid = r.classid and d.refobjid = r.objid
      and (r.part is null or d.refobjsubid = r.part)
    where d.deptype <> 'i'
    union
    select f.at, d.classid, d.objid, d.objsubid
    from found f
    join pg_catalog.pg_rewrite w on f.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = f.objid
    join pg_catalog.pg_class v on v.oid = w.ev_class and v.relkind in ('v', 'm')
    join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = v.oid
      and d.deptype <> 'i'
  )`;

// An oid says nothing without its catalogue.
const known = `known as (
    select f.*, s.relname as catalog, k.contype, k.conkey, k.confkey, k.conrelid, k.confrelid,
      coalesce(k.conname, g.tgname, p.polname, e.stxname, c.relname, '') as name,
      coalesce(k.conrelid, g.tgrelid, p.polrelid, e.stxrelid, i.indrelid, w.ev_class, u.prrelid, ad.adrelid) as owner,
      w.ev_class, ad.adrelid, ad.adnum,
      i.indexprs is null and i.indpred is null and not exists (
        select from pg_catalog.unnest(i.indclass) as o(id)
        join pg_catalog.pg_opclass oc on oc.oid = o.id where not oc.opcdefault) as plain
    from found f
    join pg_catalog.pg_class s on s.oid = f.classid
    left join pg_catalog.pg_constraint k on s.relname = 'pg_constraint' and k.oid = f.objid
    left join pg_catalog.pg_trigger g on s.relname = 'pg_trigger' and g.oid = f.objid
    left join pg_catalog.pg_policy p on s.relname = 'pg_policy' and p.oid = f.objid
    left join pg_catalog.pg_statistic_ext e on s.relname = 'pg_statistic_ext' and e.oid = f.objid
    left join pg_catalog.pg_class c on s.relname = 'pg_class' and c.oid = f.objid
    left join pg_catalog.pg_index i on s.relname = 'pg_class' and i.indexrelid = f.objid
    left join pg_catalog.pg_rewrite w on s.relname = 'pg_rewrite' and w.oid = f.objid
    left join pg_catalog.pg_publication_rel u on s.relname = 'pg_publication_rel' and u.oid = f.objid
    left join pg_catalog.pg_attrdef ad on s.relname = 'pg_attrdef' and ad.oid = f.objid
  )`;

const relations = "'pg_catalog.pg_class'::regclass";

const answer = `select k.at, k.catalog::text, k.name::text,
    case when v.relkind in ('v', 'm') then pg_catalog.pg_describe_object(${relations}, k.ev_class, 0)
      when k.adrelid is not null then pg_catalog.pg_describe_object(${relations}, k.adrelid, k.adnum)
      else pg_catalog.pg_describe_object(k.classid, k.objid, k.objsubid) end as words,
    case when o.relkind in ('r', 'p') and o.relnamespace = place.oid then o.relname::text end,
    k.contype::text, coalesce(k.plain, false),
    case when cf.relnamespace = place.oid then cf.relname::text end, af.attname::text,
    pg_catalog.format_type(af.atttypid, af.atttypmod),
    case when ct.relnamespace = place.oid then ct.relname::text end, at.attname::text,
    pg_catalog.format_type(at.atttypid, at.atttypmod)
  from known k
  cross join place
  join named m on m.at = k.at
  left join pg_catalog.pg_class v on v.oid = k.ev_class
  left join pg_catalog.pg_class o on o.oid = k.owner
  left join pg_catalog.pg_class cf on k.contype = 'f' and cf.oid = k.conrelid
  left join pg_catalog.pg_class ct on k.contype = 'f' and ct.oid = k.confrelid
  left join pg_catalog.pg_attribute af on af.attrelid = cf.oid
    and pg_catalog.cardinality(k.conkey) = 1 and af.attnum = k.conkey[1]
  left join pg_catalog.pg_attribute at on at.attrelid = ct.oid
    and pg_catalog.cardinality(k.confkey) = 1 and at.attnum = k.confkey[1]
  where k.contype is distinct from 'n'
    and (k.adrelid is null or k.adrelid <> m.oid or k.adnum is distinct from m.attnum)
  order by k.at, words`;
