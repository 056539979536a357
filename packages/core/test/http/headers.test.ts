import { expect, test } from "vitest";

import { defaultHeaders } from "../../src/http/headers.ts";

test("the default headers are the set of R-HD-3, lower case, and nothing that names the server", () => {
  expect(defaultHeaders(undefined)).toStrictEqual({
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
  });
});

test("strict transport is asked for only where the public origin is https", () => {
  const name = "strict-transport-security";
  expect(defaultHeaders("https://api.example.com")[name]).toBe("max-age=63072000; includeSubDomains");
  for (const url of [undefined, "http://api.example.com", "httpsx://a"]) {
    for (const preload of [false, true]) expect(defaultHeaders(url, preload)).not.toHaveProperty(name);
  }
  expect(defaultHeaders("https://api.example.com", true)[name]).toBe(
    "max-age=63072000; includeSubDomains; preload",
  );
});
