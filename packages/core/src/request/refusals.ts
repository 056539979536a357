import type { AuditEventName } from "../contract/audit.ts";
import type { Services } from "../contract/plugin.ts";
import type { Operation } from "../contract/rule.ts";
import type { ErrorCode } from "../errors.ts";
import { isBeyondScope } from "../operation/rules.ts";
import type { Exchange, ExchangeParts } from "./exchange.ts";
import type { Action } from "./match.ts";
import { routeOf } from "./request-log.ts";
import { type Sampler, sampler } from "./sampler.ts";
import { type Witness, witnessOf } from "./witness.ts";

/** Why a request is refused, or what a browser's script is not granted. */
export type Refusal = ErrorCode | "CORS";

/** Reports a refusal to the audit trail, where the trail has an event for it. */
export type RefusalReport = (exchange: Exchange, refusal: Refusal) => void;

const events: ReadonlyMap<Refusal, AuditEventName> = new Map<Refusal, AuditEventName>([
  ["UNAUTHENTICATED", "access.denied"],
  ["FORBIDDEN", "access.denied"],
  ["CSRF", "csrf.refused"],
  ["MISDIRECTED_REQUEST", "host.refused"],
  ["CORS", "cors.refused"],
  ["RATE_LIMITED", "limit.blocked"],
]);

/**
 * Makes the report. Each caller is reported once a second for each event: whoever is refused decides how often that
 * happens, and must not fill the trail.
 */
export function refusalReport(
  audit: Services["audit"],
  parts: ExchangeParts,
  isFirst: Sampler = sampler(),
): RefusalReport {
  return (exchange, refusal) => {
    const event = eventOf(exchange, refusal);
    if (event === undefined) return;
    const witness = witnessOf(parts, exchange);
    if (!isFirst(`${event} ${callerOf(witness)}`)) return;
    audit({ event, outcome: "fail", reason: refusal, target: targetOf(exchange, refusal), ...witness });
  };
}

/** What a key may not do is a matter of its own. Of a batch nobody says here which operation it was. */
function eventOf({ matched, principal }: Exchange, refusal: Refusal): AuditEventName | undefined {
  if (refusal === "FORBIDDEN" && matched?.kind === "collection" && principal !== undefined) {
    const { model, action } = matched;
    if (isBeyondScope({ model, operation: operations[action], principal })) return "key.denied";
  }
  return events.get(refusal);
}

const operations: Readonly<Record<Action, Operation>> = {
  list: "read",
  query: "read",
  count: "read",
  one: "read",
  create: "create",
  update: "update",
  delete: "delete",
  restore: "delete",
};

function callerOf({ actor, address = "" }: Witness): string {
  return actor?.id === undefined ? address : `${actor.collection ?? ""}/${actor.id}`;
}

function targetOf({ request: { headers }, matched }: Exchange, refusal: Refusal): string | undefined {
  if (refusal === "MISDIRECTED_REQUEST") return headers.get("host") ?? undefined;
  if (refusal === "CORS") return headers.get("origin") ?? undefined;
  const route = routeOf(matched);
  return matched?.kind === "collection" && matched.id !== undefined ? `${route}/${matched.id}` : route;
}
