/** Answers that nobody may keep: every one of these routes is about a credential. */
const headers = { "cache-control": "no-store" } as const;

/** A JSON answer, with cookies where there are any. */
export function json(status: number, body: unknown, cookies: readonly string[] = []): Response {
  return withCookies(Response.json(body, { status, headers }), cookies);
}

/** An answer without a body. */
export function nothing(cookies: readonly string[] = []): Response {
  return withCookies(new Response(null, { status: 204, headers }), cookies);
}

/** What is answered whatever becomes of the request. */
export function accepted(): Response {
  return json(202, {});
}

function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}
