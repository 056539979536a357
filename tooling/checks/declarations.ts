import { posix } from "node:path";

import { scan } from "./scan.ts";

/** A name in a file, where files are named as in an import: `core/src/errors.ts`. */
export interface Place {
  readonly file: string;
  readonly name: string;
}

/** One top-level statement of a declaration file. */
export interface Statement {
  /** Without comments. */
  readonly text: string;
  readonly names: readonly string[];
  readonly exported: boolean;
  readonly documented: boolean;
  /** Identifiers in it, those of properties included. */
  readonly mentions: ReadonlySet<string>;
  /** What it names through `import("…")`. */
  readonly inline: readonly Place[];
}

/** A declaration file taken apart. */
export interface Module {
  readonly statements: readonly Statement[];
  /** Local name → what it stands for in another file of the repository. */
  readonly imports: ReadonlyMap<string, Place>;
  /** Exported name → where it comes from. */
  readonly reexports: ReadonlyMap<string, Place>;
}

const block =
  /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:interface|class|namespace|module|enum|global)\b/;
const declared =
  /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:interface|class|namespace|enum|type|function|const|let|var)\s+([\w$]+)/;
const linked = /^(import|export)\s+(?:type\s+)?(\{[^}]*\}|\*\s+as\s+[\w$]+|[\w$]+)(?:\s+from\s+"([^"]+)")?/;

/** Takes the text of an emitted declaration file apart; `file` is its source, such as `core/src/errors.ts`. */
export function parseModule(file: string, text: string): Module {
  const imports = new Map<string, Place>();
  const reexports = new Map<string, Place>();
  const statements: Statement[] = [];
  for (const raw of split(text)) {
    const bare = withoutComments(raw);
    const link = linked.exec(bare);
    const isList = link !== null && (link[1] === "import" || link[2]?.startsWith("{") === true);
    if (link === null || !isList) {
      if (bare !== "export {};") statements.push(statementOf(file, raw, bare));
      continue;
    }
    const [, word, clause = "", from] = link;
    const target = from === undefined ? file : resolve(file, from);
    for (const [name, local] of names(clause))
      if (target !== undefined) (word === "import" ? imports : reexports).set(local, { file: target, name });
  }
  return { statements, imports, reexports };
}

function split(text: string): readonly string[] {
  const { code } = scan(text);
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < code.length; at += 1) {
    const char = code[at] ?? "";
    if ("{([".includes(char)) depth += 1;
    if ("})]".includes(char)) depth -= 1;
    const ends = char === ";" || (char === "}" && block.test(code.slice(start, at).trim()));
    if (depth > 0 || !ends) continue;
    parts.push(text.slice(start, at + 1).trim());
    start = at + 1;
  }
  return parts;
}

function statementOf(file: string, raw: string, bare: string): Statement {
  const { code } = scan(bare);
  const name = declared.exec(bare)?.[1];
  const calls = [...bare.matchAll(/\bimport\("([^"]+)"\)\.([\w$]+)/g)];
  return {
    text: bare,
    names: name === undefined ? [] : [name],
    exported: bare.startsWith("export "),
    documented:
      /^(?:\/\/.*\s*|\/\*[^*][\s\S]*?\*\/\s*)*\/\*\*[\s\S]*?\*\/\s*(?:export|declare|interface|type)\b/.test(
        raw,
      ),
    mentions: new Set(code.match(/[A-Za-z_$][\w$]*/g) ?? []),
    inline: calls.flatMap(([, from = "", called = ""]) => {
      const target = resolve(file, from);
      return target === undefined ? [] : [{ file: target, name: called }];
    }),
  };
}

function withoutComments(text: string): string {
  const { comments } = scan(text);
  const kept = comments
    .toReversed()
    .reduce(
      (rest, comment) => rest.slice(0, comment.start) + rest.slice(comment.start + comment.text.length),
      text,
    );
  return kept
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trim();
}

function names(clause: string): readonly (readonly [name: string, local: string])[] {
  if (!clause.startsWith("{")) return [["default", clause.replace(/^\*\s+as\s+/, "")]];
  return clause
    .slice(1, -1)
    .split(",")
    .map((part) => part.trim().replace(/^type\s+/, ""))
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", local = name] = part.split(/\s+as\s+/);
      return [name, local];
    });
}

function resolve(file: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : undefined;
}

/** Follows a name to the file that declares it; `undefined` where it leaves the repository. */
export function origin(modules: ReadonlyMap<string, Module>, place: Place): Place | undefined {
  const module = modules.get(place.file);
  if (module === undefined) return undefined;
  if (module.statements.some((statement) => statement.names.includes(place.name))) return place;
  const next = module.reexports.get(place.name) ?? module.imports.get(place.name);
  const here = next?.file === place.file && next.name === place.name;
  return next === undefined || here ? undefined : origin(modules, next);
}

/** Names that a module exports, sorted. */
export function exportedNames(module: Module): readonly string[] {
  const own = module.statements
    .filter((statement) => statement.exported)
    .flatMap((statement) => statement.names);
  return [...new Set([...own, ...module.reexports.keys()])].toSorted();
}

/** Every statement that the given names need, by file. */
export function reachable(
  modules: ReadonlyMap<string, Module>,
  from: readonly Place[],
): ReadonlyMap<string, ReadonlySet<Statement>> {
  const found = new Map<string, Set<Statement>>();
  const queue = [...from];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    const declaration = origin(modules, place);
    if (declaration === undefined) continue;
    const { file, name } = declaration;
    const seen = found.get(file) ?? new Set();
    found.set(file, seen);
    for (const statement of modules.get(file)?.statements ?? []) {
      // `declare module` has no name of its own: it comes with its file.
      if (seen.has(statement) || !(statement.names.includes(name) || statement.names.length === 0)) continue;
      seen.add(statement);
      queue.push(...statement.inline, ...[...statement.mentions].map((mention) => ({ file, name: mention })));
    }
  }
  return found;
}
