/**
 * The policy of the page (Content Security Policy Level 3): scripts only by the nonce, and requests only to the API.
 * @param api The origin of the API, where it is another one than the page's.
 */
export function policyOf(nonce: string, api: string | undefined): string {
  const connect = ["'self'", ...(api === undefined ? [] : [api])];
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "script-src-attr 'none'",
    // The editor and the notices of the page bring their styles without a nonce.
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src ${connect.join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
