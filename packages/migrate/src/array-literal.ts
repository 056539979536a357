/** An array of texts in the form that Postgres reads (manual, 8.15.2). Not quoted as a literal of a statement yet. */
export function arrayLiteral(elements: readonly string[]): string {
  return `{${elements.map((element) => `"${element.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(",")}}`;
}

const quoted = /"((?:[^"\\]|\\.)*)"/sy;
const bare = /[^\s",\\{}]+/y;

/** Reads an array of texts of one dimension, as Postgres writes it; `undefined` for any other, one with nulls included. */
export function readArrayLiteral(text: string): readonly string[] | undefined {
  if (text === "{}") return [];
  const elements: string[] = [];
  for (let at = 0; at < text.length - 1;) {
    if (text[at] !== (at === 0 ? "{" : ",")) return undefined;
    const element = elementAt(text, at + 1);
    if (element === undefined) return undefined;
    elements.push(element.value);
    at = element.end;
  }
  return text.endsWith("}") && elements.length > 0 ? elements : undefined;
}

function elementAt(text: string, at: number): { readonly value: string; readonly end: number } | undefined {
  quoted.lastIndex = at;
  const [, inside] = quoted.exec(text) ?? [];
  if (inside !== undefined) return { value: inside.replaceAll(/\\(.)/gs, "$1"), end: quoted.lastIndex };
  bare.lastIndex = at;
  const [word] = bare.exec(text) ?? [];
  return word === undefined || word.toUpperCase() === "NULL"
    ? undefined
    : { value: word, end: bare.lastIndex };
}
