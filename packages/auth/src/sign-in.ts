import { type HookLucent, LucentError } from "@lucent/core";

import type { AccountDocument } from "./account-document.ts";
import { clearCookies, setCookies } from "./credential/cookies.ts";
import { agentOf } from "./credential/shown.ts";
import { accountOf } from "./facts.ts";
import { json } from "./routes/answer.ts";
import type { Realm, Runtime } from "./runtime.ts";

/** How a client keeps its tokens: by itself, or in cookies that its scripts can't read. */
export type Transport = "token" | "cookie";

/** Somebody who has shown who they are. */
export interface Recognised {
  readonly document: AccountDocument;
  /** How, such as `password`. */
  readonly method: string;
  /** The hash that a password was found right against. */
  readonly passwordHash?: string;
  readonly transport: Transport;
}

/** Where somebody signs in from. */
export interface Visitor {
  readonly request: Request;
  readonly address: string;
  readonly lucent: HookLucent;
}

/**
 * Begins a session and hands it over.
 * @throws LucentError `INVALID_CREDENTIALS` where the account may not sign in any more.
 */
export async function signIn(
  runtime: Runtime,
  realm: Realm,
  {
    visitor,
    who,
    status = 200,
  }: { readonly visitor: Visitor; readonly who: Recognised; readonly status?: number },
): Promise<Response> {
  const { document, method, passwordHash, transport } = who;
  const agent = agentOf(visitor.request);
  const account = accountOf({ ...document, collection: realm.slug });
  const beginning = realm.sessions.start({
    userId: document.id,
    method,
    address: visitor.address,
    ...(agent === undefined ? {} : { agent }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
  });
  // Read while the session begins, for a round trip less. Whether that worked is of no interest if there is none.
  const reading = visitor.lucent.own(account);
  reading.catch(() => undefined);
  const started = await beginning;
  if (started === undefined) throw new LucentError("INVALID_CREDENTIALS");
  runtime.services.audit({
    event: "login",
    outcome: "ok",
    reason: method,
    actor: { type: "user", id: document.id, collection: realm.slug, session: started.id },
    address: visitor.address,
    agent,
  });
  const user = await reading;
  const tokens = { id: started.id, userId: document.id, refreshToken: started.refreshToken };
  return handOver(runtime, realm, { tokens, transport, status, extra: { user } });
}

/** A session whose tokens are to be handed over. */
export interface Tokens {
  readonly id: string;
  readonly userId: string;
  readonly refreshToken: string;
}

/** Hands the tokens of a session to its client: in the body, or in cookies and then nowhere else. */
export async function handOver(
  { tokens: accessTokens, lifetime, cookies }: Runtime,
  { slug, settings }: Realm,
  {
    tokens,
    transport,
    status,
    extra = {},
  }: {
    readonly tokens: Tokens;
    readonly transport: Transport;
    readonly status: number;
    readonly extra?: object;
  },
): Promise<Response> {
  const { id, userId, refreshToken } = tokens;
  const accessToken = await accessTokens.sign({ sub: userId, sid: id, col: slug });
  if (transport === "token") {
    return json(status, { ...extra, accessToken, refreshToken, expiresIn: lifetime });
  }
  const kept = setCookies(cookies, {
    access: { token: accessToken, maxAge: lifetime },
    refresh: { token: refreshToken, maxAge: settings.session.idle },
  });
  return json(status, { ...extra, expiresIn: lifetime }, kept);
}

/** The cookies that make a browser forget a session. */
export function forgotten({ cookies }: Runtime): readonly string[] {
  return clearCookies(cookies);
}
