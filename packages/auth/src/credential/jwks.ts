import type { JsonWebKey } from "node:crypto";

import type { KeyRing, SigningAlgorithm } from "./key-ring.ts";

/** A public key as other services read it (RFC 7517). */
export interface PublicKey extends JsonWebKey {
  readonly kty: string;
  readonly kid: string;
  readonly use: "sig";
  readonly alg: SigningAlgorithm;
}

/**
 * The public keys of a ring, those that only verify included: a verifier elsewhere has to know the next key before it
 * signs. Secrets have no public part and are not listed.
 */
export function publicKeys(ring: KeyRing): { readonly keys: readonly PublicKey[] } {
  const listed = [...ring.keys.values()].filter(({ verifying }) => verifying.type === "public");
  return {
    keys: listed.map(({ kid, alg, verifying }) => {
      // By name: whatever else a runtime may one day put into an exported key stays here.
      const { kty = "", crv, x, y, n, e } = verifying.export({ format: "jwk" });
      return { kty, ...given({ crv, x, y, n, e }), kid, use: "sig", alg };
    }),
  };
}

function given(members: Readonly<Record<string, string | undefined>>): JsonWebKey {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
