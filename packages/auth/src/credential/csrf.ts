import { originList, parseOrigin } from "./trusted-origins.ts";

/** Whose requests are let through. */
export interface CsrfOptions {
  /** The API's own public origin. Unknown in development: then it is where the request went, whose host was checked. */
  readonly ownOrigin: string | undefined;
  /** Other origins that may send requests with cookies: `https://app.example.com`, `https://*.example.com`. */
  readonly trustedOrigins: readonly string[];
}

/** Recognises requests that another site made a browser send (OWASP Cross-Site Request Forgery Prevention). */
export interface CsrfCheck {
  /**
   * Whether to refuse a request that a cookie vouches for, or that asks for cookies: unless it is known to come from us
   * or from whom we trust. `GET`, `HEAD` and `OPTIONS` change nothing and are never refused.
   */
  readonly refuses: (request: Request) => boolean;
  /** Whether to refuse a login, register, refresh or logout without cookies: only where it is known to be another site's. */
  readonly refusesCrossSite: (request: Request) => boolean;
}

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Makes the check. Entries of `trustedOrigins` that are no origins (`trustedOriginProblems`) match nothing. */
export function csrfCheck({ ownOrigin, trustedOrigins }: CsrfOptions): CsrfCheck {
  const isListed = originList(trustedOrigins);

  const isTrusted = (from: URL | undefined): boolean => from !== undefined && isListed(from);

  const isOurs = (from: URL | undefined, { url }: Request): boolean =>
    from !== undefined && (from.origin === (ownOrigin ?? new URL(url).origin) || isListed(from));

  return {
    refuses(request) {
      const { method, headers } = request;
      if (safeMethods.has(method)) return false;
      const site = headers.get("sec-fetch-site");
      if (site === "same-origin") return false;
      if (site === "same-site" || site === "cross-site") return !isTrusted(originOf(headers));
      if (site !== null) return true;
      return !isOurs(headers.has("origin") ? originOf(headers) : refererOf(headers), request);
    },
    refusesCrossSite(request) {
      const { method, headers } = request;
      if (safeMethods.has(method)) return false;
      const site = headers.get("sec-fetch-site");
      if (site === "same-origin" || site === "same-site" || site === "none") return false;
      if (site !== null) return !(site === "cross-site" && isTrusted(originOf(headers)));
      return headers.has("origin") && !isOurs(originOf(headers), request);
    },
  };
}

function originOf(headers: Headers): URL | undefined {
  return parseOrigin(headers.get("origin") ?? "");
}

/** The origin of the page that `Referer` names: what comes before its path. */
function refererOf(headers: Headers): URL | undefined {
  const [origin] = /^https?:\/\/[^/]+/.exec(headers.get("referer") ?? "") ?? [];
  return origin === undefined ? undefined : parseOrigin(origin);
}
