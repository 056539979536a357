import {
  type Column,
  type ForeignKey,
  type Index,
  type OptionsCheck,
  searchVector,
  type Table,
} from "@lucent/core";

import { optionsTest } from "../options.ts";
import { identifier, literal } from "../quote.ts";
import type { Context } from "./context.ts";

/** A table with its primary key and its checks. */
export function createTable(table: Table, context: Context): string {
  const parts = [
    ...table.columns.map(columnSql),
    `constraint ${identifier(table.primaryKey.name)} primary key (${table.primaryKey.columns.map(identifier).join(", ")})`,
    ...table.checks.map((check) => checkSql(check, table)),
  ];
  return `create table ${context.qualified(table.name)} (\n${parts.map((part) => `  ${part}`).join(",\n")}\n)`;
}

/** A column with its type, its default and whether it is required. The type stands as it is: `desiredSchema` lets only a closed grammar through. */
export function columnSql(column: Column): string {
  const required = column.nullable ? "" : " not null";
  const fallback = column.default === undefined ? "" : ` default ${defaultSql(column.default)}`;
  return `${identifier(column.name)} ${column.type}${fallback}${required}`;
}

/** What a column's default is written as; its type is the column's. */
export function defaultSql(fallback: NonNullable<Column["default"]>): string {
  return "call" in fallback ? `pg_catalog.${fallback.call}()` : literal(fallback.value);
}

/** A check, under its own name or another one. */
export function checkSql(check: OptionsCheck, table: Table, name: string = check.name): string {
  return `constraint ${identifier(name)} check (${optionsTest(check, table)})`;
}

/** A foreign key, under its own name or another one. */
export function foreignKeySql(
  { name: own, column, references, onDelete }: ForeignKey,
  context: Context,
  name: string = own,
): string {
  const key = `constraint ${identifier(name)} foreign key (${identifier(column)})`;
  return `${key} references ${context.qualified(references)} ("id") on delete ${deleteActions[onDelete]}`;
}

// Written out, so that no other text can become part of a statement.
const deleteActions = { restrict: "restrict", "set null": "set null", cascade: "cascade" } as const;

/** How an index is built. */
export interface IndexBuild {
  readonly index: Index;
  /** The table's qualified name. */
  readonly on: string;
  readonly concurrently?: boolean;
}

/** An index. It lies in the schema of its table, so its own name is never qualified. */
export function indexSql({ index, on, concurrently = false }: IndexBuild): string {
  const { name, columns, unique, method, words, whereNull } = index;
  const keys = columns
    .map((column) => `${identifier(column.name)}${column.descending ? " desc" : ""}`)
    .join(", ");
  const kind = `${unique ? "unique " : ""}index ${concurrently ? "concurrently " : ""}`;
  const using = method === "gin" ? " using gin" : "";
  const key = words === undefined ? keys : searchVector(words);
  const rows = whereNull === undefined ? "" : ` where ${identifier(whereNull)} is null`;
  return `create ${kind}${identifier(name)} on ${on}${using} (${key})${rows}`;
}
