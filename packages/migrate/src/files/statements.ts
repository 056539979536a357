/** A piece of an SQL text: a statement without its semicolon, or a line comment between two statements. */
export interface Piece {
  readonly kind: "statement" | "comment";
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

interface Token {
  readonly kind: "comment" | "blank" | "end" | "other";
  readonly to: number;
}

const lineComment = /--[^\r\n]*/y;
const blank = /\s+/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const word = /[A-Za-z0-9_$\u0080-\uffff]+/y;
const plainText = /'(?:[^']|'')*'/y;
const escapedText = /'(?:[^'\\]|\\[\s\S]|'')*'/y;
const quotedName = /"(?:[^"]|"")*"/y;

/**
 * Takes an SQL text apart at its semicolons, and finds the comments between the statements. Texts, quoted names, dollar
 * quotes and comments are read as Postgres reads them with `standard_conforming_strings`; a body in `begin atomic … end`
 * is taken apart like everything else.
 * @returns `undefined` where a text, a name or a comment has no end.
 */
export function sqlPieces(text: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let start: number | undefined;
  const lineAt = lineCounter(text);
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at);
    if (token === undefined) return undefined;
    if (token.kind === "end") {
      if (start !== undefined) pieces.push(statement(text.slice(start, at), lineAt(start)));
      start = undefined;
    } else if (token.kind === "other") start ??= at;
    else if (token.kind === "comment" && start === undefined)
      pieces.push({ kind: "comment", text: text.slice(at, token.to).trimEnd(), line: lineAt(at) });
    at = token.to;
  }
  if (start !== undefined) pieces.push(statement(text.slice(start), lineAt(start)));
  return pieces;
}

function statement(text: string, line: number): Piece {
  return { kind: "statement", text: text.trimEnd(), line };
}

/** Asked for places in ascending order. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let counted = 0;
  return (at) => {
    for (; counted < at; counted += 1) if (text.charAt(counted) === "\n") line += 1;
    return line;
  };
}

function tokenAt(text: string, at: number): Token | undefined {
  const first = text.charAt(at);
  if (first === ";") return { kind: "end", to: at + 1 };
  if (text.startsWith("/*", at)) return ending("blank", blockCommentEnd(text, at));
  if (text.startsWith("--", at)) return ending("comment", matchEnd(lineComment, text, at));
  if (first === "'") return ending("other", matchEnd(plainText, text, at));
  if (first === '"') return ending("other", matchEnd(quotedName, text, at));
  if (first === "$") return ending("other", dollarEnd(text, at));
  const space = matchEnd(blank, text, at);
  if (space !== undefined) return { kind: "blank", to: space };
  const end = matchEnd(word, text, at) ?? at + 1;
  const isEscape = /^e$/i.test(text.slice(at, end)) && text.charAt(end) === "'";
  return ending("other", isEscape ? matchEnd(escapedText, text, end) : end);
}

function ending(kind: Token["kind"], to: number | undefined): Token | undefined {
  return to === undefined ? undefined : { kind, to };
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** `$1` is a parameter; `$tag$` begins a text that ends at its like. */
function dollarEnd(text: string, at: number): number | undefined {
  const opened = matchEnd(dollarTag, text, at);
  if (opened === undefined) return at + 1;
  const tag = text.slice(at, opened);
  const closed = text.indexOf(tag, opened);
  return closed === -1 ? undefined : closed + tag.length;
}

/** Block comments nest. */
function blockCommentEnd(text: string, at: number): number | undefined {
  let depth = 0;
  for (let here = at; here < text.length;) {
    if (text.startsWith("/*", here)) {
      depth += 1;
      here += 2;
    } else if (text.startsWith("*/", here)) {
      depth -= 1;
      here += 2;
      if (depth === 0) return here;
    } else here += 1;
  }
  return undefined;
}
