import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

/** What a refresh token says: which session, and how often it had been rotated when the token was made. */
export interface RefreshClaims {
  /** UUID, in lower case. */
  readonly sessionId: string;
  /** From 0 to 4,294,967,295. */
  readonly counter: number;
}

/**
 * Makes and reads refresh tokens. The database holds session and counter, and the token is both under a keyed hash: the
 * same two give the same token, so that a second answer within the grace period needs nothing to be stored, and who
 * reads the database can't make one.
 */
export interface RefreshTokens {
  /** @throws TypeError for an id that is no UUID, or a counter that does not fit. */
  make(sessionId: string, counter: number): string;
  /** What the token says; `undefined` for anything that `make` did not write. Never throws. */
  read(token: string): RefreshClaims | undefined;
}

const prefix = "lrt_";
const idBytes = 16;
const counterBytes = 4;
const bodyBytes = idBytes + counterBytes;
const largestCounter = 0xffff_ffff;
// 52 bytes: 16 of the session, 4 of the counter, 32 of HMAC-SHA-256. The last character has two bits of them.
const grammar = /^lrt_[A-Za-z0-9_-]{69}[AQgw]$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Refresh tokens under a 32-byte key that is used for nothing else. */
export function refreshTokens(key: Uint8Array): RefreshTokens {
  const secret = createSecretKey(key);
  const seal = (body: Uint8Array): Buffer => createHmac("sha256", secret).update(body).digest();
  return {
    make(sessionId, counter) {
      const body = bodyOf(sessionId, counter);
      return prefix + Buffer.concat([body, seal(body)]).toString("base64url");
    },
    read(token) {
      if (!grammar.test(token)) return undefined;
      const bytes = Buffer.from(token.slice(prefix.length), "base64url");
      const body = bytes.subarray(0, bodyBytes);
      return timingSafeEqual(bytes.subarray(bodyBytes), seal(body)) ? claimsOf(body) : undefined;
    },
  };
}

function bodyOf(sessionId: string, counter: number): Buffer {
  const id = sessionId.toLowerCase();
  if (!uuid.test(id)) throw new TypeError("the id of a session is a UUID");
  if (!Number.isInteger(counter) || counter < 0 || counter > largestCounter) {
    throw new TypeError("a session was rotated a whole number of times, at most 4,294,967,295");
  }
  const body = Buffer.alloc(bodyBytes);
  body.write(id.replaceAll("-", ""), "hex");
  body.writeUInt32BE(counter, idBytes);
  return body;
}

function claimsOf(body: Buffer): RefreshClaims {
  const hex = body.toString("hex", 0, idBytes);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return { sessionId: groups.join("-"), counter: body.readUInt32BE(idBytes) };
}
