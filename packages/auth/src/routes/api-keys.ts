import { type Issue, LucentError, type Route } from "@lucent/core";

import { newApiKey } from "../credential/api-key.ts";
import { knownScopes, scopeProblem } from "../credential/scopes.ts";
import type { Account } from "../facts.ts";
import type { Runtime } from "../runtime.ts";
import { json, nothing } from "./answer.ts";
import { membersOf, unknownKeys } from "./body.ts";
import { signedIn, unauthenticated } from "./guard.ts";
import type { At, Place } from "./place.ts";

const longestName = 100;

/** An account's keys for programs. No key can make, see or end one. */
export function apiKeyRoutes({ route }: Place): readonly Route[] {
  const limit = { max: 20, window: 3_600, by: "principal" } as const;
  return [
    route("createKey", { method: "POST", path: "/api-keys", limit }, createKey),
    route("keys", { method: "GET", path: "/api-keys" }, async ({ realm, call }) => {
      const { user } = signedIn(realm, call);
      const data = await realm.keys.list(user.id);
      return json(200, {
        data: data.map(({ publicId, mode, ...key }) => ({ ...key, prefix: prefixOf(mode, publicId) })),
      });
    }),
    route("endKey", { method: "DELETE", path: "/api-keys/{id}" }, async ({ realm, call }) => {
      const { user } = signedIn(realm, call);
      const id = call.params.get("id") ?? "";
      if (!(await realm.keys.revoke(user.id, id))) throw new LucentError("NOT_FOUND");
      call.services.audit({ event: "key.revoked", outcome: "ok", target: `key/${id}` });
      return nothing();
    }),
  ];
}

/** What of a key may be shown: enough to tell it from others. */
function prefixOf(mode: string, publicId: string): string {
  return `lk_${mode}_${publicId}`;
}

async function createKey({ runtime, realm, call }: At): Promise<Response> {
  const { user, session } = signedIn(realm, call);
  const { name, scopes, expiresAt } = readRequest(runtime, await call.json());
  // It stands for more than what it names today, so nobody gives it to themselves.
  if (scopes.includes("admin") && !mayGrantAdmin(realm, user)) {
    throw new LucentError("FORBIDDEN", { errors: [{ path: "scopes", rule: "options" }] });
  }
  const mode = runtime.services.production ? "live" : "test";
  const { key, publicId, hash } = newApiKey(mode);
  const request = { userId: user.id, sessionId: session, publicId, mode, hash, name, scopes } as const;
  const made = await realm.keys.create(expiresAt === undefined ? request : { ...request, expiresAt });
  if (made === undefined) throw unauthenticated();
  if (made.kind === "full") throw new LucentError("CONFLICT");
  call.services.audit({ event: "key.created", outcome: "ok", target: `key/${made.id}` });
  return json(201, {
    id: made.id,
    name,
    scopes,
    prefix: prefixOf(mode, publicId),
    createdAt: made.createdAt,
    expiresAt: made.expiresAt,
    key,
  });
}

function mayGrantAdmin({ settings }: At["realm"], user: Account): boolean {
  return settings.apiKeys?.admin(user) === true;
}

interface KeyRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | undefined;
}

function readRequest({ slugs }: Runtime, body: unknown): KeyRequest {
  const given = membersOf(body);
  const errors: Issue[] = unknownKeys(given, { name: true, scopes: true, expiresAt: true });
  const name = given.get("name");
  const nameRule = nameRuleOf(name);
  if (nameRule !== undefined) errors.push({ path: "name", rule: nameRule });
  const scopes = given.get("scopes");
  const scopeIssue = scopeProblem(scopes, knownScopes(slugs));
  if (scopeIssue !== undefined) errors.push(scopeIssue);
  const expiresAt = momentOf(given.get("expiresAt"));
  if (expiresAt === "invalid") errors.push({ path: "expiresAt", rule: "format" });
  if (errors.length > 0 || expiresAt === "invalid") throw new LucentError("VALIDATION", { errors });
  return { name: String(name), scopes: Array.isArray(scopes) ? scopes.map(String) : [], expiresAt };
}

// Controls, half characters, other kinds of line breaks, and what turns the direction of the text behind it.
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

function nameRuleOf(name: unknown): Issue["rule"] | undefined {
  if (name === undefined) return "required";
  if (typeof name !== "string") return "type";
  if (name.trim() === "") return "minLength";
  if (name.length > longestName) return "maxLength";
  return unprintable.test(name) ? "format" : undefined;
}

const isoMoment = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A moment that is still to come. */
function momentOf(value: unknown): Date | "invalid" | undefined {
  if (value === undefined || value === null) return undefined;
  const [text, year, month, day] = (typeof value === "string" ? isoMoment.exec(value) : undefined) ?? [];
  if (text === undefined) return "invalid";
  // A day that its month does not have would be one of the next month.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  const moment = new Date(text);
  return !isDay || Number.isNaN(moment.getTime()) || moment.getTime() <= Date.now() ? "invalid" : moment;
}
