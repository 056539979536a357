import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { type Content, contentOf } from "../serve/content.ts";

/** The package that brings the script of the page; an optional peer, as its dependencies outweigh it by far. */
export const viewerPackage = "@scalar/api-reference";

/**
 * Finds the script that draws the page: one file, which needs nothing else.
 * @param places Files, or their URLs, the best first: the package is looked for as a module there would look for it.
 * @returns Its path, or `undefined` where the package is not installed.
 */
export function findScript(places: readonly string[]): string | undefined {
  for (const place of places) {
    const file = scriptSeenFrom(place);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** Finds the file of the script, where there is one. */
export type ScriptFinder = () => string | undefined;

let installed: string | undefined;

/** The script that is installed: its path, which is looked for until it is found. */
export function installedScript(): string | undefined {
  installed ??= findScript([import.meta.url, join(process.cwd(), "package.json")]);
  return installed;
}

function scriptSeenFrom(place: string): string | undefined {
  try {
    // The package exports its main file only; the script lies beside it.
    const main = createRequire(place).resolve(viewerPackage);
    const file = join(dirname(main), "browser", "standalone.js");
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

const loaded = new Map<string, Promise<Content>>();

/** The script as it is sent; read once. */
export function readScript(file: string): Promise<Content> {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const content = readFile(file).then((bytes) =>
    contentOf(new Uint8Array(bytes), "text/javascript; charset=utf-8"),
  );
  loaded.set(file, content);
  content.catch(() => loaded.delete(file));
  return content;
}
