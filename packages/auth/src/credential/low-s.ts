/**
 * An ECDSA signature (r, s) has a twin that is as valid, (r, n - s): whoever has a token could write it in a second way.
 * Of the two ours is the one with the smaller s, as in other systems that need signatures to be unique (BIP 62).
 */

// The order of P-256 (FIPS 186-5 via SP 800-186 3.2.1.3).
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const half = order / 2n;
const bytesOfS = 32;

/** Whether an ES256 signature in base64url is the one of its two spellings that we write. */
export function hasLowS(signature: string): boolean {
  return sOf(Buffer.from(signature, "base64url")) <= half;
}

/** The spelling with the smaller s of an ES256 signature in base64url. Both verify. */
export function withLowS(signature: string): string {
  if (hasLowS(signature)) return signature;
  const bytes = Buffer.from(signature, "base64url");
  const s = (order - sOf(bytes)).toString(16).padStart(2 * bytesOfS, "0");
  return Buffer.concat([bytes.subarray(0, bytesOfS), Buffer.from(s, "hex")]).toString("base64url");
}

function sOf(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.subarray(bytesOfS).toString("hex")}`);
}
