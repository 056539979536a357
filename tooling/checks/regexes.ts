import { check } from "recheck";
import ts from "typescript-5";

import { type Check, listFiles, readText } from "./repository.ts";

/** A regular expression that stands in a source. */
export interface Regex {
  readonly line: number;
  readonly source: string;
  readonly flags: string;
}

interface Allowed {
  readonly file: string;
  /** Absent where it goes for every regular expression of the file. */
  readonly source?: string;
  readonly reason: string;
}

/** Slow on hostile text, and never given any. */
const allowed: readonly Allowed[] = [
  {
    file: "packages/core/src/boot.ts",
    source: ",[^/?@]*(?=[/?]|$)",
    reason: "reads the connection string of the application's own environment",
  },
  {
    file: "packages/core/src/boot.ts",
    source: "\\{[^/]*\\}",
    reason: "reads the paths that the application's own plugins declare",
  },
  {
    file: "packages/migrate/src/options.ts",
    reason: "reads the constraints of the application's own database, as Postgres prints them",
  },
];

const isSource = /^packages\/[^/]+\/src\/.*\.ts$/;
const patience = 10_000;

/** No text of a client may make a regular expression take more than linear time (ReDoS): see `allowed` for the rest. */
export const regexes: Check = {
  name: "regexes",
  async run() {
    const found: string[] = [];
    const unused = new Set(allowed);
    for (const file of (await listFiles()).filter((each) => isSource.test(each))) {
      for (const regex of regexesOf(await readText(file))) {
        const excuse = allowed.find(
          (each) => each.file === file && (each.source ?? regex.source) === regex.source,
        );
        if (excuse === undefined) found.push(...(await problems(file, regex)));
        else unused.delete(excuse);
      }
    }
    const idle = [...unused].map(({ file, source = "" }) => `${file}: /${source}/ is allowed, but not there`);
    return [...found, ...idle];
  },
};

async function problems(file: string, regex: Regex): Promise<readonly string[]> {
  const problem = await slowness(regex);
  return problem === undefined ? [] : [`${file}:${regex.line}: /${regex.source}/${regex.flags}: ${problem}`];
}

/** Why a regular expression must not meet a client's text; `undefined` where it takes linear time at most. */
export async function slowness({
  source,
  flags,
}: Pick<Regex, "source" | "flags">): Promise<string | undefined> {
  // The engine in plain JavaScript: the others are programs of their own.
  process.env["RECHECK_BACKEND"] = "pure";
  const { status, ...found } = await check(source, flags, { timeout: patience });
  if (status === "safe") return undefined;
  return "complexity" in found && found.complexity !== undefined
    ? `takes ${found.complexity.summary} time`
    : "can't be judged";
}

/** The regular expressions of a TypeScript source. */
export function regexesOf(text: string): readonly Regex[] {
  const file = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest);
  const found: Regex[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      found.push({ line: line + 1, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
