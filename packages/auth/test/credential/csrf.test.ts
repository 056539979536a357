import { describe, expect, test } from "vitest";

import { csrfCheck } from "../../src/credential/csrf.ts";

const own = "https://api.example.com";
const listed = "https://app.example.com";
const wild = "https://shop.trusted.example";
const sibling = "https://evil.example.com";
const other = "https://evil.example";
const check = csrfCheck({ ownOrigin: own, trustedOrigins: [listed, "https://*.trusted.example"] });

type Sent = Readonly<Record<string, string>>;

const request = (headers: Sent, method = "POST", url = `${own}/api/posts`): Request =>
  new Request(url, { method, headers });

/** The headers that a browser says where a request comes from with; `site` is `Sec-Fetch-Site`. */
interface From {
  readonly site?: string | undefined;
  readonly origin?: string | undefined;
  readonly referer?: string | undefined;
}

function headersOf({ site, origin, referer }: From): Sent {
  return {
    ...(site === undefined ? {} : { "sec-fetch-site": site }),
    ...(origin === undefined ? {} : { origin }),
    ...(referer === undefined ? {} : { referer }),
  };
}

// site, origin, referer: is it refused with a cookie, is it refused without one.
const withSite = [
  ["same-origin", own, undefined, false, false],
  ["same-origin", undefined, undefined, false, false],
  ["same-origin", "null", undefined, false, false],
  ["same-site", listed, undefined, false, false],
  ["same-site", wild, undefined, false, false],
  ["same-site", sibling, undefined, true, false],
  ["same-site", undefined, undefined, true, false],
  ["same-site", "null", undefined, true, false],
  ["same-site", undefined, `${listed}/`, true, false],
  ["same-site", sibling, `${listed}/`, true, false],
  ["cross-site", listed, undefined, false, false],
  ["cross-site", wild, undefined, false, false],
  ["cross-site", other, undefined, true, true],
  ["cross-site", own, undefined, true, true],
  ["cross-site", "null", undefined, true, true],
  ["cross-site", undefined, undefined, true, true],
  ["cross-site", undefined, `${own}/`, true, true],
  ["cross-site", undefined, `${listed}/`, true, true],
  ["none", undefined, undefined, true, false],
  ["none", own, undefined, true, false],
  ["none", listed, `${own}/`, true, false],
  ["", own, `${own}/`, true, true],
  ["Same-Origin", own, `${own}/`, true, true],
  ["same-origin, cross-site", own, `${own}/`, true, true],
  ["same-origin, same-origin", own, `${own}/`, true, true],
  ["something-new", own, `${own}/`, true, true],
] as const;

const withoutSite = [
  [undefined, own, undefined, false, false],
  [undefined, listed, undefined, false, false],
  [undefined, wild, undefined, false, false],
  [undefined, other, undefined, true, true],
  [undefined, sibling, undefined, true, true],
  [undefined, "null", undefined, true, true],
  [undefined, "", undefined, true, true],
  [undefined, other, `${own}/`, true, true],
  [undefined, "null", `${own}/`, true, true],
  [undefined, undefined, `${own}/`, false, false],
  [undefined, undefined, `${own}/path?query`, false, false],
  [undefined, undefined, `${listed}/`, false, false],
  [undefined, undefined, `${wild}/`, false, false],
  [undefined, undefined, own, false, false],
  [undefined, undefined, `${other}/`, true, false],
  [undefined, undefined, `${other}/${own}/`, true, false],
  [undefined, undefined, "", true, false],
  [undefined, undefined, undefined, true, false],
] as const;

describe("an unsafe request", () => {
  const rows = [...withSite, ...withoutSite].map(([site, origin, referer, strict, loose]) => ({
    site,
    origin,
    referer,
    strict,
    loose,
  }));

  test.each(rows)(
    "Sec-Fetch-Site $site, Origin $origin, Referer $referer: refused with a cookie $strict, without one $loose",
    ({ strict, loose, ...from }) => {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const sent = request(headersOf(from), method);
        expect([method, check.refuses(sent), check.refusesCrossSite(sent)]).toStrictEqual([
          method,
          strict,
          loose,
        ]);
      }
    },
  );

  test("T-CSRF-01 with a cookie and Sec-Fetch-Site alone only the same origin passes", () => {
    const refused = ["cross-site", "same-site", "none", "same-origin"].map((site) =>
      check.refuses(request(headersOf({ site }))),
    );
    expect(refused).toStrictEqual([true, true, true, false]);
  });

  test("T-CSRF-02 with a cookie and no Sec-Fetch-Site the origin decides, then the referer, and nothing is not enough", () => {
    const sent = [{ origin: own }, { origin: other }, { origin: "null" }, { referer: `${own}/login` }, {}];
    const refused = sent.map((headers) => check.refuses(request(headersOf(headers))));
    expect(refused).toStrictEqual([false, true, true, false, true]);
  });

  test("T-CSRF-04 another site's login and logout are refused without a cookie too", () => {
    const sent = [{ site: "cross-site", origin: other }, { site: "cross-site" }, { origin: other }];
    const refused = sent.map((headers) => check.refusesCrossSite(request(headersOf(headers))));
    expect(refused).toStrictEqual([true, true, true]);
  });

  test("T-CSRF-05 without a cookie a client that is no browser needs none of the headers", () => {
    expect(check.refusesCrossSite(request({ authorization: "Bearer a" }))).toBe(false);
  });
});

test("a safe method is never refused, whoever sends it", () => {
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    const sent = request(headersOf({ site: "cross-site", origin: other }), method);
    expect([method, check.refuses(sent), check.refusesCrossSite(sent)]).toStrictEqual([method, false, false]);
  }
});

test("T-CSRF-06 a method in a header or in the query is nobody's method", () => {
  const sent = { "x-http-method-override": "GET", "x-method-override": "GET", origin: other };
  expect(check.refuses(request(sent, "POST", `${own}/api/posts?_method=GET`))).toBe(true);
});

describe("origins that look like ours", () => {
  const lookalikes = [
    "http://api.example.com",
    "https://api.example.com:8443",
    "https://api.example.com.evil.example",
    "https://api.example.comevil.example",
    "https://evil-api.example.com",
    "https://evilapi.example.com",
    "https://example.com",
    "https://api.example.com@evil.example",
    "https://evil.example\\api.example.com",
    "https://evil.example#https://api.example.com",
    "https://evil.example?https://api.example.com",
    "https://evil.trusted.example.evil.example",
    "https://eviltrusted.example",
    "https://trusted.example",
    "https://a.b.trusted.example",
    "https://*.trusted.example",
    `${own}, ${other}`,
    `${own} ${own}`,
  ];

  test.each(lookalikes)("%s is refused as Origin and as Referer", (origin) => {
    expect([
      check.refuses(request({ origin })),
      check.refusesCrossSite(request({ origin })),
      check.refuses(request({ "sec-fetch-site": "cross-site", origin })),
      check.refuses(request({ referer: origin })),
      check.refuses(request({ referer: `${origin}/` })),
    ]).toStrictEqual([true, true, true, true, true]);
  });

  test.each([
    "https://api.example.com/",
    "https://api.example.com:443",
    "HTTPS://api.example.com",
    "api.example.com",
  ])("%s is our host, but nothing that a browser sends as Origin", (origin) => {
    expect(check.refuses(request({ origin }))).toBe(true);
  });
});

describe("in development, where the own origin is not known", () => {
  const local = csrfCheck({ ownOrigin: undefined, trustedOrigins: ["http://localhost:5173"] });
  const to = (url: string, origin: string): boolean => local.refuses(request({ origin }, "POST", url));

  test("it is where the request went, with its scheme and its port", () => {
    expect([
      to("http://localhost:3000/api", "http://localhost:3000"),
      to("http://127.0.0.1:3000/api", "http://127.0.0.1:3000"),
      to("http://localhost:3000/api", "http://localhost:5173"),
      to("http://localhost:3000/api", "http://localhost:3001"),
      to("http://localhost:3000/api", "http://127.0.0.1:3000"),
      to("http://localhost:3000/api", "https://localhost:3000"),
      to("http://localhost:3000/api", other),
      to("http://localhost:3000/api", "null"),
    ]).toStrictEqual([false, false, false, true, true, true, true, true]);
  });

  test("where it is known, where a request went says nothing", () => {
    const sent = request({ origin: "http://localhost:3000" }, "POST", "http://localhost:3000/api");
    expect(check.refuses(sent)).toBe(true);
  });
});

test("entries that are no origins open nothing", () => {
  const open = csrfCheck({ ownOrigin: own, trustedOrigins: ["*", "null", "", "https://*", "https://*.com"] });
  const origins = [other, "null", "", "https://evil.com"];
  expect(origins.map((origin) => open.refuses(request({ origin })))).toStrictEqual([true, true, true, true]);
});
