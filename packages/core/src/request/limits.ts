import { createHash } from "node:crypto";

import type { ApiRateLimits } from "../contract/config.ts";
import type { Counter, RateLimit, Taken } from "../contract/counter.ts";
import type { RouteLimit } from "../contract/route.ts";
import type { AnyUser, User } from "../contract/rule.ts";
import type { Matched } from "./match.ts";

/** What a limit answered, for the response. */
export interface Verdict {
  readonly allowed: boolean;
  /** `RateLimit-*`, for every answer of a limited route. */
  readonly headers: Readonly<Record<string, string>>;
  /** For the `Retry-After` of a refusal: whole seconds, at least 1. */
  readonly retryAfter: string;
}

/** Who is counted. The address is worked out only where a limit asks for it. */
export interface Caller {
  readonly user: User | null;
  readonly address: () => string;
}

/** The limits of an application. Each answers `undefined` where there is no limit. */
export interface Limits {
  /** The route's own limit by address: asked before the caller is known. */
  readonly byAddress: (matched: Matched, address: () => string) => Promise<Verdict> | undefined;
  /** The limits of a known caller: the route's own, or on a collection's routes the API-wide one. */
  readonly byCaller: (matched: Matched, caller: Caller) => Promise<Verdict> | undefined;
  /** The API-wide limit, for what a route does on top of being called. */
  readonly charge: (caller: Caller, cost: number) => Promise<Verdict> | undefined;
}

/** Makes the limits. Keys name the matched route, never the path: no spelling of it has an allowance of its own. */
export function limits(counter: Counter, api: Required<ApiRateLimits> | undefined): Limits {
  const take = async (key: string, limit: RateLimit, cost = 1): Promise<Verdict> =>
    verdictOf(await counter.take(key, limit, cost), limit);
  function charge({ user, address }: Caller, cost: number): Promise<Verdict> | undefined {
    if (api === undefined) return undefined;
    return user === null
      ? take(`api:address:${address()}`, api.anonymous, cost)
      : take(`api:principal:${principalKey(user)}`, api.principal, cost);
  }
  return {
    byAddress(matched, address) {
      const limit = routeLimit(matched, "address");
      return limit && take(`${limit.key}:address:${address()}`, limit.limit);
    },
    byCaller(matched, caller) {
      if (matched.kind === "collection" || matched.kind === "batch") return charge(caller, 1);
      const found = routeLimit(matched, "principal");
      if (found === undefined) return undefined;
      const { user, address } = caller;
      const who = user === null ? `address:${address()}` : `principal:${principalKey(user)}`;
      return take(`${found.key}:${who}`, found.limit);
    },
    charge,
  };
}

interface Found {
  readonly key: string;
  readonly limit: RouteLimit;
}

function routeLimit(matched: Matched, by: "address" | "principal"): Found | undefined {
  if (matched.kind !== "route") return undefined;
  const { id, limit } = matched.route;
  if (limit === undefined || (limit.by ?? "address") !== by) return undefined;
  return { key: limit.shared === undefined ? `route:${id}` : `shared:${limit.shared}`, limit };
}

const plain = /^[\w-]{0,64}\/[\w-]{1,64}$/;

/** A short key for an account: ids are texts of a plugin's choosing. */
function principalKey({ collection = "", id }: AnyUser): string {
  const name = `${collection}/${id}`;
  if (plain.test(name)) return name;
  return createHash("sha256")
    .update(JSON.stringify([collection, id]))
    .digest("base64url");
}

function verdictOf({ allowed, remaining, resetAfter, retryAfter }: Taken, { max }: RateLimit): Verdict {
  return {
    allowed,
    headers: {
      "ratelimit-limit": String(max),
      "ratelimit-remaining": String(remaining),
      "ratelimit-reset": String(Math.ceil(resetAfter)),
    },
    retryAfter: String(Math.max(Math.ceil(retryAfter), 1)),
  };
}
