/**
 * An expression of ours without what the server writes differently: casts of text, quotes of plain names, brackets,
 * spaces and letter case; texts in it stay as they are. Two are the same when their spellings are; only for expressions
 * over plain lower-case names.
 */
export function spelling(expression: string): string {
  return expression
    .split(/('(?:[^']|'')*')/)
    .map((part) => (part.startsWith("'") ? part : part.toLowerCase().replaceAll(/::text|["()\s]/g, "")))
    .join("");
}
