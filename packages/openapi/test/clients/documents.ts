import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the repository is. */
export const repository: string = join(import.meta.dirname, "../../../..");

/** A fenced block of code. */
export interface Block {
  readonly language: string;
  readonly code: string;
}

/** What a document of the repository shows. */
export function blocksOf(path: string): readonly Block[] {
  const text = readFileSync(join(repository, path), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
}
