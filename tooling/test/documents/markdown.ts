import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { repository } from "../../services/places.ts";

/** A fenced block of code. */
export interface Block {
  readonly language: string;
  readonly code: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  /** What the block is called where other blocks import it; a comment `<!-- file: name.ts -->` above it says so. */
  readonly file: string | undefined;
}

/** A link to a place in the repository: an address with a scheme is somebody else's. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

/** What there is to check in a Markdown file. */
export interface Document {
  /** From the root of the repository. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  readonly anchors: ReadonlySet<string>;
}

const fence = /^ {0,3}(`{3,}|~{3,})\s*(\S*)/;
const fileComment = /^<!-- file: (\S+) -->$/;
// Documents that show a file to copy name it in the first line of the block.
const fileLine = /^\/\/ (\S+\.ts)$/;

/** Reads a document of the repository. */
export function readDocument(path: string): Document {
  return parseDocument(path, readFileSync(join(repository, path), "utf8"));
}

/** Takes a Markdown text apart. */
export function parseDocument(path: string, text: string): Document {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { readonly end: string; readonly block: Block; readonly code: string[] } | undefined;
  let named: string | undefined;
  for (const [at, line] of text.split("\n").entries()) {
    const [, marks = "", language = ""] = fence.exec(line) ?? [];
    if (open !== undefined) {
      if (marks.startsWith(open.end) && language === "") {
        const file = open.block.file ?? fileLine.exec(open.code[0] ?? "")?.[1];
        blocks.push({ ...open.block, file, code: open.code.join("\n") });
        open = undefined;
      } else open.code.push(line);
      prose.push("");
      continue;
    }
    if (marks !== "") {
      open = { end: marks, block: { language, code: "", line: at + 2, file: named }, code: [] };
      prose.push("");
      named = undefined;
      continue;
    }
    // The formatter puts an empty line between a comment and its block.
    if (line.trim() !== "") named = fileComment.exec(line.trim())?.[1];
    prose.push(line);
  }
  return { path, blocks, links: linksIn(prose), anchors: anchorsIn(prose) };
}

const targets = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s*(\S+)|\b(?:href|src)="([^"]+)"/g;

function linksIn(prose: readonly string[]): readonly Link[] {
  const links: Link[] = [];
  for (const [at, line] of prose.entries()) {
    for (const [, inline, reference, html] of line.replaceAll(/`[^`]*`/g, "").matchAll(targets)) {
      const target = inline ?? reference ?? html ?? "";
      if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) links.push({ target, line: at + 1 });
    }
  }
  return links;
}

/** The anchors of the headings, made as GitHub makes them. */
function anchorsIn(prose: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const line of prose) {
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is wrong with the links of a document. */
export function linkProblems({ path, links, anchors }: Document): readonly string[] {
  return links.flatMap(({ target, line }) => {
    const [file = "", anchor] = target.split("#");
    const found = posix.normalize(posix.join(dirname(path), decodeURIComponent(file)));
    const place = `${path}:${line}: ${target}`;
    if (found.startsWith("..") || file.startsWith("/")) return [`${place} leads out of the repository`];
    if (file !== "" && !existsSync(join(repository, found))) return [`${place} does not exist`];
    if (anchor === undefined) return [];
    const isText = file === "" || (found.endsWith(".md") && statSync(join(repository, found)).isFile());
    if (!isText) return [`${place} names a heading of something that has none`];
    const known = file === "" ? anchors : readDocument(found).anchors;
    return known.has(anchor) ? [] : [`${place}: there is no such heading`];
  });
}
