import { type Blueprint, type ColumnDefault, searchVector, type Table } from "@lucent/core";
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
      fallback === undefined ? "" : `default ${defaultSql(fallback)}`,
    ].join(" "),
  );
  const checks = table.checks.map(({ name, column, options }) => {
    const list = options.map((option) => `'${option.replaceAll("'", "''")}'`).join(", ");
    const isList = table.columns.some((each) => each.name === column && each.type === "text[]");
    const test = isList ? `"${column}" <@ array[${list}]::text[]` : `"${column}" in (${list})`;
    return `constraint "${name}" check (${test})`;
  });
  const keys = table.primaryKey.columns.map((column) => `"${column}"`).join(", ");
  const primary = `constraint "${table.primaryKey.name}" primary key (${keys})`;
  const indexes = table.indexes.map((index) => indexSql(table.name, index));
  return [`create table "${table.name}" (${[...columns, primary, ...checks].join(", ")})`, ...indexes].join(
    ";\n",
  );
}

function defaultSql(fallback: ColumnDefault): string {
  return "call" in fallback ? `${fallback.call}()` : `'${fallback.value.replaceAll("'", "''")}'`;
}

function indexSql(
  table: string,
  { name, unique, columns, method = "btree", words, whereNull }: Table["indexes"][number],
): string {
  const keys = columns.map((key) => `"${key.name}"${key.descending ? " desc" : ""}`).join(", ");
  const on = words === undefined ? keys : searchVector(words);
  const where = whereNull === undefined ? "" : ` where "${whereNull}" is null`;
  return `create ${unique ? "unique " : ""}index "${name}" on "${table}" using ${method} (${on})${where}`;
}

function foreignKeySql(table: Table): readonly string[] {
  return table.foreignKeys.map(
    ({ name, column, references, onDelete }) =>
      `alter table "${table.name}" add constraint "${name}" foreign key ("${column}") references "${references}" ("id") on delete ${onDelete}`,
  );
}
