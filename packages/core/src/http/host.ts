/** Decides whether a `Host` is ours. Checked before routing: a request for someone else's name reaches nothing. */
export type HostCheck = (request: Request) => boolean;

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Makes the check from the allowed hosts (`name` or `name:port`, case-insensitive). */
export function hostCheck(allowed: readonly string[], allowLoopback: boolean): HostCheck {
  const hosts = new Set(allowed.map((host) => host.toLowerCase()));
  const isOurs = (host: string): boolean => {
    if (hosts.has(host) || hosts.has(host.toLowerCase())) return true;
    // A port above 65535 fits the pattern but makes no URL.
    return allowLoopback && loopback.test(host) && URL.canParse(`http://${host}`);
  };
  return ({ url, headers }) => {
    const host = headers.get("host");
    if (host === null || !isOurs(host)) return false;
    // A request line may name a host of its own (absolute form, RFC 9112 3.2.2), and a router would follow that one.
    const start = url.indexOf("://") + 3;
    return (url.startsWith(host, start) && url[start + host.length] === "/") || isOurs(new URL(url).host);
  };
}

/** The `Host` that a browser sends for an origin; `undefined` where the text is no http(s) origin. */
export function hostOf(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined;
  const { protocol, host } = new URL(origin);
  return protocol === "https:" || protocol === "http:" ? host : undefined;
}
