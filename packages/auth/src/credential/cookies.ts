/** What the cookies that carry credentials are called, and whether only https may carry them. */
export interface CookieNames {
  readonly access: string;
  readonly refresh: string;
  readonly isSecure: boolean;
}

/** Where an application runs, as far as cookies go. */
export interface CookieSetting {
  readonly production: boolean;
  /** Whether its own host is a loopback one, such as `localhost`. */
  readonly loopback: boolean;
}

const secureNames: CookieNames = { access: "__Host-lucent_at", refresh: "__Host-lucent_rt", isSecure: true };
// Not every browser accepts a Secure cookie over plain http from localhost.
const plainNames: CookieNames = { access: "lucent_at", refresh: "lucent_rt", isSecure: false };

/**
 * The names for an application: with the prefix `__Host-`, which binds a cookie to https and to one host (RFC 6265bis
 * 4.1.3.2), but for development on a loopback host.
 */
export function cookieNames({ production, loopback }: CookieSetting): CookieNames {
  return loopback && !production ? plainNames : secureNames;
}

/** What a credential cookie holds: a token, or something that can't be one. Whether the token is good is not said. */
export type CredentialCookie = { readonly token: string } | "invalid";

/** The credential cookies of a request. What is absent was not sent. */
export interface CredentialCookies {
  readonly access?: CredentialCookie;
  readonly refresh?: CredentialCookie;
}

// What jose makes, and what refresh tokens look like. Neither has a character that means anything to a header.
const accessGrammar = /^[A-Za-z0-9._-]+$/;
const refreshGrammar = /^lrt_[A-Za-z0-9_-]+$/;
// Of name and value together: browsers drop a cookie that is longer.
const longestBytes = 4_096;

/**
 * Reads the credentials out of a `Cookie` header, and nothing else: no decoding, no quotes, no object with names that a
 * client chose. A name counts only where it is exactly there; one that is there twice can't be believed, since another
 * host of the same domain may have set the second one. Never throws.
 */
export function readCredentialCookies(
  header: string | null,
  names: CookieNames,
): CredentialCookies | "duplicate" {
  let access: CredentialCookie | undefined;
  let refresh: CredentialCookie | undefined;
  for (const pair of header === null ? [] : header.split(";")) {
    const [name, value] = namedValue(pair);
    if (name === names.access) {
      if (access !== undefined) return "duplicate";
      access = tokenOf(name, value, accessGrammar);
    } else if (name === names.refresh) {
      if (refresh !== undefined) return "duplicate";
      refresh = tokenOf(name, value, refreshGrammar);
    }
  }
  return { ...(access === undefined ? {} : { access }), ...(refresh === undefined ? {} : { refresh }) };
}

/** A pair without the blanks around it. `String.trim` would take away characters that browsers leave in a name. */
function namedValue(pair: string): readonly [name: string, value: string] {
  let start = 0;
  let end = pair.length;
  while (start < end && isBlank(pair, start)) start += 1;
  while (end > start && isBlank(pair, end - 1)) end -= 1;
  const equals = pair.indexOf("=", start);
  return equals === -1 ? ["", ""] : [pair.slice(start, equals), pair.slice(equals + 1, end)];
}

function isBlank(text: string, at: number): boolean {
  return text[at] === " " || text[at] === "\t";
}

function tokenOf(name: string, value: string, grammar: RegExp): CredentialCookie {
  return isToken(name, value, grammar) ? { token: value } : "invalid";
}

function isToken(name: string, value: string, grammar: RegExp): boolean {
  return name.length + value.length <= longestBytes && grammar.test(value);
}

/** A token and how long it is good for. */
export interface CookieToken {
  readonly token: string;
  /** Seconds that it has left to live; parts of one are dropped. */
  readonly maxAge: number;
}

/** Both tokens of a session. */
export interface CookieTokens {
  readonly access: CookieToken;
  readonly refresh: CookieToken;
}

/**
 * The `Set-Cookie` headers that hand a session to a browser. Scripts can't read the cookies. The access token goes along
 * when a link leads to the application, the refresh token only with what the site itself asks for.
 * @throws TypeError for a token that no cookie of ours can hold, or a life that is no number.
 */
export function setCookies(names: CookieNames, { access, refresh }: CookieTokens): readonly string[] {
  if (!isToken(names.access, access.token, accessGrammar)) throw new TypeError("the access token is none");
  if (!isToken(names.refresh, refresh.token, refreshGrammar))
    throw new TypeError("the refresh token is none");
  return [accessCookie(names, access), refreshCookie(names, refresh)];
}

/** The `Set-Cookie` headers that make a browser forget both cookies: same name, path and flags, no value. */
export function clearCookies(names: CookieNames): readonly string[] {
  const nothing: CookieToken = { token: "", maxAge: 0 };
  return [accessCookie(names, nothing), refreshCookie(names, nothing)];
}

function accessCookie({ access, isSecure }: CookieNames, { token, maxAge }: CookieToken): string {
  return `${access}=${token}; ${flags(isSecure)}; SameSite=Lax; Max-Age=${secondsOf(maxAge)}`;
}

function refreshCookie({ refresh, isSecure }: CookieNames, { token, maxAge }: CookieToken): string {
  return `${refresh}=${token}; ${flags(isSecure)}; SameSite=Strict; Max-Age=${secondsOf(maxAge)}`;
}

function flags(isSecure: boolean): string {
  return isSecure ? "HttpOnly; Secure; Path=/" : "HttpOnly; Path=/";
}

// Browsers keep no cookie for longer (400 days, RFC 6265bis 5.5).
const longestAge = 34_560_000;

function secondsOf(maxAge: number): number {
  if (Number.isNaN(maxAge)) throw new TypeError("a cookie lives for a number of seconds");
  return Math.min(Math.max(Math.floor(maxAge), 0), longestAge);
}
