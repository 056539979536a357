import { managedObjects } from "../bookkeeping.ts";
import type { Live, LiveColumn, LiveConstraint } from "../model/live.ts";
import { identifier, literal } from "../quote.ts";
import type { Definition } from "./definitions.ts";

/** What builds a table of its live definitions. */
export interface CopyStep {
  /** The table that it is for. */
  readonly table: string;
  readonly text: string;
}

/** The statements that build the managed tables as they are, without rows, in an empty database. */
export function copySteps(live: Live, definitions: readonly Definition[]): readonly CopyStep[] {
  const named = (name: string): string => `${identifier(live.schema)}.${identifier(name)}`;
  const generated = new Map(
    definitions
      .filter(({ kind }) => kind === "column")
      .map(({ table, name, text }) => [`${table}.${name}`, text]),
  );
  const constraints = (isReference: boolean): readonly CopyStep[] =>
    definitions
      .filter(({ kind }) => kind !== "index" && kind !== "column" && (kind === "f") === isReference)
      .map(({ table, name, text }) => ({
        table,
        text: `alter table ${named(table)} add constraint ${identifier(name)} ${text}`,
      }));
  return [
    { table: live.schema, text: `create schema if not exists ${identifier(live.schema)}` },
    ...[...live.tables].map(([table, { columns }]) => {
      const texts = [...columns].map(([name, column]) =>
        columnText(name, column, generated.get(`${table}.${name}`)),
      );
      return { table, text: `create table ${named(table)} (${texts.join(", ")})` };
    }),
    ...constraints(false),
    ...definitions.filter(({ kind }) => kind === "index").map(({ table, text }) => ({ table, text })),
    ...constraints(true),
    ...managedRows(live, named(managedObjects.name)),
  ];
}

/** Why a copy would not tell the truth; `undefined` where it does. */
export function uncopyable(live: Live): string | undefined {
  const [partitioned] = [...live.tables].find(([, table]) => table.partitioned) ?? [];
  if (partitioned !== undefined) return `"${partitioned}" is divided into partitions`;
  const known = ({ references, kind }: LiveConstraint): boolean =>
    kind !== "f" || (references?.table !== undefined && live.tables.has(references.table));
  for (const [name, { constraints }] of live.tables) {
    const [foreign] = [...constraints].find(([, constraint]) => !known(constraint)) ?? [];
    if (foreign !== undefined) return `"${foreign}" of "${name}" leads to a table that is not managed`;
  }
  return undefined;
}

function columnText(name: string, column: LiveColumn, generated: string | undefined): string {
  const { type, nullable, default: value } = column;
  const parts = [identifier(name), type];
  if (generated !== undefined) parts.push(generated);
  else if (value !== undefined) parts.push(`default ${value}`);
  if (!nullable) parts.push("not null");
  return parts.join(" ");
}

function managedRows({ managed, tables }: Live, table: string): readonly CopyStep[] {
  if (!tables.has(managedObjects.name)) return [];
  return [...managed].map(([name, objects]) => ({
    table: managedObjects.name,
    text: `insert into ${table} (id, objects) values (${literal(name)}, array[${[...objects].map(literal).join(", ")}]::text[])`,
  }));
}
