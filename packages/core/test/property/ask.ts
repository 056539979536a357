import { isLucentError } from "@lucent/core";

import type { Case } from "./cases.ts";
import type { Rulebook } from "./sight.ts";
import type { Page, World } from "./world.ts";

/** What an engine said: a page, or the code of its refusal. */
export type Answer = { readonly page: Page } | { readonly code: string };

/** Asks for one page the way that the case wants. */
export async function ask(world: World, { slug, rules, via }: Case, parameters: object): Promise<Answer> {
  if (via === "local" || JSON.stringify(rules).length > maxRules) {
    try {
      return { page: await world.reader(slug, callerOf(rules)).find(parameters) };
    } catch (error) {
      if (isLucentError(error)) return { code: error.code };
      throw error;
    }
  }
  const headers = { "x-rules": encodeURIComponent(JSON.stringify(rules)) };
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
export function askCount(world: World, { slug, rules, where }: Case): Promise<number> {
  return world.reader(slug, callerOf(rules)).count(where);
}

/** Asks for one document; `undefined` where it is not found. */
export async function askOne(
  world: World,
  { slug, rules, depth, populate }: Case,
  id: string,
): Promise<unknown> {
  const options = {
    ...(depth === undefined ? {} : { depth }),
    ...(populate === undefined ? {} : { populate }),
  };
  try {
    return await world.reader(slug, callerOf(rules)).findById(id, options);
  } catch (error) {
    if (isLucentError(error) && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

// Servers take headers of a few kilobytes.
const maxRules = 1_500;

function callerOf(rules: Rulebook): { readonly id: string; readonly rules: Rulebook } {
  return { id: "caller", rules };
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
