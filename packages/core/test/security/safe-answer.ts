import { expect } from "vitest";

import { leaks, securityHeaders } from "../malformed/inspect.ts";
import type { Answered, Asker } from "../world/asker.ts";
import { neverShown } from "./secrets.ts";

const unwanted = ["server", "x-powered-by", "x-injected"];

/**
 * What holds for every answer, whatever was asked: no failure of the server, every default header, nothing about the
 * inside, and no value that nobody may read.
 */
function expectSafe(answer: Answered): Answered {
  const { status, headers, text } = answer;
  expect(status, text).toBeLessThan(500);
  expect(headers).toMatchObject(securityHeaders);
  expect(headers["x-request-id"]).toMatch(/^[A-Za-z0-9._-]{8,64}$/);
  expect(Object.keys(headers).filter((name) => unwanted.includes(name))).toStrictEqual([]);
  if (status >= 400) expect(text).not.toMatch(leaks);
  expect(neverShown.filter((secret) => text.includes(secret))).toStrictEqual([]);
  return answer;
}

/** An asker whose every answer, raw ones too, must be safe. */
export function safeAsker(ask: Asker): Asker {
  return Object.assign(async (...asked: Parameters<Asker>) => expectSafe(await ask(...asked)), {
    raw: async (...asked: Parameters<Asker["raw"]>) => expectSafe(await ask.raw(...asked)),
    close: () => ask.close(),
  });
}
