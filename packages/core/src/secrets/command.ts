import { checkTables } from "../boot.ts";
import { openTrail } from "../command-trail.ts";
import type { Command, CommandContext } from "../contract/command.ts";
import type { Database } from "../contract/database.ts";
import type { Services } from "../contract/plugin.ts";
import type { Rotation, SecretEntry } from "../contract/secrets.ts";
import { commandLogger } from "../logging.ts";
import { openDatabase } from "../start.ts";
import { type EncryptionKeys, readKeys, type SecretsOptions } from "./encryption-keys.ts";
import { listSecrets } from "./list.ts";
import { secretStore } from "./store.ts";
import { secretsTable } from "./table.ts";

interface Work {
  readonly database: Database;
  readonly keys: EncryptionKeys;
}

type Action = (work: Work, context: CommandContext) => Promise<number>;

const exit = { done: 0, misused: 1, remaining: 2 } as const;
const shownNames = 10;

const actions: ReadonlyMap<string, Action> = new Map([
  ["list", list],
  ["rotate", rotate],
]);

/** `lucent secrets`: what an operator does when the key changes. No value is ever printed. */
export function secretsCommand(options: SecretsOptions): Command {
  return {
    name: "secrets",
    summary: "List the secrets of the server, or encrypt them under a new key.",
    usage: [
      "lucent secrets list     when each was set, under which key, and its name; never its value",
      "lucent secrets rotate   encrypt all under LUCENT_SECRETS_KEY that LUCENT_SECRETS_KEY_PREVIOUS can read",
      "",
      "Exit codes: 0 done, 1 misused or not set up, 2 some secrets are still under other keys.",
    ],
    run: (context) => run(context, options),
  };
}

async function run(context: CommandContext, options: SecretsOptions): Promise<number> {
  const { blueprint, environment, arguments: given } = context;
  const [name = "", ...rest] = given;
  const action = rest.length === 0 ? actions.get(name) : undefined;
  if (action === undefined) {
    context.printError("Say what to do: lucent secrets list, or lucent secrets rotate.");
    return exit.misused;
  }
  const keys = readKeys({ options, environment, blueprint });
  const { database, close } = openDatabase(blueprint.config, environment);
  try {
    await checkTables(database, { ...blueprint, tables: [secretsTable] });
    return await action({ database, keys }, context);
  } finally {
    await close();
  }
}

async function list(work: Work, { print, printError }: CommandContext): Promise<number> {
  const entries = await listSecrets(work);
  for (const entry of entries) print(entryLine(entry, work.keys));
  if (entries.length === 0) printError("There are no secrets.");
  return exit.done;
}

function entryLine(
  { key, keyVersion, isCurrent, updatedAt }: SecretEntry,
  { known }: EncryptionKeys,
): string {
  const state = isCurrent ? "current " : known.has(keyVersion) ? "previous" : "unknown ";
  return [updatedAt, keyVersion, state, key].join("  ");
}

async function rotate(work: Work, context: CommandContext): Promise<number> {
  const { signal, progress, print, printError } = context;
  const onProgress = (rotated: number): void => progress?.(`${rotated} encrypted again`);
  const rotation = await recorded(work, context, (audit) =>
    secretStore({ ...work, audit }).rotate({ signal, onProgress }),
  );
  print(`${rotation.rotated} encrypted again under the key ${work.keys.current.version}.`);
  for (const line of remainingLines(rotation)) printError(line);
  return rotation.remaining === 0 ? exit.done : exit.remaining;
}

async function recorded<T>(
  { database }: Work,
  context: CommandContext,
  work: (audit: Services["audit"]) => Promise<T>,
): Promise<T> {
  const { blueprint, environment } = context;
  const trail = await openTrail(blueprint, { database, environment, logger: commandLogger(context) });
  try {
    return await work(trail.audit);
  } finally {
    await trail.close();
  }
}

function remainingLines({ remaining, unreadable }: Rotation): readonly string[] {
  if (remaining === 0) return [];
  const shown = unreadable.slice(0, shownNames).map((key) => `  ${key}`);
  const more = unreadable.length - shown.length;
  return [
    `${remaining} still under other keys: keep LUCENT_SECRETS_KEY_PREVIOUS, and run this again.`,
    ...(unreadable.length === 0
      ? []
      : [`${unreadable.length} can't be decrypted with the keys that are set:`]),
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
