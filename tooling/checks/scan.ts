/** A string literal, or one stretch of a template between its expressions. */
export interface Literal {
  readonly start: number;
  readonly text: string;
  /** Whether an expression follows inside the same template. */
  readonly continued: boolean;
}

/** A source text taken apart; `code` has the length of the text, with comments and literals as spaces. */
export interface Scan {
  readonly code: string;
  readonly literals: readonly Literal[];
  readonly comments: readonly Literal[];
}

type Kind = "comment" | "literal" | "regex" | "code";

interface Piece {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
}

const tokens = {
  lineComment: /\/\/.*/y,
  blockComment: /\/\*[\s\S]*?\*\//y,
  quoted: /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y,
  regex: /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y,
  stretch: /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y,
};

const beforeRegex =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield))\s*$/;

/**
 * Splits TypeScript into code, literals and comments. It is a tokenizer, not a parser: whether a slash starts a regular
 * expression is told from what stands before it, which is right for formatted code and wrong after `)`.
 */
export function scan(text: string): Scan {
  const pieces = split(text);
  const blank = (piece: Piece): string => text.slice(piece.start, piece.end).replace(/[^\n]/g, " ");
  const literalsOf = (kind: Kind): readonly Literal[] =>
    pieces
      .filter((piece) => piece.kind === kind)
      .map(({ start, end }) => ({
        start,
        text: text.slice(start, end),
        continued: text.startsWith("${", end),
      }));
  return {
    code: pieces
      .map((piece) => (piece.kind === "code" ? text.slice(piece.start, piece.end) : blank(piece)))
      .join(""),
    literals: literalsOf("literal"),
    comments: literalsOf("comment"),
  };
}

function split(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  // For each open template expression, how many braces are open inside it.
  const depths: number[] = [];
  let code = "";
  let at = 0;
  const push = (kind: Kind, end: number): void => {
    pieces.push({ kind, start: at, end });
    if (kind !== "comment") code = (code + (kind === "code" ? text.slice(at, end) : "x")).slice(-40);
    at = end;
  };
  const stretch = (): void => {
    push("literal", endOf(tokens.stretch, text, at) ?? at);
    const opens = text.startsWith("${", at);
    push("code", Math.min(at + (opens ? 2 : 1), text.length));
    if (opens) depths.push(0);
  };
  while (at < text.length) {
    const known = match(text, at, code);
    const depth = depths.at(-1);
    if (known !== undefined) push(known.kind, known.end);
    else if (text[at] === "`") {
      push("code", at + 1);
      stretch();
    } else if (text[at] === "}" && depth === 0) {
      depths.pop();
      push("code", at + 1);
      stretch();
    } else {
      if (depth !== undefined && text[at] === "{") depths[depths.length - 1] = depth + 1;
      if (depth !== undefined && text[at] === "}") depths[depths.length - 1] = depth - 1;
      push("code", at + 1);
    }
  }
  return pieces;
}

function match(
  text: string,
  at: number,
  code: string,
): { readonly kind: Kind; readonly end: number } | undefined {
  const comment = endOf(tokens.lineComment, text, at) ?? endOf(tokens.blockComment, text, at);
  if (comment !== undefined) return { kind: "comment", end: comment };
  const quoted = endOf(tokens.quoted, text, at);
  if (quoted !== undefined) return { kind: "literal", end: quoted };
  const regex = beforeRegex.test(code) ? endOf(tokens.regex, text, at) : undefined;
  return regex === undefined ? undefined : { kind: "regex", end: regex };
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Line number of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
