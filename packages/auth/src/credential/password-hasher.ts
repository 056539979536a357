import { randomBytes } from "node:crypto";

import type { PasswordHasher } from "@lucent/core";
import { hash, parseOptions, verify } from "@node-rs/argon2";

import type { HashQueue } from "./hash-queue.ts";
import { canonicalPassword } from "./password-text.ts";

/** What one hash costs (argon2id, RFC 9106). */
export interface HashParameters {
  /** Memory in KiB. Default 19,456 (19 MiB). */
  readonly memory: number;
  /** Passes over it. Default 2. */
  readonly passes: number;
  /** Lanes, which could be computed at the same time. Default 1. */
  readonly lanes: number;
}

/** Hashes and checks the passwords of accounts. */
export interface AccountHasher extends PasswordHasher {
  /** Whether a hash was made in another way than it would be now. */
  needsRehash(hash: string): boolean;
  /** Costs what a check costs and is never right: for an account that is not there, or has no password. */
  verifyNothing(password: string): Promise<false>;
}

/** The second set of the OWASP Password Storage Cheat Sheet. */
export const defaultHashParameters: HashParameters = { memory: 19_456, passes: 2, lanes: 1 };

/** The sets of the OWASP Password Storage Cheat Sheet, which are about equally hard to attack: [KiB, passes]. */
const floors: readonly (readonly [memory: number, passes: number])[] = [
  [47_104, 1],
  [19_456, 2],
  [12_288, 3],
  [9_216, 4],
  [7_168, 5],
];

/** What a start may ask for, and a stored hash: its parameters stand in it, and decide what checking it takes. */
const ceiling: HashParameters = { memory: 1_048_576, passes: 16, lanes: 16 };

const version = 19;
// `Algorithm.Argon2id`; the package declares it as a const enum, which a single file can't be compiled against.
const argon2id = 2;
const tagBytes = 32;
// Salt (16 bytes) and tag as base64 without padding, with the dollar sign between them.
const tailLength = 22 + 1 + 43;

/** Why hashes may not be made with these parameters, or `undefined`. */
export function parameterProblem(parameters: HashParameters): string | undefined {
  const { memory, passes, lanes } = parameters;
  if (![memory, passes, lanes].every((value) => Number.isSafeInteger(value) && value >= 1)) {
    return "memory (in KiB), passes and lanes are whole numbers from 1";
  }
  if (!isWithinCeiling(parameters)) {
    return `at most ${ceiling.memory} KiB of memory, ${ceiling.passes} passes and ${ceiling.lanes} lanes are possible`;
  }
  if (floors.some(([leastMemory, leastPasses]) => memory >= leastMemory && passes >= leastPasses)) {
    return undefined;
  }
  const sets = floors.map(([leastMemory, leastPasses]) => `${leastMemory} KiB with ${leastPasses}`);
  return `too weak: passes need at least this much memory: ${sets.join(", ")}`;
}

function isWithinCeiling({ memory, passes, lanes }: HashParameters): boolean {
  return memory <= ceiling.memory && passes <= ceiling.passes && lanes <= ceiling.lanes;
}

/**
 * Makes a hasher that writes argon2id hashes as PHC strings and reads those of argon2 with any parameters.
 * @param parameters Without a `parameterProblem`.
 * @param queue What every hash and every check waits in; both throw what it throws.
 */
export async function accountHasher(parameters: HashParameters, queue: HashQueue): Promise<AccountHasher> {
  const { memory, passes, lanes } = parameters;
  const settings = {
    algorithm: argon2id,
    memoryCost: memory,
    timeCost: passes,
    parallelism: lanes,
    outputLen: tagBytes,
  };
  const head = `$argon2id$v=${version}$m=${memory},t=${passes},p=${lanes}$`;
  const nobody = await hash(randomBytes(32), settings);

  /** Takes its time whatever is wrong, so that the time of an answer tells nothing. */
  async function isRight(password: string, stored: string | undefined): Promise<boolean> {
    const isPossible = stored !== undefined && password.isWellFormed() && isReadable(stored);
    const matches = await queue(() => verify(isPossible ? stored : nobody, canonicalPassword(password)));
    return isPossible && matches;
  }

  return {
    hash: (password) => queue(() => hash(canonicalPassword(password), settings)),
    verify: isRight,
    needsRehash: (stored) => !stored.startsWith(head) || stored.length !== head.length + tailLength,
    async verifyNothing(password) {
      await isRight(password, undefined);
      return false;
    },
  };
}

function isReadable(stored: string): boolean {
  try {
    const { memoryCost: memory, timeCost: passes, parallelism: lanes } = parseOptions(stored);
    return isWithinCeiling({ memory, passes, lanes });
  } catch {
    // The only thing that it throws for: this is no hash of argon2.
    return false;
  }
}
