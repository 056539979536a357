import { expect } from "vitest";

import type { Answered, Asker } from "./asker.ts";

const headersOfAll = {
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
} as const;

/** Words of the inside: statements, stack traces, drivers. */
const inside =
  /postgres|syntax error|\bselect .* from\b|\binsert into\b|relation "|node_modules|\.[cm]?[jt]s:\d|\bat \S+ \(|stack|argon2|lucent_/i;

/**
 * An asker whose every answer must be safe: no failure of the server, the default headers, nothing about the inside and
 * no cookie with a value where it is a refusal.
 */
export function safeAsker(ask: Asker): Asker {
  const safely = async (...asked: Parameters<Asker>): Promise<Answered> => expectSafe(await ask(...asked));
  return Object.assign(safely, { close: () => ask.close() });
}

function expectSafe(answer: Answered): Answered {
  const { status, headers, text, setCookies } = answer;
  expect(status, text).toBeLessThan(500);
  expect(headers).toMatchObject(headersOfAll);
  if (status >= 400) {
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(text).not.toMatch(inside);
    expect(setCookies.filter((cookie) => !cookie.includes("; Max-Age=0"))).toStrictEqual([]);
  }
  return answer;
}
