import { expect } from "vitest";

import { claims } from "../credential/forge.ts";
import type { Asker } from "./asker.ts";
import type { Entered } from "./door.ts";
import { safeAsker } from "./safe-asker.ts";

/** Makes the claims of a token that is good now, for a session that lives; then changes some. */
export function goodClaims(
  { accessToken }: Pick<Entered, "accessToken">,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const payload = Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString();
  const { sub, sid, col } = JSON.parse(payload);
  const iat = Math.floor(Date.now() / 1000);
  return claims({ sub, sid, col, iat, exp: iat + 900, ...changes });
}

/** Expects that a token is an invalid credential to a server, as a bearer and in the header for API keys. */
export async function expectForged(ask: Asker, token: string): Promise<void> {
  const safely = safeAsker(ask);
  for (const asked of [{ token }, { headers: { "x-api-key": token } }]) {
    const answer = await safely("GET", "/api/users/me", asked);
    expect(answer, token).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
    expect(answer.headers["www-authenticate"]).toBe("Bearer");
  }
}
