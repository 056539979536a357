import type { Answered } from "../world/asker.ts";
import type { Caller } from "./callers.ts";
import type { World } from "./world.ts";

/** The parameters of a list, as a query body has them. */
export type Parameters = Readonly<Record<string, unknown>>;

/** They as a query string. */
export function searchOf(parameters: Parameters): string {
  const pairs = Object.entries(parameters).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
  });
  return pairs.join("&");
}

/** A filter as a query string. */
export function where(filter: unknown): string {
  return searchOf({ where: filter });
}

/** Asks for a list both ways: with a query string and with a query body. */
export async function listBothWays(
  world: World,
  { user, slug }: { readonly user: Caller; readonly slug: string },
  parameters: Parameters,
): Promise<readonly Answered[]> {
  return [
    await world.as(user, "GET", `/api/${slug}?${searchOf(parameters)}`),
    await world.as(user, "POST", `/api/${slug}/query`, { body: parameters }),
  ];
}

/** Status, code and what is listed. */
export function short({ status, json }: Answered): readonly unknown[] {
  return [status, json?.code, json?.errors];
}

const changing = new Set(["date", "x-request-id", "content-length", "etag"]);

/** Everything about an answer that must be the same for two causes: status, headers, bytes; a name counts as `…`. */
export function bytes({ status, headers, text, json }: Answered, name = ""): readonly unknown[] {
  const kept = Object.entries(headers).filter(([header]) => !changing.has(header));
  const masked = typeof json?.requestId === "string" ? text.replace(json.requestId, "") : text;
  return [status, Object.fromEntries(kept), name === "" ? masked : masked.replace(`"${name}"`, '"…"')];
}

/** A field that there is not, or not for this caller. */
export function unknownField(name: string): readonly unknown[] {
  return [400, "UNKNOWN_FIELD", [{ path: name, rule: "unknown" }]];
}
