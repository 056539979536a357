import type { OpenApiDocument } from "../../src/index.ts";
import { findOperation } from "../conformance/find-operation.ts";
import { responseProblems } from "../conformance/response-problems.ts";
import type { Parts, Request } from "./parts.ts";
import { marker } from "./texts.ts";
import type { Answered } from "./wire.ts";

/** What must never be in an answer of one application. */
export interface Secrets {
  /** Values in columns that nobody reads, and of rows that nobody reads. */
  readonly values: readonly string[];
  /** Names of fields and collections that no document may have. */
  readonly names: readonly string[];
}

/** A request, what came back, and what is known of both. */
export interface Exchange {
  readonly parts: Parts;
  readonly request: Request;
  readonly answer: Answered;
  /** Why the document does not describe such a request. */
  readonly misfits: readonly string[];
}

/** What an answer is compared with. */
export interface Documents {
  /** As the caller sees it. */
  readonly document: OpenApiDocument;
  /** As everybody does: what most clients are written for, whoever calls. */
  readonly ofStrangers: OpenApiDocument;
}

/** Words of the inside: statements, tables, hashes, stack traces. */
const inside =
  /lucent_[a-z]|\$argon2|\bselect .* from\b|\binsert into\b|syntax error|relation "|duplicate key|node_modules|\.[cm]?[jt]s:\d|\bat \S+ \(|postgres/i;

/** Everything that is wrong with an answer, one sentence each. */
export function faultsOf(
  { document, ofStrangers }: Documents,
  exchange: Exchange,
  secrets: Secrets,
): readonly string[] {
  const { status } = exchange.answer;
  return [
    ...(status >= 500 || status < 200 ? [`${placeOf(exchange)}: the status is ${status}`] : []),
    ...undocumented(document, exchange, false),
    ...(document === ofStrangers ? [] : undocumented(ofStrangers, exchange, true)),
    ...told(exchange, secrets),
    ...wronglyTaken(exchange),
  ];
}

/** The operation that was asked, and how it answered. */
function placeOf({ parts, answer }: Exchange): string {
  return `${parts.method} ${parts.described.template} ${answer.status}`;
}

/** What is not as the document says. Another method than the document has, or another path, is outside of it. */
function undocumented(
  document: OpenApiDocument,
  { parts, request, answer }: Exchange,
  isOthers: boolean,
): readonly string[] {
  const { method, target } = request;
  const [path = ""] = target.split("?");
  const found = findOperation(document, method, path);
  if (found?.operation === undefined) return [];
  // A value in the path that can't be read makes it another path.
  if (found.template !== parts.described.template || hasBrokenPath(path)) return [];
  // A head of more than 16 KiB is refused by the server below.
  if (answer.status === 431 && target.length > 8_192) return [];
  // Whoever signs in sees more of the own account than strangers may know.
  const isOpen = isOthers || parts.described.operation.security.length === 0;
  return responseProblems(document, { method, path: target, ...answer }, { isOpen });
}

function hasBrokenPath(path: string): boolean {
  return /%(?:00|2f|5c|ff|$|[^0-9a-f])|\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path);
}

/** What an answer tells that it should not. */
function told(exchange: Exchange, { values, names }: Secrets): readonly string[] {
  const { request, answer } = exchange;
  const line = (what: string): string => `${placeOf(exchange)}: ${what}`;
  // Documents of the API itself are about names, and its page is a program.
  if (/\/(?:docs|openapi\.json)/.test(request.target)) return [];
  // What a cookie is called is told to everybody who signs in.
  const headers = [...answer.headers].filter(([name]) => name !== "set-cookie");
  const text = `${headers.map(([name, value]) => `${name}: ${value}`).join("\n")}\n${answer.body}`;
  const sent = `${request.target} ${request.body ?? ""}`;
  const isProblem = answer.status >= 400;
  return [
    ...values.filter((value) => text.includes(value)).map(() => line("a value that nobody reads is in it")),
    ...names
      .filter((name) => text.includes(name) && !sent.includes(name))
      .map((name) => line(`the hidden name ${name} is in it`)),
    ...(inside.test(isProblem ? text : withoutSent(text, sent)) ? [line("it tells about the inside")] : []),
    ...(isProblem && text.includes(marker) ? [line("it repeats what was sent")] : []),
  ];
}

/** Documents show what was stored, whatever it looks like. */
function withoutSent(text: string, sent: string): string {
  return inside.test(sent) ? "" : text;
}

/** Who wants to be signed out is, whatever else was sent. */
const alwaysDone = /\/logout$/;

/** What the document refuses must not be taken, and what it describes must not be refused for its form. */
function wronglyTaken(exchange: Exchange): readonly string[] {
  const { misfits, answer, parts } = exchange;
  const [first] = misfits;
  if (
    first !== undefined &&
    answer.status < 300 &&
    first !== "the method" &&
    !alwaysDone.test(parts.described.template)
  ) {
    return [`${placeOf(exchange)}: the document refuses ${first}`];
  }
  const isForm = answer.status === 405 || answer.status === 415;
  return first === undefined && isForm ? [`${placeOf(exchange)}: the document allows such a request`] : [];
}
