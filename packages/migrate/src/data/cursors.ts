/** Where each batch of a data migration goes on, by its name; `null` for one that is finished. */
export type Cursors = ReadonlyMap<string, string | null>;

/** As it is stored; the same cursors give the same text. */
export function writeCursors(cursors: Cursors): string {
  return JSON.stringify([...cursors]);
}

/**
 * Reads what `writeCursors` wrote.
 * @throws TypeError for anything else.
 */
export function readCursors(text: unknown): Cursors {
  if (typeof text !== "string") return new Map();
  // oxlint-disable-next-line eslint/no-restricted-properties -- our own text, checked entry by entry
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) throw new TypeError("the cursors of a data migration can't be read");
  return new Map(entries.map(entryOf));
}

function entryOf(entry: unknown): readonly [string, string | null] {
  if (Array.isArray(entry)) {
    const parts: readonly unknown[] = entry;
    const [name, cursor] = parts;
    if (typeof name === "string" && (typeof cursor === "string" || cursor === null)) return [name, cursor];
  }
  throw new TypeError("the cursors of a data migration can't be read");
}
