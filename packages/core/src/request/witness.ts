import type { AuditActor, AuditInput } from "../contract/audit.ts";
import { agentOf } from "../http/agent.ts";
import { clientOf, type Exchange, type ExchangeParts } from "./exchange.ts";

/** What every event of a request has in common. */
export type Witness = Pick<AuditInput, "actor" | "address" | "agent" | "requestId">;

/** Who sent a request, from where and with what, as far as it is known by now. */
export function witnessOf(parts: ExchangeParts, exchange: Exchange): Witness {
  const { request, requestId } = exchange;
  return {
    actor: actorOf(exchange),
    address: clientOf(parts, exchange).address,
    agent: agentOf(request),
    requestId,
  };
}

function actorOf({ principal, credential }: Exchange): AuditActor {
  const user = principal?.user ?? null;
  if (user === null) return { type: "anonymous" };
  const { id, collection } = user;
  if (credential?.kind === "key") return { type: "key", id, collection, key: credential.publicId };
  return { type: "user", id, collection, session: credential?.id };
}
