import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { type Content, contentOf } from "../serve/content.ts";

let loaded: Promise<Content> | undefined;

/** The script that draws the page, as the package `@scalar/api-reference` brings it: one file, read once. */
export function bundle(): Promise<Content> {
  loaded ??= read();
  loaded.catch(() => (loaded = undefined));
  return loaded;
}

async function read(): Promise<Content> {
  const main = createRequire(import.meta.url).resolve("@scalar/api-reference");
  const bytes = await readFile(join(dirname(main), "browser", "standalone.js"));
  return contentOf(new Uint8Array(bytes), "text/javascript; charset=utf-8");
}
