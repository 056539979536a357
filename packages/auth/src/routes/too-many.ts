import { LucentError, type RateLimit } from "@lucent/core";

/**
 * The answer to whoever has used up an allowance that is no route's own. It says the same for every account: when one more
 * attempt is let through at the latest, and when all of them are.
 * @param retryAfter Seconds, where they may be told exactly.
 */
export function tooMany({ max, window }: RateLimit, retryAfter: number = window / max): LucentError {
  return new LucentError("RATE_LIMITED", {
    headers: {
      "retry-after": String(Math.max(1, Math.ceil(retryAfter))),
      "ratelimit-limit": String(max),
      "ratelimit-remaining": "0",
      "ratelimit-reset": String(window),
    },
  });
}
