import { expect } from "vitest";

import type { AccessTokens } from "../../src/credential/access-token.ts";

/** That a token is refused, and by an answer, not a throw. */
export async function expectRefused(access: AccessTokens, token: string): Promise<void> {
  expect(await access.verify(token)).toBeUndefined();
}
