import type { Rule } from "@lucent/core";

import type { BreachLookup } from "./breached-passwords.ts";
import { caseFolded, commonPasswords } from "./common-passwords.ts";
import { isLetterless, withoutContext } from "./context-words.ts";
import { canonicalPassword } from "./password-text.ts";

/** What a password must be. Without any of these: 8 to 128 characters that are not easily guessed. */
export interface PasswordOptions {
  /** `nist-2025`: at least 15 code points, as NIST SP 800-63B-4 asks where nothing but a password is needed. */
  readonly preset?: "nist-2025";
  /** In Unicode code points, 8–128. Default 8, or what the preset says. */
  readonly minLength?: number;
  /** In Unicode code points, 64–128. Default 128. */
  readonly maxLength?: number;
  /** Default `false`, as all four: they make passwords harder to remember rather than to guess. */
  readonly requireUppercase?: boolean;
  readonly requireLowercase?: boolean;
  /** A decimal digit of any script. */
  readonly requireDigit?: boolean;
  /** Anything that is neither letter nor number; a space is one too. */
  readonly requireSymbol?: boolean;
  /** Asked about passwords that are fine otherwise, such as `pwnedPasswords()`. Default: nobody is asked. */
  readonly breached?: BreachLookup;
}

/** What a password is judged by. */
export interface PasswordContext {
  /** Without a problem (`passwordOptionProblems`). */
  readonly options: PasswordOptions;
  /** What is easily guessed here: the application's name, the collection, the parts of the e-mail address. */
  readonly words: readonly string[];
}

/** Which rule a password breaks. `pattern`: a kind of character is missing, or half of a surrogate pair is there. */
export type PasswordRule = Extract<Rule, "minLength" | "maxLength" | "pattern" | "common">;

/** Bounds of a password's length, in Unicode code points. */
export interface PasswordLength {
  readonly min: number;
  readonly max: number;
}

const floor = 8;
const ceiling = 128;
// A longer passphrase than this may be refused, a shorter one never (NIST SP 800-63B).
const leastCeiling = 64;
const presets: ReadonlyMap<unknown, number> = new Map([["nist-2025", 15]]);

const kinds = [
  ["requireUppercase", /\p{Lu}/u],
  ["requireLowercase", /\p{Ll}/u],
  ["requireDigit", /\p{Nd}/u],
  ["requireSymbol", /[^\p{L}\p{M}\p{N}]/u],
] as const satisfies readonly (readonly [keyof PasswordOptions, RegExp])[];

const known: readonly string[] = [
  "preset",
  "minLength",
  "maxLength",
  ...kinds.map(([name]) => name),
  "breached",
] satisfies readonly (keyof PasswordOptions)[];

/** What is wrong with the options, as ends of sentences. They come from a configuration that may have no types. */
export function passwordOptionProblems(options: PasswordOptions): readonly string[] {
  const { preset, breached } = options;
  const { min, max } = passwordLength(options);
  return [
    ...Object.keys(options)
      .filter((name) => !known.includes(name))
      .map((name) => `has the unknown key "${name}"; it takes ${known.join(", ")}`),
    ...problem(preset === undefined || presets.has(preset), 'preset must be "nist-2025"'),
    ...problem(
      isWithin(max, leastCeiling),
      `maxLength must be a whole number from ${leastCeiling} to ${ceiling}`,
    ),
    ...problem(
      isWithin(min, floor) && !(min > max),
      `minLength must be a whole number from ${floor} to maxLength`,
    ),
    ...kinds.flatMap(([name]) =>
      problem(["undefined", "boolean"].includes(typeof options[name]), `${name} must be true or false`),
    ),
    ...problem(["undefined", "function"].includes(typeof breached), "breached must be a function"),
  ];
}

function problem(isFine: boolean, text: string): readonly string[] {
  return isFine ? [] : [text];
}

function isWithin(value: unknown, least: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= ceiling;
}

/** How long a password must and may be. */
export function passwordLength({ preset, minLength, maxLength }: PasswordOptions): PasswordLength {
  return { min: minLength ?? presets.get(preset) ?? floor, max: maxLength ?? ceiling };
}

/**
 * Which rule a new password breaks, or `undefined`. Say it before anything is hashed. `common` is also what a lookup of
 * breached passwords answers, so that nobody learns where a password was seen.
 */
export async function passwordRule(
  password: string,
  { options, words }: PasswordContext,
): Promise<PasswordRule | undefined> {
  const text = canonicalPassword(password);
  const { min, max } = passwordLength(options);
  const length = codePoints(text);
  if (length < min) return "minLength";
  if (length > max) return "maxLength";
  if (!text.isWellFormed() || !hasKinds(text, options)) return "pattern";
  if (await isGuessable(text, { words, min })) return "common";
  return (await options.breached?.(text)) === true ? "common" : undefined;
}

function hasKinds(text: string, options: PasswordOptions): boolean {
  return kinds.every(([name, kind]) => options[name] !== true || kind.test(text));
}

/** Without the words that anyone can know, a password must still be one; letters are not counted, signs and digits are. */
async function isGuessable(
  text: string,
  { words, min }: { readonly words: readonly string[]; readonly min: number },
): Promise<boolean> {
  const common = await commonPasswords();
  const folded = caseFolded(text);
  if (common.has(folded)) return true;
  const rest = withoutContext(folded, words);
  if (rest === undefined) return false;
  return common.has(rest) || (isLetterless(rest) && codePoints(rest) < min);
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
