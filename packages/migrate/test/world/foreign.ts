import type { World } from "./database.ts";

/** One thing that is perhaps not ours, with all that the catalogue says about it. */
export interface Thing {
  /** `""` for one that belongs to no table. */
  readonly table: string;
  /** As `lucent_managed` would list it where it is ours: `column x`, `index x`, `constraint x`; else any other. */
  readonly object: string;
  readonly text: string;
}

/** What is there, and what of it `lucent_managed` lists. */
export interface Inventory {
  readonly things: readonly Thing[];
  /** `table object`. */
  readonly managed: ReadonlySet<string>;
  readonly tables: ReadonlySet<string>;
}

// The raw catalogue instead of the server's own printing of it: a rename shows up in every printed definition that
// mentions the name, and in none of the stored ones. Tables count by identity, for the same reason.
const thingsSql = `with t as (
    select c.*, c.oid::text as key from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'watch'))
  select key, 'table', concat_ws(' ', relkind, relowner, relacl, reloptions, relrowsecurity, relforcerowsecurity,
      relreplident, relhassubclass, relispartition, relpartbound, obj_description(oid, 'pg_class')) from t
    where relkind in ('r', 'p', 'f', 'S')
  union all
  select key, 'name of table', relnamespace::regnamespace || '.' || relname from t where relkind in ('r', 'p', 'f', 'S')
  union all
  select '', 'relation ' || relname, concat_ws(' ', relkind, relowner, relacl, reloptions, pg_relation_filenode(oid),
      obj_description(oid, 'pg_class'), (select array_agg(md5(ev_action::text)) from pg_rewrite where ev_class = t.oid))
    from t where relkind in ('v', 'm', 'c')
  union all
  select key, 'column ' || attname, concat_ws(' ', attnum, atttypid, atttypmod, attnotnull, attidentity, attgenerated,
      attislocal, attinhcount, adbin)
    from t join pg_attribute a on attrelid = t.oid and attnum > 0 and not attisdropped
      left join pg_attrdef on adrelid = t.oid and adnum = attnum where relkind in ('r', 'p', 'f')
  union all
  select key, 'extras of column ' || attnum, concat_ws(' ', attacl, attoptions, to_jsonb(a)->'attstattarget', col_description(t.oid, attnum))
    from t join pg_attribute a on attrelid = t.oid and attnum > 0 and not attisdropped where relkind in ('r', 'p', 'f')
      and concat(attacl, attoptions, col_description(t.oid, attnum)) <> ''
  union all
  select key, 'identity of index ' || i.relname, concat_ws(' ', i.oid, i.relfilenode, indclass)
    from t join pg_index on indrelid = t.oid join pg_class i on i.oid = indexrelid
  union all
  select key, 'index ' || i.relname, concat_ws(' ', indkey, indcollation,
      indoption, indexprs, indpred, indisunique, indisvalid, indisclustered, i.reloptions, obj_description(i.oid, 'pg_class'))
    from t join pg_index on indrelid = t.oid join pg_class i on i.oid = indexrelid
  union all
  select key, 'constraint ' || conname, concat_ws(' ', c.oid, contype, condeferrable, condeferred, convalidated, conkey,
      confrelid, confkey, confdeltype, conbin, obj_description(c.oid, 'pg_constraint'))
    from t join pg_constraint c on conrelid = t.oid where contype <> 'n'
  union all
  select key, 'trigger ' || tgname, concat_ws(' ', g.oid, tgfoid, tgtype, tgenabled, tgattr, tgqual, tgargs)
    from t join pg_trigger g on tgrelid = t.oid and not tgisinternal
  union all
  select key, 'policy ' || polname, concat_ws(' ', p.oid, polcmd, polpermissive, polroles, polqual, polwithcheck)
    from t join pg_policy p on polrelid = t.oid
  union all
  select key, 'statistics ' || stxname, concat_ws(' ', s.oid, stxkeys, stxkind) from t join pg_statistic_ext s on stxrelid = t.oid
  union all
  select key, 'publication ' || pubname, concat_ws(' ', to_jsonb(r)) from t join pg_publication_rel r on prrelid = t.oid
    join pg_publication p on p.oid = prpubid
  union all
  select '', 'publication ' || pubname, to_jsonb(p)::text from pg_publication p
  union all
  select '', 'function ' || p.oid::regprocedure, concat_ws(' ', p.oid, prosrc, proacl, proconfig, obj_description(p.oid, 'pg_proc'))
    from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'watch')
  union all
  select '', 'type ' || typname, concat_ws(' ', y.oid, typtype, typacl) from pg_type y join pg_namespace n on n.oid = typnamespace
    where nspname !~ '^pg_' and nspname not in ('information_schema', 'watch') and typtype in ('e', 'd', 'r')
  union all
  select '', 'schema ' || nspname, concat_ws(' ', oid, nspacl) from pg_namespace where nspname !~ '^pg_' and nspname <> 'watch'
  union all
  select '', 'extension ' || extname, extversion from pg_extension
  union all
  select '', 'default privileges', concat_ws(' ', to_jsonb(d)) from pg_default_acl d`;

/** Everything in the database, and what is ours. */
export async function inventory({ sql }: Pick<World, "sql">): Promise<Inventory> {
  const things = (await sql(thingsSql)).map(([table, object, text]) => ({
    table: String(table),
    object: String(object),
    text: String(text),
  }));
  const [known] = await sql("select to_regclass('lucent_managed') is not null");
  const managed =
    known?.[0] === true
      ? await sql(`select c.oid::text, o from lucent_managed m
          join pg_class c on c.relname = m.id and c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
          left join unnest(objects) o on true`)
      : [];
  const keys = new Set(managed.map(([table, object]) => `${String(table)} ${String(object)}`));
  return {
    things,
    managed: keys,
    tables: new Set(managed.map(([table]) => String(table))),
  };
}

const temporary = /\blucent_(?:next|old|filled|sync|wait)_[0-9a-f]{8}\b/;

/** How what is not ours differs between two looks; nothing is what there should be (U4). */
export function disturbances(before: Inventory, after: Inventory): readonly string[] {
  const stays = (thing: Thing): boolean => isForeign(thing, before) && isForeign(thing, after);
  const had = new Map(before.things.filter(stays).map((thing) => [keyOf(thing), thing]));
  const has = new Map(after.things.filter(stays).map((thing) => [keyOf(thing), thing]));
  const gone = [...had].flatMap(([key, thing]) => {
    const now = has.get(key);
    if (now === undefined) return went(thing, before, after) ? [] : [`gone: ${key}: ${thing.text}`];
    return now.text === thing.text ? [] : [`changed: ${key}: ${thing.text} -> ${now.text}`];
  });
  const made = [...has].flatMap(([key, thing]) =>
    had.has(key) || went(thing, after, before) ? [] : [`new: ${key}: ${thing.text}`],
  );
  return [...gone, ...made];
}

function isForeign({ table, object }: Thing, { managed, tables, things }: Inventory): boolean {
  if (temporary.test(object) || object === "schema public" || isBookkeeping(table, things)) return false;
  if (!tables.has(table)) return true;
  const own = object.replace(/^identity of /, "");
  const behind = own.replace(/^index /, "constraint ");
  return object !== "name of table" && ![own, behind].some((each) => managed.has(`${table} ${each}`));
}

/** Whether a thing is on one side only because our table or column, of which it tells more, is. */
function went({ table, object }: Thing, here: Inventory, there: Inventory): boolean {
  if (here.tables.has(table) && !there.things.some((thing) => thing.table === table)) return true;
  const [, number] = /^extras of column (\d+)$/.exec(object) ?? [];
  return (
    number !== undefined &&
    !there.things.some(
      (thing) =>
        thing.table === table && thing.object.startsWith("column ") && thing.text.startsWith(`${number} `),
    )
  );
}

function isBookkeeping(table: string, things: readonly Thing[]): boolean {
  return things.some(
    (thing) =>
      thing.table === table &&
      thing.object === "name of table" &&
      /\.lucent_(?:migrations|migration_steps|managed)$/.test(thing.text),
  );
}

function keyOf({ table, object }: Thing): string {
  return `${table} ${object}`;
}
