import type { Blueprint, Table } from "@lucent/core";
import postgres from "postgres";

/**
 * Creates a blueprint's tables with plain SQL: core itself creates nothing, and this shows that the Table data is all
 * that anyone needs for it.
 */
export async function createTables(url: string, { tables }: Blueprint): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe([...tables.map(tableSql), ...tables.flatMap(foreignKeySql)].join(";\n"));
  } finally {
    await sql.end();
  }
}

function tableSql(table: Table): string {
  const columns = table.columns.map(({ name, type, nullable, default: fallback }) =>
    [
      `"${name}" ${type}`,
      nullable ? "" : "not null",
      fallback === undefined ? "" : `default ${fallback}`,
    ].join(" "),
  );
  const checks = table.checks.map(({ name, column, options }) => {
    const list = options.map((option) => `'${option.replaceAll("'", "''")}'`).join(", ");
    return `constraint "${name}" check ("${column}" in (${list}))`;
  });
  const primary = `constraint "${table.primaryKey.name}" primary key ("${table.primaryKey.column}")`;
  const indexes = table.indexes.map(({ name, unique, columns: keys }) => {
    const list = keys.map((key) => `"${key.name}"${key.descending ? " desc" : ""}`).join(", ");
    return `create ${unique ? "unique " : ""}index "${name}" on "${table.name}" (${list})`;
  });
  return [`create table "${table.name}" (${[...columns, primary, ...checks].join(", ")})`, ...indexes].join(
    ";\n",
  );
}

function foreignKeySql(table: Table): readonly string[] {
  return table.foreignKeys.map(
    ({ name, column, references, onDelete }) =>
      `alter table "${table.name}" add constraint "${name}" foreign key ("${column}") references "${references}" ("id") on delete ${onDelete}`,
  );
}
