import type { Logger } from "../contract/logger.ts";
import type { Facts, Services } from "../contract/plugin.ts";
import { isLucentError, LucentError } from "../errors.ts";
import type { HostCheck } from "../http/host.ts";
import { type ResponseData, toResponse } from "../http/lazy-response.ts";
import { type Target, targetOf } from "../http/path.ts";
import { problemOf, problemType } from "../http/problem.ts";
import { requestIdOf } from "../http/request-id.ts";
import { answerCollection, type AnswerParts, type Incoming } from "./answer.ts";
import type { FactsReader } from "./facts.ts";
import type { Matched, Matcher, RouteMatch } from "./match.ts";
import type { Principal } from "./principal.ts";
import { frameResponse, type Result, serialize } from "./serialize.ts";

/** What the HTTP side works with. */
export interface FlowParts extends AnswerParts {
  readonly match: Matcher;
  readonly facts: FactsReader;
  readonly services: Services;
  readonly hosts: HostCheck;
  readonly headers: Readonly<Record<string, string>>;
  readonly logger: Logger;
}

/** Answers requests under the prefix. Never throws: every failure becomes a problem. */
export interface Flow {
  /** A plugin's route makes its own response; everything else is still data. */
  readonly answer: (request: Request) => Promise<ResponseData | Response>;
  /** The answer to a request for a host that is not ours, or `undefined` where the host is fine. */
  readonly refuseHost: (request: Request) => Response | undefined;
}

const maxTargetLength = 8_192;

/** Makes the flow of an application. */
export function flow(parts: FlowParts): Flow {
  const { prefix, headers, logger } = parts;
  const anyHost = `${prefix}/health/`;

  function isMisdirected(request: Request, target: Target): boolean {
    return !parts.hosts(request) && !target.path.startsWith(anyHost);
  }

  function failure(error: unknown, requestId: string): Result {
    const known = isLucentError(error) ? error : new LucentError("INTERNAL", { cause: error });
    if (known.status >= 500)
      logger.error("request failed", { requestId, code: known.code, error: causeOf(known) });
    return {
      status: known.status,
      body: problemOf(known, requestId),
      type: problemType,
      ...(known.headers === undefined ? {} : { headers: known.headers }),
    };
  }

  return {
    async answer(request) {
      const requestId = requestIdOf(request);
      const { method } = request;
      let principal: Principal | undefined;
      try {
        const target = targetOf(request);
        if (isMisdirected(request, target)) throw new LucentError("MISDIRECTED_REQUEST");
        if (target.length > maxTargetLength) throw new LucentError("BAD_REQUEST");
        const matched = parts.match(method, target.path);
        const known = parts.facts(request);
        const facts = known instanceof Promise ? await known : known;
        principal = { user: facts.user ?? null, system: false, requestId };
        const frame = { headers, requestId, method, principal };
        if (matched.kind === "route") {
          return frameResponse(await callRoute(parts, matched, { request, requestId, facts }), frame);
        }
        return serialize(await resultOf(parts, matched, { request, target, principal }), frame);
      } catch (error) {
        return serialize(failure(error, requestId), { headers, requestId, method, principal });
      }
    },
    refuseHost(request) {
      if (!isMisdirected(request, targetOf(request))) return undefined;
      const requestId = requestIdOf(request);
      const result = failure(new LucentError("MISDIRECTED_REQUEST"), requestId);
      return toResponse(
        serialize(result, { headers, requestId, method: request.method, principal: undefined }),
      );
    },
  };
}

function causeOf(error: LucentError): string {
  const { cause } = error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

async function callRoute(
  { services }: FlowParts,
  { route, params }: RouteMatch,
  call: { readonly request: Request; readonly requestId: string; readonly facts: Facts },
): Promise<Response> {
  return route.handle({ ...call, params, services });
}

async function resultOf(
  parts: FlowParts,
  matched: Exclude<Matched, RouteMatch>,
  incoming: Incoming,
): Promise<Result> {
  if (matched.kind === "options") return { status: 204, headers: { allow: matched.allow } };
  return answerCollection(parts, matched, incoming);
}
