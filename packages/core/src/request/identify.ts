import type { Facts } from "../contract/plugin.ts";
import { LucentError } from "../errors.ts";
import { clientOf, type Exchange, type ExchangeParts } from "./exchange.ts";
import type { FactsReader } from "./facts.ts";
import type { Caller, Limits, Verdict } from "./limits.ts";
import type { Matched } from "./match.ts";

/** What finding out who is calling needs of the application. */
export interface IdentifyParts extends ExchangeParts {
  readonly facts: FactsReader;
  readonly limits: Limits;
}

/**
 * Who is calling, once the limits allow it. An attempt with a bad credential counts as one of its address.
 * @throws LucentError `RATE_LIMITED`, or what the plugins say of the credential.
 */
export async function identify(parts: IdentifyParts, exchange: Exchange, matched: Matched): Promise<Facts> {
  const { limits } = parts;
  const address = (): string => clientOf(parts, exchange).address;
  const early = limits.byAddress(matched, address);
  if (early !== undefined) await heed(exchange, early);
  let facts: Facts;
  try {
    facts = ignoresCredentials(matched) ? {} : await parts.facts(exchange.request);
  } catch (error) {
    const attempt = limits.byCaller(matched, { user: null, address });
    if (attempt !== undefined) await heed(exchange, attempt);
    throw error;
  }
  const call = limits.byCaller(matched, { user: facts.user ?? null, address });
  if (call !== undefined) await heed(exchange, call);
  return facts;
}

function ignoresCredentials(matched: Matched): boolean {
  return matched.kind === "route" && matched.route.ignoresCredentials === true;
}

/** Takes from the caller's API-wide allowance, beside what the call itself costs. @throws LucentError `RATE_LIMITED`. */
export async function charge({ limits }: IdentifyParts, exchange: Exchange, paid: Charge): Promise<void> {
  const asked = limits.charge(paid.caller, paid.cost);
  if (asked !== undefined) await heed(exchange, asked);
}

/** Who pays how much. */
export interface Charge {
  readonly caller: Caller;
  readonly cost: number;
}

async function heed(exchange: Exchange, asked: Promise<Verdict>): Promise<void> {
  const { allowed, headers, retryAfter } = await asked;
  exchange.limit = headers;
  if (!allowed) throw new LucentError("RATE_LIMITED", { headers: { "retry-after": retryAfter } });
}
