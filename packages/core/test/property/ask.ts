import { isLucentError } from "@lucent/core";

import type { Case } from "./cases.ts";
import type { Page, World } from "./world.ts";

/** What an engine said: a page, or the code of its refusal. */
export type Answer = { readonly page: Page } | { readonly code: string };

/** Asks for one page the way that the case wants. */
export async function ask(world: World, { slug, rule, via }: Case, parameters: object): Promise<Answer> {
  if (via === "local") {
    try {
      return { page: await world.reader(slug, callerOf(rule)).find(parameters) };
    } catch (error) {
      if (isLucentError(error)) return { code: error.code };
      throw error;
    }
  }
  const headers = { "x-rule": encodeURIComponent(JSON.stringify(rule)) };
  const search = searchOf(parameters);
  const inUrl = via === "get" && search !== undefined;
  const url = `${world.origin}/api/${slug}${inUrl ? `?${search}` : "/query"}`;
  const response = await fetch(
    url,
    inUrl
      ? { headers }
      : {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body: JSON.stringify(parameters),
        },
  );
  const body = (await response.json()) as Page & { readonly code: string };
  return response.status === 200 ? { page: body } : { code: body.code };
}

/** Counts what the case's filter matches. */
export function askCount(world: World, { slug, rule, where }: Case): Promise<number> {
  return world.reader(slug, callerOf(rule)).count(where);
}

/** Asks for one document; `undefined` where it is not found. */
export async function askOne(world: World, { slug, rule }: Case, id: string): Promise<unknown> {
  try {
    return await world.reader(slug, callerOf(rule)).findById(id);
  } catch (error) {
    if (isLucentError(error) && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

function callerOf(rule: Case["rule"]): { readonly id: string; readonly rule: Case["rule"] } {
  return { id: "caller", rule };
}

const maxWhereBytes = 4_096;
const maxTargetBytes = 8_000;

/** The parameters as a query string, or `undefined` where a URL can't carry them. */
function searchOf(parameters: object): string | undefined {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (Array.isArray(value) && value.length === 0) return undefined;
    const text = name === "where" ? JSON.stringify(value) : String(value);
    if (name === "where" && Buffer.byteLength(text) > maxWhereBytes) return undefined;
    search.append(name, text);
  }
  const text = search.toString();
  return text.length > maxTargetBytes ? undefined : text;
}
