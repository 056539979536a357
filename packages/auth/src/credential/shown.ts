/** The headers in which a request can show who it comes from. */
export interface Shown {
  readonly authorization: string | null;
  readonly key: string | null;
  readonly cookie: string | null;
}

/** Reads them; `undefined` where there is none, as most requests have none. */
export function shownBy({ headers }: Request): Shown | undefined {
  const authorization = headers.get("authorization");
  const key = headers.get("x-api-key");
  const cookie = headers.get("cookie");
  return authorization === null && key === null && cookie === null
    ? undefined
    : { authorization, key, cookie };
}

/** What a client calls itself. */
export function agentOf({ headers }: Request): string | undefined {
  return headers.get("user-agent") ?? undefined;
}

const bearer = /^bearer[\t ]+([^\t ]+)$/i;

/** The token of an `Authorization` header (RFC 6750), or `undefined` where it is of another kind. */
export function bearerToken(authorization: string): string | undefined {
  return bearer.exec(authorization)?.[1];
}
