import { randomBytes } from "node:crypto";

import { openDatabase } from "@lucent/core";
import { inject } from "vitest";

import { emptied, type Untouched, untouched } from "./emptying.ts";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
    databasesOfRun: string;
  }
}

/** A database that nobody has used, or from which everything has been taken away since. */
export interface EmptyDatabase {
  readonly url: string;
  /** Gives it back; connections to it are cut. */
  end(): Promise<void>;
}

interface Kept {
  readonly name: string;
  readonly url: string;
  readonly untouched: Untouched;
  uses: number;
}

// What is taken away stays in the catalogues as room that is not used again until a vacuum.
const longest = 40;

/** Those of this worker that nobody uses; whoever started the workers drops what is left. */
const free: Kept[] = [];

/** An empty database for one test: to make one takes several times as long as to empty one. */
export async function emptyDatabase(): Promise<EmptyDatabase> {
  const kept = free.pop() ?? (await made());
  kept.uses += 1;
  return { url: kept.url, end: () => giveBack(kept) };
}

async function giveBack(kept: Kept): Promise<void> {
  if (kept.uses < longest && (await emptied(kept.url, kept.untouched))) free.push(kept);
  else await onServer(`drop database if exists ${kept.name} with (force)`);
}

async function made(): Promise<Kept> {
  const name = `lucent_kept_${inject("databasesOfRun")}_${randomBytes(6).toString("hex")}`;
  await onServer(`create database ${name}`);
  const url = new URL(inject("databaseUrl"));
  url.pathname = `/${name}`;
  return { name, url: url.href, untouched: await untouched(url.href), uses: 0 };
}

async function onServer(text: string): Promise<void> {
  const { database, close } = openDatabase(
    { collections: [], database: { url: inject("databaseUrl"), statementTimeout: 30_000 } },
    {},
  );
  try {
    await database.run({ text, values: [] });
  } finally {
    await close();
  }
}
