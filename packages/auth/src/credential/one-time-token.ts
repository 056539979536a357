import { createHash, randomBytes } from "node:crypto";

/** A token for one use, as it goes into a mail, and what the database keeps of it. */
export interface OneTimeToken {
  /** 256 random bits in base64url. */
  readonly token: string;
  /** SHA-256 of the token in hex. */
  readonly hash: string;
}

/** How the text of a token is written: 43 characters of base64url, the last of which has four of its six bits. */
export const tokenGrammar: RegExp = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

const tokenBytes = 32;

/** Makes a token that nobody can guess. What it is for stands in its row, not in it. */
export function newToken(): OneTimeToken {
  const token = randomBytes(tokenBytes).toString("base64url");
  return { token, hash: hashToken(token) };
}

/** Under what a token is looked up. A plain hash is enough for 256 random bits: there is nothing to try out. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
