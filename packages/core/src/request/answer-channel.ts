import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";

import type { AnswerMessage } from "../contract/answer-message.ts";
import type { Blueprint } from "../contract/blueprint.ts";
import { type ResponseData, toResponse } from "../http/lazy-response.ts";
import { targetOf } from "../http/path.ts";
import type { Exchange } from "./exchange.ts";
import { factsOf } from "./request-log.ts";

const channelName = "lucent:answer";

/** Asked for listeners before a message is made: without any, an answer costs no more than that. */
export const answers: { readonly hasSubscribers: boolean } = channel(channelName);

/** Tells the listeners of the channel `lucent:answer` of an answer. */
export function publishAnswer(
  blueprint: Blueprint,
  exchange: Exchange,
  answer: ResponseData | Response,
): void {
  channel(channelName).publish(messageOf(blueprint, exchange, answer));
}

/**
 * Listens to every answer of every application in this process: those of collections and of plugins' routes, and those to
 * requests that were refused. It is called before the answer is sent, so it has to return soon; what it throws is an
 * uncaught exception, as with any diagnostics channel.
 * @returns Ends it.
 */
export function onAnswer(listener: (message: AnswerMessage) => void): () => void {
  const told = (message: unknown): void => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is told on this channel
    listener(message as AnswerMessage);
  };
  subscribe(channelName, told);
  return () => void unsubscribe(channelName, told);
}

function messageOf(blueprint: Blueprint, exchange: Exchange, answer: ResponseData | Response): AnswerMessage {
  const facts = factsOf(exchange, answer.status);
  const { request, principal } = exchange;
  const hidden = {
    blueprint,
    request,
    path: targetOf(request).path,
    user: principal?.user,
    response: () => responseOf(answer),
  };
  return notEnumerable(facts, hidden);
}

/** Adds members that nothing finds that does not know their names. */
function notEnumerable<F extends object, H extends object>(facts: F, hidden: H): F & H {
  for (const [name, value] of Object.entries(hidden)) Object.defineProperty(facts, name, { value });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the members were added on the line before
  return facts as F & H;
}

function responseOf(answer: ResponseData | Response): Response {
  if (!(answer instanceof Response)) return toResponse(answer);
  const { body, status, headers } = answer.clone();
  return new Response(body, { status, headers });
}
