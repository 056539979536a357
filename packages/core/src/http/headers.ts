/** Security headers that do not depend on the request (OWASP Secure Headers, REST profile). */
const fixed: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "x-xss-protection": "0",
  "origin-agent-cluster": "?1",
  "x-dns-prefetch-control": "off",
  vary: "Authorization, Cookie, Origin, Sec-Fetch-Site",
};

// Two years, as browsers' preload lists ask for.
const strictTransport = "max-age=63072000; includeSubDomains";

/**
 * The headers of every response under the prefix. HSTS (RFC 6797) only where the public origin is https, with `preload`
 * only where the domain's owner asked for it.
 */
export function defaultHeaders(
  apiUrl: string | undefined,
  hasPreload = false,
): Readonly<Record<string, string>> {
  if (apiUrl?.startsWith("https:") !== true) return fixed;
  const value = hasPreload ? `${strictTransport}; preload` : strictTransport;
  return { ...fixed, "strict-transport-security": value };
}
