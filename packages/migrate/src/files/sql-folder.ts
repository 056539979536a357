import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { HistoryFile } from "../sql/history.ts";
import { refusedFile } from "./refused-file.ts";
import { type Parent, readSqlFile, type SqlFile } from "./sql-file.ts";

const extension = ".sql";
const nameGrammar = /^[a-z0-9][a-z0-9_-]{0,99}$/;

/** Makes the folder, where it is missing. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}

/**
 * Reads the SQL files of a folder, those that come first first. What orders them is what each says that it comes after;
 * their names only where nothing else does, and no clock.
 * @throws FileRefused for a file that is none of ours, or whose predecessor is missing or was changed.
 */
export async function readFolder(folder: string): Promise<readonly SqlFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension) && !entry.name.startsWith("."))
    .map((entry) => entry.name.slice(0, -extension.length))
    .toSorted();
  const files: SqlFile[] = [];
  for (const name of names) {
    if (!nameGrammar.test(name))
      throw refusedFile(`${name}.sql`, `must have a name that matches ${nameGrammar.source}.`);
    files.push(readSqlFile(name, await readFile(join(folder, `${name}${extension}`), "utf8")));
  }
  return inOrder(files);
}

/** Files that no other one comes after: what a new file has to name. */
export function lastFiles(files: readonly SqlFile[]): readonly Parent[] {
  const followed = new Set(files.flatMap(({ after }) => after.map((parent) => parent.hash)));
  return files.filter(({ hash }) => !followed.has(hash)).map(({ name, hash }) => ({ name, hash }));
}

function inOrder(files: readonly SqlFile[]): readonly SqlFile[] {
  const known = new Set(files.map(({ hash }) => hash));
  for (const { name, after } of files) {
    const missing = after.find(({ hash }) => !known.has(hash));
    if (missing !== undefined)
      throw refusedFile(
        `${name}.sql`,
        `comes after ${missing.name}.sql, which is missing or was changed since.`,
        `Bring back ${missing.name}.sql as it was.`,
      );
  }
  const placed = new Set<string>();
  const ordered: SqlFile[] = [];
  let rest = files;
  while (rest.length > 0) {
    const next = rest.find(({ after }) => after.every(({ hash }) => placed.has(hash)));
    if (next === undefined) throw refusedFile(`${rest[0]?.name ?? ""}.sql`, "comes after itself.");
    placed.add(next.hash);
    ordered.push(next);
    rest = rest.filter((file) => file !== next);
  }
  return ordered;
}

/** A file that this database has still to see, or to see to its end. */
export interface PendingFile {
  readonly file: SqlFile;
  /** Hashes of its steps that are done already: an earlier run was interrupted. */
  readonly done: ReadonlySet<string>;
}

/**
 * The files that this database has not seen, whatever their names say.
 * @throws FileRefused for one that was changed after it, or a part of it, was applied.
 */
export function pendingFiles(
  files: readonly SqlFile[],
  recorded: readonly HistoryFile[],
): readonly PendingFile[] {
  const applied = new Set(recorded.filter(({ isDone }) => isDone).map(({ hash }) => hash));
  const begun = new Map(recorded.map(({ hash, steps }) => [hash, steps]));
  const touched = new Map(
    recorded.filter(({ isDone, steps }) => isDone || steps.size > 0).map(({ name, hash }) => [name, hash]),
  );
  const pending = new Map<string, PendingFile>();
  for (const file of files) {
    if (applied.has(file.hash)) continue;
    const before = touched.get(file.name);
    if (before !== undefined && before !== file.hash)
      throw refusedFile(
        `${file.name}.sql`,
        "was changed after this database applied it, or a part of it.",
        "Bring it back as it was, and write the change as a file of its own.",
      );
    pending.set(file.hash, { file, done: begun.get(file.hash) ?? new Set() });
  }
  return [...pending.values()];
}
