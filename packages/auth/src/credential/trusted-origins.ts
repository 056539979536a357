/** Tells whether an origin, as `parseOrigin` gives it, is one of a list. */
export type OriginList = (origin: URL) => boolean;

/**
 * Reads an origin that is written as a browser writes it in `Origin`: lower case, no path, no default port. `undefined`
 * for everything else, `null` included, which is what every sandbox and every local file calls itself.
 */
export function parseOrigin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  return isWeb && url.origin === text ? url : undefined;
}

/** Origins below one host name: `https://*.example.com`. */
interface Pattern {
  /** With any label in the place of the star. */
  readonly sample: URL;
  /** What a host ends with, from the dot on. */
  readonly parent: string;
}

const star = /^(https?:\/\/)\*(\..+)$/;
// A parent of one label is a top-level domain, where anyone can have a name.
const parentGrammar = /^(?:(?:\.[a-z0-9_-]+){2,}|\.localhost)$/;
const labelGrammar = /^[a-z0-9_-]+$/;

function patternOf(entry: string): Pattern | undefined {
  const [, scheme, rest] = star.exec(entry) ?? [];
  const sample = scheme === undefined ? undefined : parseOrigin(`${scheme}a${rest}`);
  const parent = sample?.hostname.slice(1);
  return sample === undefined || parent === undefined || !parentGrammar.test(parent)
    ? undefined
    : { sample, parent };
}

function matches({ sample, parent }: Pattern, { protocol, port, hostname }: URL): boolean {
  return (
    protocol === sample.protocol &&
    port === sample.port &&
    hostname.endsWith(parent) &&
    labelGrammar.test(hostname.slice(0, -parent.length))
  );
}

/**
 * Makes the check from full origins and from patterns with a star for exactly one leading label. An entry that is neither
 * matches nothing.
 */
export function originList(entries: readonly string[]): OriginList {
  const exact = new Set(entries.filter((entry) => !entry.includes("*")));
  const patterns = entries.map(patternOf).filter((pattern) => pattern !== undefined);
  return (origin) => exact.has(origin.origin) || patterns.some((pattern) => matches(pattern, origin));
}

/** What is wrong with `trustedOrigins`: one sentence for each entry that is neither an origin nor a pattern. */
export function trustedOriginProblems(entries: unknown): readonly string[] {
  if (!Array.isArray(entries)) return ["trustedOrigins is a list of origins."];
  const list: readonly unknown[] = entries;
  return list.filter((entry) => !isEntry(entry)).map(badEntry);
}

function isEntry(entry: unknown): boolean {
  if (typeof entry !== "string") return false;
  return entry.includes("*") ? patternOf(entry) !== undefined : parseOrigin(entry) !== undefined;
}

function badEntry(entry: unknown): string {
  return `trustedOrigins names ${JSON.stringify(entry)}, which is no origin such as "https://app.example.com" or "https://*.example.com": lower case, no path, no default port, at most one star for the first label of a name in a domain.`;
}
