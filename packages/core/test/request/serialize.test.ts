import { expect, test } from "vitest";

import { frameResponse, type ResponseFrame, serialize } from "../../src/request/serialize.ts";

const frame = (user: { readonly id: string } | null | undefined, method = "GET"): ResponseFrame => ({
  headers: { "x-frame-options": "DENY", vary: "Cookie" },
  requestId: "request-1",
  method,
  principal: user === undefined ? undefined : { user, system: false, requestId: "request-1" },
});
const anonymous = frame(null);

test("a result becomes JSON with the headers of every response", () => {
  expect(serialize({ status: 200, body: { a: 1 } }, anonymous)).toStrictEqual({
    status: 200,
    headers: {
      "x-frame-options": "DENY",
      vary: "Cookie",
      "x-request-id": "request-1",
      "content-type": "application/json",
    },
    body: '{"a":1}',
  });
});

test("a result that is JSON text already goes out as it is, with its own headers", () => {
  const result = { status: 200, text: '{ "a":1}', headers: { etag: '"x"' } };
  expect(serialize(result, anonymous)).toMatchObject({
    status: 200,
    headers: { "content-type": "application/json", etag: '"x"', "x-request-id": "request-1" },
    body: '{ "a":1}',
  });
  expect(serialize({ status: 304, headers: { etag: '"x"' } }, anonymous)).toMatchObject({
    status: 304,
    body: null,
  });
  expect(serialize(result, frame(null, "HEAD"))).toMatchObject({ headers: { etag: '"x"' }, body: null });
});

test("R-HD-4 only what an anonymous caller gets may be stored by a cache", () => {
  const control = (user: { readonly id: string } | null | undefined) =>
    serialize({ status: 200, body: {} }, frame(user)).headers["cache-control"];
  expect([control(null), control({ id: "a" }), control(undefined)]).toStrictEqual([
    undefined,
    "no-store",
    "no-store",
  ]);
});

test("a result without a body has no content type, and null is a body", () => {
  expect(serialize({ status: 204 }, anonymous)).toMatchObject({ status: 204, body: null });
  expect(serialize({ status: 204 }, anonymous).headers).not.toHaveProperty("content-type");
  expect(serialize({ status: 200, body: null }, anonymous)).toMatchObject({ body: "null" });
});

test("T-ACL-27 HEAD has the headers of GET and no body", () => {
  const [get, head] = ["GET", "HEAD"].map((method) =>
    serialize({ status: 200, body: { a: 1 } }, frame(null, method)),
  );
  expect(head?.body).toBeNull();
  expect(head?.headers).toStrictEqual(get?.headers);
});

test("a route's own response gets the headers of every response; its own win, and vary is added to", async () => {
  const response = frameResponse(
    new Response("hello", { status: 202, headers: { "content-type": "text/plain", vary: "Accept" } }),
    frame({ id: "a" }),
  );
  expect(response.status).toBe(202);
  expect(Object.fromEntries(response.headers)).toStrictEqual({
    "cache-control": "no-store",
    "content-type": "text/plain",
    vary: "Cookie, Accept",
    "x-frame-options": "DENY",
    "x-request-id": "request-1",
  });
  expect(await response.text()).toBe("hello");
});

test("a route's own response may set several cookies", () => {
  const headers = new Headers();
  headers.append("set-cookie", "a=1; Path=/");
  headers.append("set-cookie", "b=2; Path=/");
  const response = frameResponse(new Response(null, { headers }), anonymous);
  expect(response.headers.getSetCookie()).toStrictEqual(["a=1; Path=/", "b=2; Path=/"]);
});

test("R-HD-4 a response that sets a cookie is not stored by a cache", () => {
  const response = frameResponse(new Response(null, { headers: { "set-cookie": "a=1" } }), anonymous);
  expect(response.headers.get("cache-control")).toBe("no-store");
});
