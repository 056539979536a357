import { LucentError } from "../errors.ts";
import type { ListParameters } from "../filter/list.ts";
import { badRequest } from "../filter/refuse.ts";

const maxWhereLength = 4_096;
const wholeNumber = /^[1-9]\d{0,8}$/;
const depth = /^[0-3]$/;
const lists: ReadonlySet<string> = new Set(["sort", "select", "populate"]);

/**
 * Reads the engine parameters of a query string. `sort`, `select` and `populate` may be repeated; any other repetition
 * and any unknown name is refused.
 * @throws LucentError `BAD_REQUEST`.
 */
export function readParameters(search: string, known: ReadonlySet<string>): ListParameters {
  if (search === "") return {};
  const found: Record<string, unknown> = {};
  const sent = new URLSearchParams(search);
  for (const name of new Set(sent.keys())) {
    if (!known.has(name)) throw new LucentError("BAD_REQUEST");
    const [text = "", ...more] = sent.getAll(name);
    if (lists.has(name)) found[name] = [text, ...more].flatMap((each) => each.split(","));
    else if (more.length > 0) throw badRequest(name, "unique");
    else found[name] = readText(name, text);
  }
  return found;
}

function readText(name: string, text: string): unknown {
  if (name === "where") return readWhere(text);
  if (name === "depth") return readDepth(text);
  if (name !== "page" && name !== "perPage") return text;
  if (!wholeNumber.test(text)) throw badRequest(name, "type");
  return Number(text);
}

function readDepth(text: string): number {
  if (!depth.test(text)) throw badRequest("depth", wholeNumber.test(text) ? "max" : "type");
  return Number(text);
}

function readWhere(text: string): unknown {
  if (Buffer.byteLength(text) > maxWhereLength) throw badRequest("where", "maxLength");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LucentError("BAD_REQUEST", { errors: [{ path: "where", rule: "format" }], cause });
  }
}

const maxQueryWhereLength = 16_384;

/**
 * Reads the same parameters from the body of a query route.
 * @throws LucentError `BAD_REQUEST`.
 */
export function readQueryBody(body: unknown): ListParameters {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("", "type");
  const parameters: ListParameters = body;
  if (
    parameters.where !== undefined &&
    Buffer.byteLength(JSON.stringify(parameters.where)) > maxQueryWhereLength
  ) {
    throw badRequest("where", "maxLength");
  }
  return parameters;
}

/** What clients of other APIs call a credential in a URL, without case and separators. */
const credentialNames: ReadonlySet<string> = new Set([
  "accesstoken",
  "apikey",
  "refreshtoken",
  "token",
  "xapikey",
]);

/**
 * Refuses what a route does not take in its query string: any name but the known ones, where they are known. A credential
 * is refused in any case, unless it is known: URLs are kept in logs and histories (RFC 9700, 4.3.2).
 * @throws LucentError `BAD_REQUEST`.
 */
export function checkParameters(search: string, known: readonly string[] | undefined): void {
  if (search === "") return;
  for (const name of new URLSearchParams(search).keys()) {
    const isKnown = known?.includes(name) ?? !credentialNames.has(name.toLowerCase().replaceAll(/[-_]/g, ""));
    if (!isKnown) throw new LucentError("BAD_REQUEST");
  }
}
