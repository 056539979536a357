import { type Blueprint, BootError, type Index, type Table } from "@lucent/core";

/** The schema as it should be: checked, so that every name and expression in it can be written as it stands. */
export interface Desired {
  readonly tables: readonly Table[];
}

// Postgres cuts longer identifiers silently: the next run would look for a name that does not exist.
const maxIdentifierBytes = 63;

const systemColumns: ReadonlySet<string> = new Set(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]);

const typeGrammar =
  /^(?:uuid|text(?:\[\])?|double precision|bigint|integer|boolean|jsonb|timestamp\(3\) with time zone|numeric(?:\(\d{1,4},\d{1,4}\))?)$/;

/** A call without arguments, a number, a boolean, or a quoted text with or without its type. */
const defaultGrammar =
  /^(?:[a-z_][a-z0-9_]*\(\)|-?\d+(?:\.\d+)?|true|false|'(?:[^'\\\0]|'')*'(?:::[a-z]+)?)$/;

/**
 * Reads the tables that an application needs. Types and defaults are the only parts of a table that reach a statement
 * unquoted, so they must match a closed grammar here. Pure.
 * @throws BootError naming everything that can't become a schema.
 */
export function desiredSchema({ tables }: Pick<Blueprint, "tables">): Desired {
  const known = new Set(tables.map(({ name }) => name));
  const problems = tables.flatMap((table) => [
    ...nameProblems(table),
    ...columnProblems(table),
    ...referenceProblems(table, known),
    ...indexProblems(table),
    ...optionProblems(table),
  ]);
  if (problems.length > 0) throw new BootError(problems);
  return { tables };
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
    .filter((name) => name === "" || !isStorable(name) || Buffer.byteLength(name) > maxIdentifierBytes)
    .map(
      (name) =>
        `${table.owner}: the database name "${name}" must have 1 to ${maxIdentifierBytes} bytes of text.`,
    );
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function columnProblems({ name: table, owner, columns }: Table): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const { name, type, default: expression } of columns) {
    const place = `${owner}: column "${table}"."${name}"`;
    if (seen.has(name)) found.push(`${place} is there twice.`);
    if (systemColumns.has(name)) found.push(`${place} has a name that Postgres keeps for itself: rename it.`);
    if (!typeGrammar.test(type)) found.push(`${place} has a type that migrate does not know.`);
    if (expression !== undefined && !defaultGrammar.test(expression)) {
      found.push(`${place} has a default that is neither a call without arguments nor one plain literal.`);
    }
    seen.add(name);
  }
  return found;
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

/** Names inside an expression are compared with the server's spelling of it, so that they must be plain there. */
const plainName = /^[a-z][a-z0-9_]*$/;

function indexProblems({ owner, indexes }: Table): readonly string[] {
  return indexes.flatMap(({ name, columns, unique, method, words, whereNull }) => {
    const place = `${owner}: the index "${name}"`;
    const found: string[] = [];
    const inside = [...(words ?? []), ...(whereNull === undefined ? [] : [whereNull])];
    if (columns.length === 0 && words === undefined) found.push(`${place} has no columns.`);
    if (words !== undefined && (words.length === 0 || columns.length > 0 || method !== "gin"))
      found.push(`${place} over words needs columns with words, no others, and the method gin.`);
    if (method !== undefined && method !== "btree" && method !== "gin")
      found.push(`${place} has a method that migrate does not know.`);
    if (method === "gin" && (unique || columns.some(({ descending }) => descending)))
      found.push(`${place} is gin, which is neither unique nor sorted.`);
    if (!inside.every((column) => plainName.test(column)))
      found.push(`${place} names a column in an expression that does not match ${plainName.source}.`);
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
