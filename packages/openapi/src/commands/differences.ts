/**
 * Where two JSON values differ, as JSON pointers (RFC 6901) in the order of the first; what only the second has comes last.
 * @param most How many are looked for.
 */
export function differences(kept: unknown, made: unknown, most: number): readonly string[] {
  const found: string[] = [];
  collect(kept, made, { pointer: "", found, most });
  return found;
}

interface Search {
  readonly pointer: string;
  readonly found: string[];
  readonly most: number;
}

function collect(kept: unknown, made: unknown, search: Search): void {
  const { pointer, found, most } = search;
  if (found.length >= most) return;
  if (!isHolder(kept) || !isHolder(made) || Array.isArray(kept) !== Array.isArray(made)) {
    if (!Object.is(kept, made)) found.push(sentence(pointer, kept, made));
    return;
  }
  const [left, right] = [new Map(Object.entries(kept)), new Map(Object.entries(made))];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const inner = { ...search, pointer: `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}` };
    collect(left.get(name), right.get(name), inner);
  }
}

function sentence(pointer: string, kept: unknown, made: unknown): string {
  const place = pointer === "" ? "the whole document" : pointer;
  if (kept === undefined) return `${place}: only in the application`;
  return made === undefined ? `${place}: only in the file` : `${place}: different`;
}

function isHolder(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
