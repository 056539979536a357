import { type Column, type Index, type OptionsCheck, searchVector, type Table } from "@lucent/core";

import type { Creation } from "./diff.ts";
import type { Graded } from "./grade.ts";
import { optionsTest } from "./options.ts";
import { identifier } from "./quote.ts";

/** One statement of a plan. */
export interface Step {
  /** What it does, in words; names the object. */
  readonly title: string;
  /** The statement, without a semicolon at its end. */
  readonly sql: string;
}

/**
 * Writes the statements of a plan, in an order in which each one finds what it needs: tables, columns, checks, indexes,
 * and foreign keys last, so that tables may refer to each other in a circle. Pure.
 */
export function render({ creations }: Graded, schema: string): readonly Step[] {
  return order.flatMap((kind) =>
    creations.filter((creation) => creation.kind === kind).map((creation) => step(creation, schema)),
  );
}

const order: readonly Creation["kind"][] = [
  "createTable",
  "addColumn",
  "addCheck",
  "createIndex",
  "addForeignKey",
];

function step(creation: Creation, schema: string): Step {
  const { table } = creation;
  const name = `${identifier(schema)}.${identifier(table.name)}`;
  switch (creation.kind) {
    case "createTable":
      return { title: `create table "${table.name}" (${table.owner})`, sql: createTable(creation, name) };
    case "addColumn":
      return {
        title: `add column "${table.name}"."${creation.column.name}"`,
        sql: `alter table ${name} add column ${columnSql(creation.column)}`,
      };
    case "addCheck":
      return {
        title: `add check "${creation.check.name}" on "${table.name}"`,
        sql: `alter table ${name} add ${checkSql(creation.check, table)}`,
      };
    case "createIndex":
      return {
        title: `create ${creation.index.unique ? "unique " : ""}index "${creation.index.name}" on "${table.name}"`,
        sql: createIndex(creation.index, name),
      };
    case "addForeignKey":
      return {
        title: `add foreign key "${creation.foreignKey.name}" from "${table.name}" to "${creation.foreignKey.references}"`,
        sql: `alter table ${name} add ${foreignKeySql(creation, schema)}`,
      };
  }
}

function createTable({ table }: Extract<Creation, { kind: "createTable" }>, name: string): string {
  const parts = [
    ...table.columns.map(columnSql),
    `constraint ${identifier(table.primaryKey.name)} primary key (${table.primaryKey.columns.map(identifier).join(", ")})`,
    ...table.checks.map((check) => checkSql(check, table)),
  ];
  return `create table ${name} (\n${parts.map((part) => `  ${part}`).join(",\n")}\n)`;
}

/** Type and default stand as they are: `desiredSchema` lets only a closed grammar through. */
function columnSql({ name, type, nullable, default: expression }: Column): string {
  const required = nullable ? "" : " not null";
  return `${identifier(name)} ${type}${expression === undefined ? "" : ` default ${expression}`}${required}`;
}

function checkSql(check: OptionsCheck, table: Table): string {
  return `constraint ${identifier(check.name)} check (${optionsTest(check, table)})`;
}

/** An index lies in the schema of its table, so its own name is never qualified. */
function createIndex({ name, columns, unique, method, words, whereNull }: Index, table: string): string {
  const keys = columns
    .map((column) => `${identifier(column.name)}${column.descending ? " desc" : ""}`)
    .join(", ");
  const using = method === "gin" ? " using gin" : "";
  const key = words === undefined ? keys : searchVector(words);
  const rows = whereNull === undefined ? "" : ` where ${identifier(whereNull)} is null`;
  return `create ${unique ? "unique " : ""}index ${identifier(name)} on ${table}${using} (${key})${rows}`;
}

const deleteActions = { restrict: "restrict", "set null": "set null", cascade: "cascade" } as const;

function foreignKeySql(creation: Extract<Creation, { kind: "addForeignKey" }>, schema: string): string {
  const { name, column, references, onDelete } = creation.foreignKey;
  const target = `${identifier(schema)}.${identifier(references)} (${identifier(creation.target.column)})`;
  const key = `constraint ${identifier(name)} foreign key (${identifier(column)})`;
  return `${key} references ${target} on delete ${deleteActions[onDelete]}`;
}
