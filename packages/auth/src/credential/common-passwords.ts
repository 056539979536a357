/** How many of the list are refused: enough against guessing online, where attempts are limited (NIST SP 800-63B). */
const count = 10_000;
const shortest = 8;

let loading: Promise<ReadonlySet<string>> | undefined;

/**
 * The 10,000 passwords of at least 8 characters that people choose most often, in the form of `caseFolded`.
 *
 * They are loaded when they are first asked for and stay. Loading takes 18–23 ms on Node 24 and 12–22 ms on Bun 1.4, in
 * one piece, so a server does it as it starts; it takes 5 to 6 MB of heap and lets the process grow by 20 MB. The
 * dictionary has 49,233 entries, the most frequent first, and 17,950 of them are long enough.
 */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= load();
  return loading;
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  const long = dictionary["passwords-common"].filter(({ length }) => length >= shortest);
  return new Set(long.slice(0, count).map(caseFolded));
}

/** A text without the difference between upper and lower case: `ſ` and `S`, `ς` and `Σ`, `ß` and `SS` are the same. */
export function caseFolded(text: string): string {
  return text.toLowerCase().toUpperCase();
}
