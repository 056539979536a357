import { createHash } from "node:crypto";

import { type Blueprint, BootError, type Column, type Index, type Table } from "@lucent/core";

import { bookkeepingTables } from "./bookkeeping.ts";

/** The schema as it should be: checked, so that every name in it can be written as it stands. */
export interface Desired {
  readonly tables: readonly Table[];
  /** Hash of the tables, whatever their order and that of their parts. */
  readonly hash: string;
}

// Plain, so that a name is spelled the same in a catalogue, in an expression and in a list of names; and short, because
// Postgres cuts longer identifiers silently: the next run would look for a name that does not exist.
const nameGrammar = /^[a-z_][a-z0-9_]{0,62}$/;

const systemColumns: ReadonlySet<string> = new Set(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]);

const typeGrammar =
  /^(?:uuid|text(?:\[\])?|double precision|bigint|integer|boolean|jsonb|timestamp\(3\) with time zone|numeric(?:\(\d{1,4},\d{1,4}\))?)$/;

/**
 * Reads the tables that an application needs, and adds those that migrate keeps for itself. Pure.
 * @throws BootError naming everything that can't become a schema.
 */
export function desiredSchema({ tables: asked }: Pick<Blueprint, "tables">): Desired {
  const tables = [...bookkeepingTables, ...asked];
  const known = new Set(tables.map(({ name }) => name));
  const problems = [
    ...tables.flatMap((table) => [
      ...nameProblems(table),
      ...columnProblems(table),
      ...referenceProblems(table, known),
      ...indexProblems(table),
      ...optionProblems(table),
    ]),
    ...meetingNames(tables),
    ...doubleClaims("table", tables),
  ];
  if (problems.length > 0) throw new BootError(problems);
  return { tables, hash: hashOf(asked) };
}

function nameProblems(table: Table): readonly string[] {
  const names = [
    table.name,
    table.primaryKey.name,
    ...table.columns.map(({ name }) => name),
    ...table.indexes.map(({ name }) => name),
    ...table.foreignKeys.map(({ name }) => name),
    ...table.checks.map(({ name }) => name),
  ];
  return names
    .filter((name) => !nameGrammar.test(name))
    .map((name) => `${table.owner}: the database name "${name}" must match ${nameGrammar.source}.`);
}

/** Tables and indexes share one space of names. */
function meetingNames(tables: readonly Table[]): readonly string[] {
  const owners = new Map<string, string>();
  const found: string[] = [];
  for (const { name, owner, primaryKey, indexes } of tables) {
    for (const each of [name, primaryKey.name, ...indexes.map((index) => index.name)]) {
      const other = owners.get(each);
      if (other !== undefined) found.push(`The name "${each}" is asked for by ${other} and by ${owner}.`);
      owners.set(each, owner);
    }
  }
  return found;
}

interface Named {
  readonly name: string;
  readonly previousName?: string;
}

/** Two that were one before: which of them gets the rows can't be known. */
function doubleClaims(what: string, named: readonly Named[]): readonly string[] {
  const claims = new Map<string, string>();
  const found: string[] = [];
  for (const { name, previousName } of named) {
    if (previousName === undefined) continue;
    if (!nameGrammar.test(previousName))
      found.push(
        `The previous name "${previousName}" of ${what} "${name}" must match ${nameGrammar.source}.`,
      );
    const other = claims.get(previousName);
    if (other !== undefined)
      found.push(
        `${what} "${other}" and ${what} "${name}" both say that they were "${previousName}" before.`,
      );
    claims.set(previousName, name);
  }
  return found;
}

function hashOf(tables: readonly Table[]): string {
  const parts = tables.map((table) => canonical(table)).toSorted();
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}

/** JSON with sorted keys; the lists of a table by name, and lists whose order means something as they stand. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const parts: readonly unknown[] = value;
    const texts = parts.map(canonical);
    return `[${(parts.every(isNamedPart) ? texts.toSorted() : texts).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}

/** Columns, indexes, foreign keys and checks have names of their own; an index's key columns, which are in order, say so. */
function isNamedPart(part: unknown): boolean {
  return typeof part === "object" && part !== null && "name" in part && !("descending" in part);
}

function columnProblems({ name: table, owner, columns }: Table): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const { name, type, default: fallback } of columns) {
    const place = `${owner}: column "${table}"."${name}"`;
    if (seen.has(name)) found.push(`${place} is there twice.`);
    if (systemColumns.has(name)) found.push(`${place} has a name that Postgres keeps for itself: rename it.`);
    if (!typeGrammar.test(type)) found.push(`${place} has a type that migrate does not know.`);
    if (fallback !== undefined && !isKnownDefault(fallback)) {
      found.push(
        `${place} has a default that is neither now, gen_random_uuid nor a value that Postgres can store.`,
      );
    }
    seen.add(name);
  }
  return [...found, ...doubleClaims(`${owner}: column`, columns)];
}

/** Types are promises of a plugin's author, and what is here becomes SQL. */
function isKnownDefault(fallback: NonNullable<Column["default"]>): boolean {
  return "call" in fallback
    ? ["now", "gen_random_uuid"].includes(fallback.call)
    : typeof fallback.value === "string" && isStorable(fallback.value);
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function referenceProblems(table: Table, tables: ReadonlySet<string>): readonly string[] {
  const columns = new Set(table.columns.map(({ name }) => name));
  const used = [
    ...table.primaryKey.columns.map((column) => ({ by: table.primaryKey.name, column })),
    ...table.indexes.flatMap((index) => indexColumns(index).map((column) => ({ by: index.name, column }))),
    ...table.foreignKeys.map(({ name, column }) => ({ by: name, column })),
    ...table.checks.map(({ name, column }) => ({ by: name, column })),
  ];
  return [
    ...used
      .filter(({ column }) => !columns.has(column))
      .map(
        ({ by, column }) =>
          `${table.owner}: "${by}" names the column "${column}", which "${table.name}" lacks.`,
      ),
    ...(table.primaryKey.columns.length === 0
      ? [`${table.owner}: the primary key "${table.primaryKey.name}" has no columns.`]
      : []),
    ...table.foreignKeys
      .filter(({ references }) => !tables.has(references))
      .map(
        ({ name, references }) =>
          `${table.owner}: "${name}" refers to "${references}", which is not a managed table.`,
      ),
  ];
}

function indexColumns({ columns, words, whereNull }: Index): readonly string[] {
  return [
    ...columns.map(({ name }) => name),
    ...(words ?? []),
    ...(whereNull === undefined ? [] : [whereNull]),
  ];
}

function indexProblems({ owner, indexes }: Table): readonly string[] {
  return indexes.flatMap(({ name, columns, unique, method, words }) => {
    const place = `${owner}: the index "${name}"`;
    const found: string[] = [];
    if (columns.length === 0 && words === undefined) found.push(`${place} has no columns.`);
    if (words !== undefined && (words.length === 0 || columns.length > 0 || method !== "gin"))
      found.push(`${place} over words needs columns with words, no others, and the method gin.`);
    if (method !== undefined && method !== "btree" && method !== "gin")
      found.push(`${place} has a method that migrate does not know.`);
    if (method === "gin" && (unique || columns.some(({ descending }) => descending)))
      found.push(`${place} is gin, which is neither unique nor sorted.`);
    return found;
  });
}

function optionProblems({ name: table, owner, checks }: Table): readonly string[] {
  return checks
    .filter(({ options }) => options.length === 0 || !options.every(isStorable))
    .map(
      ({ column }) =>
        `${owner}: column "${table}"."${column}" needs options, each a text that Postgres can store.`,
    );
}
