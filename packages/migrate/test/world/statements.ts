const literals = /E?'(?:[^']|'')*'/g;
const named = String.raw`(?:table|into|update|from|join|references|on|index(?:\s+concurrently)?|trigger\s+"[^"]*"\s+on)`;
// A name that is read or written must say its schema; the name of a new index or of a rename's target can't.
const unqualified = new RegExp(
  String.raw`\b${named}\s+(?:only\s+|if\s+exists\s+|if\s+not\s+exists\s+)*("[^"]*")(?!\s*\.|")`,
  "gi",
);

/** What no statement of a plan may hold (U8), each as a sentence. */
export function forbiddenIn(statement: string): readonly string[] {
  // The values of a literal are somebody's data; what is between dollar signs is a function's body.
  const text = statement.replaceAll(literals, "''");
  const found: string[] = [];
  if (/\bcascade\b/i.test(text.replaceAll(/\bon\s+delete\s+cascade\b/gi, ""))) found.push("holds CASCADE");
  if (/\btruncate\b/i.test(text)) found.push("holds TRUNCATE");
  if (/\bindex\b[^"]*\bif\s+not\s+exists\b/i.test(text)) found.push("holds IF NOT EXISTS on an index");
  for (const [place, name] of text.matchAll(unqualified)) {
    if (/^index/i.test(place) && /\bcreate\s+(?:unique\s+)?index\b/i.test(text)) continue;
    found.push(`names ${String(name)} without its schema`);
  }
  return found;
}
