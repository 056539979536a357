#!/usr/bin/env node
import { readFileSync } from "node:fs";

import { interruption } from "./interrupt.ts";
import { ended, printer } from "./print.ts";
import { run } from "./run.ts";

for (const stream of [process.stdout, process.stderr]) {
  // Whoever read it has gone, as in `lucent --help | head -1`: the work is done all the same.
  stream.on("error", () => undefined);
}
const printing = printer(process.stdout, process.stderr);
const code = await run({
  ...printing,
  signal: interruption(process),
  environment: process.env,
  arguments: process.argv.slice(2),
  directory: process.cwd(),
  version: ownVersion(),
});
// No half line is left for the shell to write behind.
printing.progress?.("");
await Promise.all([ended(process.stdout), ended(process.stderr)]);
// A configuration may have opened something that would keep the process alive for ever.
process.exit(code);

function ownVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  // oxlint-disable-next-line no-restricted-properties -- the manifest of this very package
  const manifest: unknown = JSON.parse(text);
  const isManifest = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isManifest ? String(manifest.version) : "unknown";
}
