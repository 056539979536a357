import type { OpenApiDocument, Parameter } from "../../src/index.ts";
import type { Draft } from "./drafts.ts";
import { type Described, parametersOf } from "./links.ts";
import type { Memory } from "./memory.ts";
import { filled } from "./recalled.ts";

/** Somebody who asks. */
export interface Caller {
  readonly name: string;
  /** What shows who it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it could type in, by the names that bodies have for it. */
  readonly knows: Readonly<Record<string, unknown>>;
}

/** A request taken apart, as it can still be changed. */
export interface Parts {
  readonly described: Described;
  readonly method: string;
  /** Values in the path, by name and as they are sent. */
  readonly path: Readonly<Record<string, string>>;
  /** As they are sent, in this order. */
  readonly query: readonly (readonly [name: string, text: string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** The value of a JSON body; absent where there is none. */
  readonly body?: unknown;
  /** A body that is sent in its place, whatever it is. */
  readonly text?: string;
  /** `undefined` for none. */
  readonly type?: string | undefined;
}

/** A request as it goes over the wire. */
export interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Fills a draft with what is known, for one caller. */
export function partsOf(
  draft: Draft,
  document: OpenApiDocument,
  { memory, caller, origin }: { readonly memory: Memory; readonly caller: Caller; readonly origin: string },
): Parts {
  const { described } = draft;
  const { operation, template, method } = described;
  const isOwn = operation.security.length > 0;
  const recalling = memory.of(caller.name, template, isOwn ? caller.knows : undefined);
  const parameters = new Map(parametersOf(operation, document).map((each) => [each.name, each]));
  const path = Object.fromEntries(
    Object.entries(draft.path).map(([name, value]) => [
      name,
      encodeURIComponent(String(filled(value, recalling))),
    ]),
  );
  const known = nextPage(draft, memory, caller);
  const query =
    known ??
    Object.entries(draft.query).map(
      ([name, value]) => [name, textOf(parameters.get(name), filled(value, recalling))] as const,
    );
  return {
    described,
    method: method.toUpperCase(),
    path,
    query,
    headers: {
      ...(isOwn || operation.security.some((each) => Object.keys(each).length > 0) ? caller.headers : {}),
      ...(draft.isOfPage ? { origin, "sec-fetch-site": "same-origin" } : {}),
      ...versionHeader(draft, memory.version(pathOf(template, path))),
    },
    ...("body" in draft ? { body: filled(draft.body, recalling), type: "application/json" } : {}),
  };
}

/** The query of the next page of a list that this caller has seen. */
function nextPage(
  { isNextPage, nth, described }: Draft,
  memory: Memory,
  caller: Caller,
): Parts["query"] | undefined {
  const page = isNextPage ? memory.page(nth) : undefined;
  if (page === undefined || page.caller !== caller.name || page.template !== described.template)
    return undefined;
  const query = [...new URLSearchParams(page.target.split("?")[1] ?? "")];
  return [...query.filter(([name]) => name !== "page" && name !== "cursor"), ["cursor", page.cursor]];
}

function textOf(parameter: Parameter | undefined, value: unknown): string {
  if (parameter?.content !== undefined) return JSON.stringify(value);
  return Array.isArray(value) ? value.join(",") : String(value);
}

function versionHeader(
  { version, described }: Draft,
  known: string | undefined,
): Readonly<Record<string, string>> {
  if (version === "none") return {};
  const tag = version === "current" && known !== undefined ? known : '"another-version"';
  return described.method === "get" ? { "if-none-match": tag } : { "if-match": tag };
}

/** A path with its values. */
function pathOf(template: string, values: Parts["path"]): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => values[name] ?? "");
}

/** Puts the parts together. */
export function requestOf({ described, method, path, query, headers, body, text, type }: Parts): Request {
  const search = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
  const sent = text ?? (body === undefined ? undefined : jsonOf(body));
  return {
    method,
    target: `${pathOf(described.template, path)}${search === "" ? "" : `?${search}`}`,
    headers: { ...headers, ...(type === undefined ? {} : { "content-type": type }) },
    body: sent,
  };
}

/** Percent-encoded, unless it is meant to be sent broken. */
function encoded(text: string): string {
  if (/^%(?:[^0-9a-fA-F]|$|[0-9a-fA-F](?:[^0-9a-fA-F]|$)|ff|c0)/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed());
}

/** Stands for JSON that `JSON.stringify` would never write. */
export function rawJson(text: string): string {
  return `${rawMark}${text}${rawMark}`;
}

const rawMark = "\u0001raw\u0001";
const rawPattern = /"\\u0001raw\\u0001(.*?)\\u0001raw\\u0001"/g;

/** The text of a body. */
export function jsonOf(body: unknown): string {
  return JSON.stringify(body).replaceAll(rawPattern, (_, text: string) => text);
}

/** A request as a line for a shell, cut where it is long. */
export function curlLine({ method, target, headers, body }: Request): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const flags = Object.entries(headers).map(
    ([name, value]) => `-H ${quoted(`${name}: ${shown(name, value)}`)}`,
  );
  const data =
    body === undefined
      ? []
      : [`--data-raw ${quoted(body.length > 2_000 ? `${body.slice(0, 2_000)}…` : body)}`];
  return ["curl -i -X", method, ...flags, ...data, quoted(`$API${target}`)].join(" ");
}

function shown(name: string, value: string): string {
  return name === "authorization" ? "Bearer $TOKEN" : value;
}
