import type { Row, Runner } from "../contract/database.ts";
import type { RotateOptions, Rotation, SecretKey } from "../contract/secrets.ts";
import {
  countOutdatedSecrets,
  replaceSecret,
  type SealedSecret,
  selectOutdatedSecrets,
} from "../sql/secrets.ts";
import type { EncryptionKeys } from "./encryption-keys.ts";
import { readSecret } from "./read.ts";
import { SecretError } from "./secret-error.ts";
import { isSecretKey } from "./secret-key.ts";
import { resealed } from "./values.ts";

/** What a rotation works with. */
export interface RotateParts {
  readonly database: Runner;
  readonly keys: EncryptionKeys;
}

// A batch of the largest values is 9 MB.
const batchSize = 100;
// A secret that somebody sets again and again under another key is left to the next run.
const attempts = 3;

/**
 * Encrypts every secret that is under another key again. One pass in the order of names, each secret by a statement of
 * its own that replaces exactly the value that was read: it can be killed anywhere, runs beside another one, and brings
 * back nothing that was set or deleted meanwhile.
 */
export async function rotateSecrets(parts: RotateParts, options: RotateOptions = {}): Promise<Rotation> {
  const { version } = parts.keys.current;
  const unreadable: SecretKey[] = [];
  let rotated = 0;
  let after: string | undefined = "";
  while (after !== undefined && !isStopped(options)) {
    const outdated = selectOutdatedSecrets(version, { after, limit: batchSize });
    const rows: readonly Row[] = await parts.database.run(outdated);
    for (const stored of rows.flatMap(secretOf)) {
      if (isStopped(options)) break;
      const outcome = await rotateOne(stored, parts);
      if (outcome === "rotated") rotated += 1;
      if (outcome === "unreadable") unreadable.push(stored.name);
    }
    options.onProgress?.(rotated);
    after = rows.length < batchSize ? undefined : String(rows.at(-1)?.[0]);
  }
  const [[remaining] = []] = await parts.database.run(countOutdatedSecrets(version));
  return { rotated, unreadable, remaining: Number(remaining) };
}

function isStopped({ signal }: RotateOptions): boolean {
  return signal?.aborted === true;
}

/** A name that is none was not written by us: it stays where it is, and is counted as remaining. */
function secretOf([name, value, version]: Row): readonly SealedSecret[] {
  return isSecretKey(name) ? [{ name, value: String(value), version: String(version) }] : [];
}

type Outcome = "rotated" | "unreadable" | "left";

async function rotateOne(found: SealedSecret, { database, keys }: RotateParts): Promise<Outcome> {
  let stored: SealedSecret | undefined = found;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    // Deleted, or somebody else was faster.
    if (stored === undefined || stored.version === keys.current.version) return "left";
    const next = readable(stored, keys);
    if (next === undefined) return "unreadable";
    const replaced = await database.run(replaceSecret(stored.value, next));
    if (replaced.length > 0) return "rotated";
    stored = await readSecret(database, found.name);
  }
  return "left";
}

function readable(stored: SealedSecret, keys: EncryptionKeys): SealedSecret | undefined {
  try {
    return resealed(stored, keys);
  } catch (error) {
    if (error instanceof SecretError) return undefined;
    throw error;
  }
}
