import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { BootError, type Command, type CommandContext } from "@lucent/core";

import { breakingChanges } from "./breaking/changes.ts";
import { differences } from "./commands/differences.ts";
import { buildDocument } from "./document.ts";
import { publicView } from "./document/view.ts";
import type { HostApplication, OpenApiOptions } from "./options.ts";
import { describedBy } from "./serve/documents.ts";

const exit = { done: 0, misused: 1, different: 2 } as const;

/** `lucent openapi`: the document of strangers, without a database. */
export function openApiCommand(options: OpenApiOptions): Command {
  return {
    name: "openapi",
    summary: "Write the OpenAPI document, or compare it with one that is kept.",
    usage: [
      "lucent openapi                   print the document",
      "lucent openapi --out FILE        write it to a file",
      "lucent openapi --check FILE      say where a file differs from it, and fail then",
      "lucent openapi --breaking FILE   say what breaks clients of an older document, and fail then; --out writes nothing then",
      "  --app FILE                     adds the application's own routes: FILE exports an Elysia instance, or a function",
      "                                 that makes one, by default or as `app`",
      "",
      "Exit codes: 0 done and nothing to say, 1 misused or a file can't be read, 2 the file differs or clients break.",
    ],
    run: (context) => run(context, options),
  };
}

const asked = {
  out: { type: "string" },
  check: { type: "string" },
  breaking: { type: "string" },
  app: { type: "string" },
} as const;

type Order = { readonly [Name in keyof typeof asked]?: string };

async function run(context: CommandContext, options: OpenApiOptions): Promise<number> {
  const order = readOrder(context.arguments);
  if (typeof order === "string") {
    context.printError(order);
    return exit.misused;
  }
  // Read before anything is written: it may be the same file.
  const kept = order.check === undefined ? undefined : await readJson(order.check);
  const old = order.breaking === undefined ? undefined : await readJson(order.breaking);
  const document = await documentOf(order, context, options);
  const isSame = kept === undefined || isCurrent({ kept, document, file: order.check ?? "" }, context);
  const isKind = old === undefined || isCompatible(old, document, context);
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  if (order.out !== undefined && isKind) await replaceFile(order.out, text);
  if (order.out === undefined && kept === undefined && old === undefined) context.print(text.trimEnd());
  return isSame && isKind ? exit.done : exit.different;
}

function readOrder(args: readonly string[]): Order | string {
  let values: Order;
  try {
    ({ values } = parseArgs({ args: [...args], options: asked }));
  } catch (error) {
    const [line = ""] = error instanceof Error ? error.message.split("\n") : [];
    return line === "" ? "The arguments can't be read." : line;
  }
  const empty = Object.entries(values).find(([, value]) => value === "");
  return empty === undefined ? values : `--${empty[0]} takes the path of a file.`;
}

/** The document as JSON holds it: without what `JSON.stringify` leaves out. */
async function documentOf(
  { app }: Order,
  { blueprint }: CommandContext,
  options: OpenApiOptions,
): Promise<unknown> {
  const host = app === undefined ? {} : { hostRoutes: (await loadApplication(app)).routes };
  const view = await publicView(blueprint);
  const text = JSON.stringify(buildDocument(blueprint, { ...describedBy(options), ...host, view }));
  // oxlint-disable-next-line no-restricted-properties -- the text was written one line above
  return JSON.parse(text);
}

const shownDifferences = 10;

interface Kept {
  readonly kept: unknown;
  readonly document: unknown;
  readonly file: string;
}

function isCurrent({ kept, document, file }: Kept, { printError }: CommandContext): boolean {
  const found = differences(kept, document, shownDifferences + 1);
  if (found.length === 0) return true;
  printError(`${file} is not the document of the application any more:`);
  for (const line of found.slice(0, shownDifferences)) printError(`  ${line}`);
  if (found.length > shownDifferences) printError("  and more");
  printError(`Write it again: lucent openapi --out ${file}`);
  return false;
}

function isCompatible(old: unknown, document: unknown, { print, printError }: CommandContext): boolean {
  const found = breakingChanges(old, document);
  for (const sentence of found) print(sentence);
  if (found.length > 0) printError(`${found.length} of the changes break clients.`);
  return found.length === 0;
}

async function readJson(path: string): Promise<unknown> {
  try {
    // oxlint-disable-next-line no-restricted-properties -- a file that the user names; it is compared, and nothing else
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new BootError([`${path} can't be read as JSON: ${reasonOf(cause)}.`], { cause });
  }
}

/** In one step: whoever reads it meanwhile gets one document or the other. */
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new BootError([`${path} can't be written: ${reasonOf(cause)}.`], { cause });
  }
}

async function loadApplication(path: string): Promise<HostApplication> {
  const exported = await importFile(path);
  const found = exported.get("default") ?? exported.get("app");
  const made: unknown = await (isMaker(found) ? found() : found);
  if (!isApplication(made))
    throw new BootError([
      `${path} must export an Elysia instance, or a function that makes one, by default or as "app".`,
    ]);
  return made;
}

async function importFile(path: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    const module: unknown = await import(pathToFileURL(resolve(path)).href);
    return new Map(typeof module === "object" && module !== null ? Object.entries(module) : []);
  } catch (cause) {
    throw new BootError([`${path} can't be loaded: ${reasonOf(cause)}.`], { cause });
  }
}

function isMaker(value: unknown): value is () => unknown {
  return typeof value === "function" && !isApplication(value);
}

function isApplication(value: unknown): value is HostApplication {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    "routes" in value &&
    Array.isArray(value.routes)
  );
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown reason";
  const code: unknown = Reflect.get(cause, "code");
  return typeof code === "string" ? code : (cause.message.split("\n")[0] ?? cause.name);
}
