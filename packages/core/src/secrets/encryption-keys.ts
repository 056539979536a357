import { createSecretKey, type KeyObject } from "node:crypto";

import { unknownKeys } from "../blueprint/keys.ts";
import { rootKey, secretProblem } from "../blueprint/secret.ts";
import type { Blueprint } from "../contract/blueprint.ts";
import { BootError } from "../errors.ts";

/** Where the keys come from. */
export interface SecretsOptions {
  /** Encrypts: at least 32 random bytes, as base64 or hex. Default `LUCENT_SECRETS_KEY`. */
  readonly key?: string | undefined;
  /** Keys that only decrypt, until all is rotated. Default `LUCENT_SECRETS_KEY_PREVIOUS`, with commas between them. */
  readonly previousKeys?: readonly string[] | undefined;
}

/** A key of the cipher. */
export interface EncryptionKey {
  /** A digest of it: stands beside what was encrypted under it, so that it is found again. */
  readonly version: string;
  /** 256 bits. */
  readonly material: KeyObject;
}

/** The keys of an application. */
export interface EncryptionKeys {
  /** Encrypts. */
  readonly current: EncryptionKey;
  /** Every key that decrypts, the current one included, by version. */
  readonly known: ReadonlyMap<string, EncryptionKey>;
}

const variables = ["LUCENT_SECRETS_KEY", "LUCENT_SECRETS_KEY_PREVIOUS", "SESSION_SECRET"] as const;
const [currentName, previousName, sessionName] = variables;
const versionBytes = 8;

const advice =
  `Set ${currentName} to at least 32 random bytes, as base64 or hex, and keep it: what secrets() stores can't be read ` +
  `without it, so none is made up. ` +
  `Make one with: node -p "'${currentName}=' + crypto.randomBytes(32).toString('base64')"`;

/** What the keys are read from. */
export interface KeySources {
  readonly options: SecretsOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The configuration: its root key must be another one. */
  readonly blueprint: Pick<Blueprint, "config">;
}

/** Reads and derives the keys. @throws BootError listing everything that is wrong with them, in development too. */
export function readKeys(sources: KeySources): EncryptionKeys {
  const { options, environment, blueprint } = sources;
  const current = given(options.key) ?? given(environment[currentName]);
  const previous = options.previousKeys ?? (given(environment[previousName]) ?? "").split(",");
  const others = previous.map((text) => text.trim()).filter((text) => text !== "");
  const session = given(blueprint.config.secret) ?? given(environment[sessionName]);
  const problems = [
    ...unknownKeys("secrets()", options, ["key", "previousKeys"]),
    ...(current === undefined ? [advice] : keyProblems(currentName, [current])),
    ...keyProblems(previousName, others),
    ...sameProblems(current, { session, others }),
  ];
  if (problems.length > 0 || current === undefined) throw new BootError(problems);
  const key = encryptionKey(current);
  const known = [key, ...others.map(encryptionKey)];
  return { current: key, known: new Map(known.map((each) => [each.version, each])) };
}

function keyProblems(name: string, texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => secretProblem(name, text) ?? []);
}

/** An empty text counts as unset, as an empty variable does. */
function given(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** One key for two purposes is lost for both at once; and a current key among the previous ones was not replaced. */
function sameProblems(
  current: string | undefined,
  { session, others }: { readonly session: string | undefined; readonly others: readonly string[] },
): readonly string[] {
  if (current === undefined) return [];
  const found: string[] = [];
  if (session !== undefined && isSame(current, session))
    found.push(`${currentName} is the same as ${sessionName}: each needs a key of its own.`);
  if (others.some((text) => isSame(current, text)))
    found.push(`${previousName} holds ${currentName} itself: give the keys that were used before it.`);
  return found;
}

/** Two spellings may stand for one key. */
function isSame(one: string, other: string): boolean {
  return encryptionKey(one).version === encryptionKey(other).version;
}

/** A text that is no key makes a random one, which is the same as no other. */
function encryptionKey(text: string): EncryptionKey {
  const root = rootKey(text);
  return {
    version: Buffer.from(root.derive("secrets.version").subarray(0, versionBytes)).toString("hex"),
    material: createSecretKey(root.derive("secrets.cipher")),
  };
}
