import type { Plan } from "../../src/model/plan.ts";
import type { World } from "../world/database.ts";
import { stepsOf } from "../world/universal.ts";

/** The values of a column as text, by the id of their row. */
interface ColumnValues {
  readonly name: string;
  readonly type: string;
  readonly values: ReadonlyMap<string, string | null>;
}

/** What is stored: by table and attribute number, both of which stay when a name or a type changes. */
export type Stored = ReadonlyMap<string, ColumnValues>;

const columnsSql = `select c.oid::text, c.relname, a.attnum::text, a.attname, format_type(a.atttypid, a.atttypmod)
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not like 'lucent\\_%'`;

/** Reads every value of every table that has an `id`. */
export async function stored({ sql }: Pick<World, "sql">): Promise<Stored> {
  const found = new Map<string, ColumnValues>();
  for (const [oid, table, number, name, type] of await sql(columnsSql)) {
    const rows = await sql(`select id::text, "${String(name)}"::text from "${String(table)}"`);
    found.set(`${String(oid)}.${String(number)}`, {
      name: `${String(table)}.${String(name)}`,
      type: String(type),
      values: new Map(rows.map(([row, text]) => [String(row), typeof text === "string" ? text : null])),
    });
  }
  return found;
}

/** Values that a run lost or made something else of, each in words. */
export function losses(plan: Plan, before: Stored, after: Stored): readonly string[] {
  return [...before].flatMap(([key, column]) => {
    const now = after.get(key);
    // A column that is gone is looked at by `rowFaults`, which knows what was to be dropped.
    if (now === undefined) return [];
    const isFilled = stepsOf(plan).some(({ kind, object }) => kind === "backfill" && object === now.name);
    return [...column.values].flatMap(([row, old]) => {
      const text = now.values.get(row);
      if (text === undefined) return [`the row ${row} of ${column.name} is gone`];
      if (old === null && isFilled && text !== null) return [];
      const isKept =
        old === null || text === null ? old === text : isSame([column.type, old], [now.type, text]);
      return isKept
        ? []
        : [`${column.name} (${column.type}) ${old} became ${now.name} (${now.type}) ${text}`];
    });
  });
}

type Typed = readonly [type: string, text: string];

/** Whether a value means the same in both types. */
function isSame([from, old]: Typed, [to, now]: Typed): boolean {
  if (from === to) return old === now;
  if (from === "text[]" && to === "jsonb")
    return JSON.stringify(listOf(old)) === JSON.stringify(JSON.parse(now));
  if (from === "jsonb" && to === "text[]")
    return JSON.stringify(listOf(now)) === JSON.stringify(JSON.parse(old));
  if (to === "text[]") return listOf(now).length === 1 && listOf(now)[0] === old;
  if (from === "text[]") return listOf(old).length === 1 && listOf(old)[0] === now;
  if (from === "boolean" || to === "boolean") return truth(old) === truth(now);
  if (from.startsWith("timestamp") || to.startsWith("timestamp")) return moment(old) === moment(now);
  if (to === "jsonb") return isInJson(old, now);
  if (from === "jsonb") return isInJson(now, old);
  if (isNumber(from) || isNumber(to)) return old.trim() === now.trim() || Number(old) === Number(now);
  return old === now;
}

function isNumber(type: string): boolean {
  return type === "bigint" || type === "double precision" || type.startsWith("numeric");
}

/** A time as text, or as JSON has it. */
function moment(text: string): number {
  return Date.parse(text.replaceAll('"', ""));
}

function truth(text: string): string {
  if (["t", "true", "1"].includes(text.trim())) return "true";
  return ["f", "false", "0"].includes(text.trim()) ? "false" : text;
}

/** Whether a JSON text holds another text: as what it means where it is JSON itself, or as a string. */
function isInJson(text: string, json: string): boolean {
  const value: unknown = JSON.parse(json);
  if (value === text || json === text) return true;
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(value);
  } catch {
    return false;
  }
}

/** The members of a list without nulls as the server prints it (manual, 8.15.6). */
function listOf(text: string): readonly string[] {
  const inside = text.slice(1, -1);
  if (inside === "") return [];
  return [...inside.matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(([, quoted, plain = ""]) =>
    quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, "$1"),
  );
}
