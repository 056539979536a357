import type { Table } from "../contract/table.ts";
import { repeated } from "./keys.ts";

/**
 * Names that would meet in the database: tables and indexes, which share a name space per schema, and the columns and
 * the constraints of each table.
 */
export function tableProblems(tables: readonly Table[]): readonly string[] {
  const owners = new Map<string, string>();
  const found: string[] = [];
  for (const table of tables) {
    for (const name of [table.name, ...relationNames(table)]) {
      const owner = owners.get(name);
      if (owner !== undefined)
        found.push(`${owner} and ${table.owner} both need the database name "${name}": rename one.`);
      owners.set(name, table.owner);
    }
    found.push(...innerProblems(table));
  }
  return found;
}

function relationNames({ primaryKey, indexes }: Table): readonly string[] {
  return [primaryKey.name, ...indexes.map(({ name }) => name)];
}

function innerProblems({ name, owner, columns, primaryKey, foreignKeys, checks }: Table): readonly string[] {
  const constraints = [primaryKey, ...foreignKeys, ...checks].map((each) => each.name);
  return [
    ...repeated(columns.map((each) => each.name)).map(
      (column) => `${owner} needs the column "${name}"."${column}" twice: rename one of its fields.`,
    ),
    ...repeated(constraints).map(
      (constraint) => `${owner} needs the constraint "${constraint}" twice: rename one of its fields.`,
    ),
  ];
}
