import type { Refusal } from "../model/refusal.ts";
import { literal } from "../quote.ts";
import { type Changed, presentRows } from "./collisions.ts";
import { type Context, placeOf } from "./context.ts";
import { countsOf, rowsText } from "./rows.ts";

/**
 * What checks that somebody else made have against the value that the empty rows of a column are to get. The server
 * would say so in the middle of the run.
 */
export async function brokenChecks(context: Context, changed: Changed): Promise<readonly Refusal[]> {
  const { table, column } = changed;
  const from = presentRows(context, changed, "empty");
  if (from === undefined) return [];
  const found: Refusal[] = [];
  for (const [check, expression] of await foreignChecks(context, changed)) {
    const rows = await countsOf(context, table, { from, condition: `not (${expression})`, id: "s.id" });
    if (rows.count === 0) continue;
    found.push({
      code: "CHECK_VIOLATED",
      object: placeOf(table.name, column.name),
      message: `"${table.name}"."${column.name}" can't get its default in ${rowsText(rows.count)}: the check "${check}", which migrate did not make, refuses it there.`,
      ...rows,
      ways: ["Give these rows values of their own first.", `Change the check "${check}".`],
    });
  }
  return found;
}

/** Names and conditions of checks on a column. One about a whole row can't be asked here, and is left to the server. */
async function foreignChecks(
  { live, difference: { names }, runner }: Context,
  { table, column }: Changed,
): Promise<readonly (readonly [name: string, expression: string])[]> {
  const [relation, name] = [names.table(table.name), names.column(table.name, column.name)];
  if (relation === undefined || name === undefined) return [];
  const rows = await runner.run({
    text: `select k.conname::text, pg_catalog.pg_get_expr(k.conbin, k.conrelid)
      from pg_catalog.pg_constraint k
      join pg_catalog.pg_class c on c.oid = k.conrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any(k.conkey)
      where k.contype = 'c' and n.nspname = ${literal(live.schema)} and c.relname = ${literal(relation)}
        and a.attname = ${literal(name)}
      order by k.conname`,
    values: [],
  });
  return rows
    .map(([check, expression]) => [String(check), String(expression)] as const)
    .filter(([check, expression]) => !isOurs(live, relation, check) && !expression.includes(".*"));
}

function isOurs({ managed }: Context["live"], table: string, check: string): boolean {
  return managed.get(table)?.has(`constraint ${check}`) === true;
}
