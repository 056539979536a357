// A word may be stored up to three times (as itself, in a compound, in a link), and a tsvector holds 1 MB.
const maxSearched = 100_000;

/**
 * The words of some text columns, as an SQL expression: the same in the index and in every query, or Postgres would not
 * use the one for the other. The first 100,000 characters of all columns together count. Immutable, so that it can be
 * indexed; `simple` neither stems nor drops a word, whatever the language.
 * @param alias The table's alias in a query; without one the columns stand alone, as an index needs them.
 */
export function searchVector(columns: readonly string[], alias?: string): string {
  const prefix = alias === undefined ? "" : `${alias}.`;
  const texts = columns.map((column) => `coalesce(${prefix}"${column.replaceAll('"', '""')}", '')`);
  return `to_tsvector('simple'::regconfig, left(${texts.join(" || ' ' || ")}, ${maxSearched}))`;
}
