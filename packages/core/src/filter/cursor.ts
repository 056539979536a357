import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from "node:crypto";

import { LucentError } from "../errors.ts";

/** The value of a sort key in the last row of a page, in its SQL form. */
export type CursorValue = string | number | boolean | null;

/**
 * Seals and opens cursors. A cursor is readable by nobody else (AES-256-GCM) and opens only with the binding it was
 * made for: collection, filter, order and caller.
 */
export interface CursorSeal {
  seal(values: readonly CursorValue[], binding: string): string;
  /** @throws LucentError `BAD_CURSOR` when forged, expired or bound to something else. */
  open(cursor: string, binding: string): readonly CursorValue[];
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const lifetimeSeconds = 24 * 60 * 60;

/** Makes the seal from a 32-byte key. `now` gives milliseconds since the epoch. */
export function cursorSeal(key: Uint8Array, now: () => number = Date.now): CursorSeal {
  const secret = createSecretKey(key);
  const nextNonce = noncePool();
  return {
    seal(values, binding) {
      const nonce = nextNonce();
      const cipher = createCipheriv(algorithm, secret, nonce).setAAD(Buffer.from(binding));
      const text = JSON.stringify([Math.floor(now() / 1000) + lifetimeSeconds, values]);
      const sealed = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(sealed).toString("base64url");
    },
    open(cursor, binding) {
      const [expires, values] = unseal(secret, cursor, binding);
      if (expires < now() / 1000) throw new LucentError("BAD_CURSOR");
      return values;
    },
  };
}

const pooledNonces = 512;

/** Draws nonces from one larger read of the random source: a list pays for a cursor on every page but the last. */
function noncePool(): () => Uint8Array {
  const pool = new Uint8Array(nonceBytes * pooledNonces);
  let next = pool.length;
  return () => {
    if (next === pool.length) {
      randomFillSync(pool);
      next = 0;
    }
    next += nonceBytes;
    return pool.slice(next - nonceBytes, next);
  };
}

function unseal(key: KeyObject, cursor: string, binding: string): [number, readonly CursorValue[]] {
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes.length <= nonceBytes + tagBytes) throw new LucentError("BAD_CURSOR");
  try {
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(binding))
      .setAuthTag(bytes.subarray(-tagBytes));
    const text =
      decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8");
    // oxlint-disable-next-line eslint/no-restricted-properties, typescript/no-unsafe-type-assertion -- authenticated: only `seal` can have written it
    return JSON.parse(text) as [number, readonly CursorValue[]];
  } catch (cause) {
    throw new LucentError("BAD_CURSOR", { cause });
  }
}
