import { createHash } from "node:crypto";

import { canonicalPassword } from "./password-text.ts";

/**
 * Says whether a password is known from a breach. A rejection fails the request, so a lookup that must not stand in
 * anyone's way answers `false` where it does not know.
 */
export type BreachLookup = (password: string) => Promise<boolean>;

/**
 * Why a lookup came to nothing: `timeout`, `network` (not reached, or cut off), or `answer` (another status than 200, a
 * redirect, or no list of hashes).
 */
export type BreachLookupFailure = "timeout" | "network" | "answer";

/** How breached passwords are looked up. */
export interface PwnedPasswordsOptions {
  /** Where the service is; a mirror of your own, say. Default `https://api.pwnedpasswords.com`. */
  readonly url?: string;
  /** How long an answer may take, in milliseconds, body included. Default 1,000. */
  readonly timeout?: number;
  /** Told of each lookup that came to nothing. Default: a warning of the process. Must not throw. */
  readonly onFailure?: (failure: BreachLookupFailure) => void;
}

const prefixLength = 5;
// A padded answer has up to 1,000 lines of about 40 bytes.
const longestAnswer = 1_048_576;
const listGrammar = /^[0-9A-F]{35}:\d{1,12}\r?$/m;

/**
 * Makes a lookup in the range API of Pwned Passwords: it sends the first 5 of 40 hexadecimal digits of the password's
 * SHA-1, and gets all hashes that begin so, with padding, so that neither the question nor the size of the answer tells
 * which it was. Where there is no answer the password passes.
 * @throws TypeError when `url` is no URL.
 */
export function pwnedPasswords({
  url = "https://api.pwnedpasswords.com",
  timeout = 1_000,
  onFailure = warn,
}: PwnedPasswordsOptions = {}): BreachLookup {
  const ranges = new URL("range/", url.endsWith("/") ? url : `${url}/`);
  return async (password) => {
    const digest = createHash("sha1").update(canonicalPassword(password)).digest("hex").toUpperCase();
    const range = new URL(digest.slice(0, prefixLength), ranges);
    const found = await ask(range, timeout);
    if (!("list" in found)) onFailure(found.failure);
    return "list" in found && isListed(found.list, digest.slice(prefixLength));
  };
}

type Asked = { readonly list: string } | { readonly failure: BreachLookupFailure };

async function ask(range: URL, timeout: number): Promise<Asked> {
  const signal = AbortSignal.timeout(timeout);
  try {
    const headers = { "add-padding": "true", "user-agent": "lucent" };
    const response = await fetch(range, { headers, redirect: "manual", signal });
    const list = await listOf(response);
    return listGrammar.test(list) ? { list } : { failure: "answer" };
  } catch {
    // What was thrown may show the address that was asked, and with it a part of the hash.
    return { failure: signal.aborted ? "timeout" : "network" };
  }
}

/** The body, or nothing where it is longer than any list, or not what was asked for. */
async function listOf({ status, body }: Response): Promise<string> {
  if (status !== 200) {
    await body?.cancel();
    return "";
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream: AsyncIterable<Uint8Array> | null = body;
  for await (const chunk of stream ?? []) {
    size += chunk.byteLength;
    if (size > longestAnswer) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("latin1");
}

/** Lines that only pad the answer say that a password was seen no times. */
function isListed(list: string, suffix: string): boolean {
  const line = list.split(/\r?\n/).find((entry) => entry.startsWith(`${suffix}:`));
  return line !== undefined && Number(line.slice(suffix.length + 1)) > 0;
}

function warn(failure: BreachLookupFailure): void {
  process.emitWarning(`A lookup of breached passwords came to nothing (${failure}); the password passed.`, {
    code: "LUCENT_BREACH_LOOKUP",
  });
}
