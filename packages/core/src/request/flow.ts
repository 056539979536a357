import type { Database } from "../contract/database.ts";
import type { HookLucent } from "../contract/hook.ts";
import type { Logger } from "../contract/logger.ts";
import type { Peer } from "../contract/peer.ts";
import type { Facts, Services } from "../contract/plugin.ts";
import { LucentError } from "../errors.ts";
import { hasBody, readJson } from "../http/body.ts";
import type { HostCheck } from "../http/host.ts";
import { type ResponseData, toResponse } from "../http/lazy-response.ts";
import { checkParameters } from "../http/parameters.ts";
import { type Target, targetOf } from "../http/path.ts";
import { problemOf, problemType } from "../http/problem.ts";
import { secureLocation } from "../http/secure-origin.ts";
import type { Principal } from "../operation/principal.ts";
import { poolSession, type Session } from "../operation/session.ts";
import { thrownFailure } from "../postgres/failure.ts";
import { answers, publishAnswer } from "./answer-channel.ts";
import { answerBatch, answerCollection, type AnswerParts, type Incoming } from "./answer.ts";
import { clientOf, type Exchange, exchangeOf, frameOf } from "./exchange.ts";
import { charge, identify, type IdentifyParts } from "./identify.ts";
import type { Caller } from "./limits.ts";
import type { Matched, Matcher, RouteMatch } from "./match.ts";
import type { RefusalReport } from "./refusals.ts";
import type { RequestLog } from "./request-log.ts";
import { frameResponse, type Result, serialize } from "./serialize.ts";
import { witnessOf } from "./witness.ts";

/** What the HTTP side works with. */
export interface FlowParts extends AnswerParts, IdentifyParts {
  readonly match: Matcher;
  readonly services: Services;
  /** The collections, for routes of plugins. */
  readonly inside: (session: Session, requestId: string) => HookLucent;
  readonly hosts: HostCheck;
  /** The public https origin, where a proxy is trusted to say how the client came. */
  readonly secureOrigin: string | undefined;
  readonly logger: Logger;
  /** Absent where requests are not logged: then no line is made either. */
  readonly log: RequestLog | undefined;
  readonly report: RefusalReport;
}

/** Answers requests under the prefix. Never throws: every failure becomes a problem. */
export interface Flow {
  /** A plugin's route makes its own response; everything else is still data. */
  readonly answer: (request: Request, peer?: Peer) => Promise<ResponseData | Response>;
  /** The answer to a request for a host that is not ours, or `undefined` where the host is fine. */
  readonly refuseHost: (request: Request) => Response | undefined;
}

const maxTargetLength = 8_192;
const routeBodyLimit = 16_384;

/** Makes the flow of an application. */
export function flow(parts: FlowParts): Flow {
  function logged<R extends ResponseData | Response>(exchange: Exchange, response: R): R {
    parts.log?.(exchange, response.status);
    if (answers.hasSubscribers) publishAnswer(parts.services.blueprint, exchange, response);
    return response;
  }
  return {
    async answer(request, peer) {
      const exchange = exchangeOf(request, peer);
      let response: ResponseData | Response;
      try {
        response = await respond(parts, exchange);
      } catch (error) {
        response = failure(parts, exchange, error);
      }
      return logged(exchange, response);
    },
    refuseHost(request) {
      if (!isMisdirected(parts, request, targetOf(request))) return undefined;
      const exchange = exchangeOf(request, undefined);
      const refusal = failure(parts, exchange, new LucentError("MISDIRECTED_REQUEST"));
      return toResponse(logged(exchange, refusal));
    },
  };
}

async function respond(parts: FlowParts, exchange: Exchange): Promise<ResponseData | Response> {
  const { request, method, requestId } = exchange;
  const target = targetOf(request);
  const early = answerEarly(parts, exchange, target);
  if (early !== undefined) return serialize(early, frameOf(parts, exchange));
  const matched = parts.match(method, target.path);
  exchange.matched = matched;
  const facts = await identify(parts, exchange, matched);
  const principal: Principal = { user: facts.user ?? null, system: false, requestId, isRemote: true };
  exchange.principal = principal;
  exchange.credential = facts.credential;
  if (matched.kind === "route") {
    return frameResponse(await callRoute(parts, exchange, { matched, facts }), frameOf(parts, exchange));
  }
  const result = await resultOf(parts, matched, incomingOf(parts, exchange, { target, principal }));
  return serialize(result, frameOf(parts, exchange));
}

function resultOf(
  parts: FlowParts,
  matched: Exclude<Matched, RouteMatch>,
  incoming: Incoming,
): Result | Promise<Result> {
  if (matched.kind === "options") return { status: 204, headers: { allow: matched.allow } };
  return matched.kind === "batch" ? answerBatch(parts, incoming) : answerCollection(parts, matched, incoming);
}

/** Statements are counted for the log, and cancelled when the client goes away. */
function incomingOf(
  parts: FlowParts,
  exchange: Exchange,
  { target, principal }: Pick<Incoming, "target" | "principal">,
): Incoming {
  const { request } = exchange;
  const database = watched(parts, exchange, request);
  const caller: Caller = { user: principal.user, address: () => clientOf(parts, exchange).address };
  return {
    request,
    target,
    principal,
    session: poolSession(database, parts.logger),
    charge: (cost) => charge(parts, exchange, { caller, cost }),
  };
}

function watched({ database }: FlowParts, exchange: Exchange, request?: Request): Database {
  return database.tracked({
    // Made by the runtime when it is asked for, which takes longer than a brief statement is worth.
    get signal() {
      return request?.signal;
    },
    onStatement: () => void (exchange.queries += 1),
  });
}

/** What is answered from the outside of a request alone, before anything is looked up. */
function answerEarly(parts: FlowParts, exchange: Exchange, target: Target): Result | undefined {
  const { request, method } = exchange;
  if (isMisdirected(parts, request, target)) throw new LucentError("MISDIRECTED_REQUEST");
  const { secureOrigin } = parts;
  if (secureOrigin !== undefined && !isHealth(parts, target) && clientOf(parts, exchange).isInsecure) {
    return { status: 308, headers: { location: secureLocation(method, target, secureOrigin) } };
  }
  if (parts.cors?.refuses(request) === true) parts.report(exchange, "CORS");
  const preflight = parts.cors?.preflight(request);
  if (preflight !== undefined) return { status: 204, headers: preflight };
  if (target.length > maxTargetLength) throw new LucentError("BAD_REQUEST");
  return undefined;
}

function isMisdirected(parts: FlowParts, request: Request, target: Target): boolean {
  return !parts.hosts(request) && !isHealth(parts, target);
}

/** Whoever probes the health of an instance asks it directly: by any host, without a proxy. */
function isHealth({ prefix }: FlowParts, { path }: Target): boolean {
  return path.startsWith(`${prefix}/health/`);
}

interface Identified {
  readonly matched: RouteMatch;
  readonly facts: Facts;
}

async function callRoute(
  parts: FlowParts,
  exchange: Exchange,
  { matched: { route, params }, facts }: Identified,
): Promise<Response> {
  const { request, requestId } = exchange;
  checkParameters(targetOf(request).search, route.parameters);
  const address = (): string => clientOf(parts, exchange).address;
  const caller: Caller = { user: facts.user ?? null, address };
  // Counted, not cancelled: a route may go on with what it has begun, or share it with other requests.
  const database = watched(parts, exchange);
  const audit: Services["audit"] = (input) =>
    parts.services.audit({ ...witnessOf(parts, exchange), ...input });
  return route.handle({
    request,
    params,
    facts,
    requestId,
    services: { ...parts.services, database, audit },
    get lucent() {
      return parts.inside(poolSession(database, parts.logger), requestId);
    },
    json: async ({ optional = false } = {}) =>
      optional && !hasBody(request) ? undefined : readJson(request, route.bodyLimit ?? routeBodyLimit),
    get address() {
      return address();
    },
    charge: (cost) => charge(parts, exchange, { caller, cost }),
  });
}

function failure(parts: FlowParts, exchange: Exchange, error: unknown): ResponseData {
  const { requestId } = exchange;
  const known = thrownFailure(error);
  parts.report(exchange, known.code);
  if (known.status >= 500)
    parts.logger.error("request failed", { requestId, code: known.code, error: causeOf(known) });
  const result: Result = {
    status: known.status,
    body: problemOf(known, requestId),
    type: problemType,
    // What went wrong once may be right the next time, and may tell who asked.
    headers: { "cache-control": "no-store", ...known.headers },
  };
  return serialize(result, frameOf(parts, exchange));
}

function causeOf(error: LucentError): string {
  const { cause } = error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
