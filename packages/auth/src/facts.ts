import { type AnyUser, type Credential, type Facts, LucentError, type User } from "@lucent/core";

import { readApiKey } from "./credential/api-key.ts";
import { clearCookies, type CredentialCookies, readCredentialCookies } from "./credential/cookies.ts";
import { expandScopes } from "./credential/scopes.ts";
import { bearerToken, type Shown, shownBy } from "./credential/shown.ts";
import { exposedKey, reportExposed } from "./exposed-key.ts";
import type { Runtime } from "./runtime.ts";

/** The account that a request acts for. */
export type Account = User & { readonly collection: string };

/** Knows the account that a table holds as what the application has named its fields by. */
export function accountOf(stored: AnyUser & { readonly collection: string }): Account {
  const account: unknown = stored;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an application that names its accounts names each by the fields that its table is made of
  return account as Account;
}

/** A caller who is known, by a session or by an API key. */
interface Known extends Facts {
  readonly user: Account;
  readonly credential: Credential;
}

const anonymous: Facts = {};

/** What every 401 says (RFC 9110, 15.5.2). */
const challenge = { "www-authenticate": "Bearer" } as const;

/**
 * Says who is calling, by `Authorization`, `X-API-Key` or a cookie, in this order. Answers at once where a request shows
 * nothing. Any failure to look up is thrown on: nobody is taken for anonymous because the database is down.
 * @throws LucentError `UNAUTHENTICATED` for a credential that is not good, `BAD_REQUEST` for two of different callers or
 * a cookie that is there twice, `CSRF` for a request that another site made a browser send.
 */
export function factsOf(runtime: Runtime, request: Request): Facts | Promise<Facts> {
  const shown = shownBy(request);
  const exposed = exposedKey(request);
  const facts = () => (shown === undefined ? anonymous : credentialFacts(runtime, request, shown));
  return exposed === undefined ? facts() : reportExposed(runtime, request, exposed).then(facts);
}

async function credentialFacts(
  runtime: Runtime,
  request: Request,
  { authorization, key, cookie }: Shown,
): Promise<Facts> {
  const cookies = cookiesOf(runtime, cookie);
  const isByCookie = cookies.access !== undefined || cookies.refresh !== undefined;
  if (isByCookie && runtime.csrf.refuses(request)) throw new LucentError("CSRF");
  const found: Known[] = [];
  if (authorization !== null) found.push(required(await byBearer(runtime, authorization)));
  if (key !== null) found.push(required(await byKey(runtime, key)));
  if (cookies.access !== undefined) {
    const known = cookies.access === "invalid" ? undefined : await byToken(runtime, cookies.access.token);
    if (known !== undefined) found.push(known);
    else if (found.length === 0) throw expired(runtime);
  }
  const [first, ...others] = found;
  if (first === undefined) return anonymous;
  if (others.some(({ user }) => !isSame(user, first.user))) throw new LucentError("BAD_REQUEST");
  return first;
}

/** The cookies of a request. @throws LucentError `BAD_REQUEST` where one of ours is there twice. */
export function cookiesOf({ cookies }: Runtime, header: string | null): CredentialCookies {
  const found = header === null ? {} : readCredentialCookies(header, cookies);
  if (found === "duplicate") throw new LucentError("BAD_REQUEST");
  return found;
}

function byBearer(runtime: Runtime, authorization: string): Promise<Known | undefined> {
  const token = bearerToken(authorization);
  if (token === undefined) return Promise.resolve(undefined);
  return token.startsWith("lk_") ? byKey(runtime, token) : byToken(runtime, token);
}

async function byToken(runtime: Runtime, token: string): Promise<Known | undefined> {
  const claims = await runtime.tokens.verify(token);
  if (claims === undefined) return undefined;
  const realm = runtime.realms.get(claims.col);
  const session = await realm?.resolve(claims.sid, claims.sub);
  if (realm === undefined || session === undefined) return undefined;
  return {
    user: accountOf({ ...session.user, collection: realm.slug }),
    credential: { kind: "session", id: claims.sid },
  };
}

async function byKey(runtime: Runtime, text: string): Promise<Known | undefined> {
  const read = readApiKey(text);
  if (read === undefined) return undefined;
  const found = await runtime.apiKeys.resolve(read);
  if (found === undefined || runtime.realms.get(found.collection)?.settings.apiKeys === undefined) {
    return undefined;
  }
  const { user, collection, publicId } = found;
  const scopes = [...expandScopes(found.scopes, runtime.slugs)];
  return { user: accountOf({ ...user, collection, scopes }), credential: { kind: "key", publicId } };
}

function required(known: Known | undefined): Known {
  if (known === undefined) throw new LucentError("UNAUTHENTICATED", { headers: challenge });
  return known;
}

/** A browser goes on sending a cookie that is worth nothing until it is told otherwise; the refresh token may be good. */
function expired({ cookies }: Runtime): LucentError {
  const [access = ""] = clearCookies(cookies);
  return new LucentError("UNAUTHENTICATED", { headers: { ...challenge, "set-cookie": access } });
}

function isSame(one: User, other: User): boolean {
  return one.id === other.id && one.collection === other.collection;
}
