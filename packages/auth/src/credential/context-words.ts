import { caseFolded } from "./common-passwords.ts";
import { canonicalPassword } from "./password-text.ts";

const separators = /[^\p{L}\p{M}\p{N}]+/u;
const letter = /\p{L}/u;

/**
 * What is left of a case-folded password without the words that anyone can know: the application's name, the parts of the
 * account's address. `undefined` where it has none of them.
 */
export function withoutContext(folded: string, words: readonly string[]): string | undefined {
  const parts = words.flatMap((word) => caseFolded(canonicalPassword(word)).split(separators));
  // The longest first: `anna` must not leave an `a` behind because `ann` is a word too.
  const ordered = [...new Set(parts)].toSorted(byLength);
  let rest = folded;
  for (const part of ordered) rest = rest.replaceAll(part, "");
  return rest === folded ? undefined : rest;
}

function byLength(one: string, other: string): number {
  return other.length - one.length;
}

/** Whether there is no letter in a text: years, counting and signs are what people add to a word. */
export function isLetterless(text: string): boolean {
  return !letter.test(text);
}
