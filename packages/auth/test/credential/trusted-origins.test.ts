import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { originList, parseOrigin, trustedOriginProblems } from "../../src/credential/trusted-origins.ts";

const trusts = (entries: readonly string[], text: string): boolean => {
  const origin = parseOrigin(text);
  return origin !== undefined && originList(entries)(origin);
};

test.each([
  "https://app.example.com",
  "http://localhost:5173",
  "https://app.example.com:8443",
  "https://xn--bcher-kva.example",
  "http://[::1]:3000",
  "http://127.0.0.1",
])("%s is an origin as browsers write it", (text) => {
  expect([parseOrigin(text)?.origin, trustedOriginProblems([text])]).toStrictEqual([text, []]);
});

test.each([
  "",
  "null",
  "NULL",
  "*",
  "https://",
  "https:app.example.com",
  "app.example.com",
  "//app.example.com",
  "https://app.example.com/",
  "https://app.example.com/path",
  "https://app.example.com?",
  "https://app.example.com#",
  "https://app.example.com:443",
  "http://app.example.com:80",
  "https://app.example.com:",
  "HTTPS://app.example.com",
  "https://APP.example.com",
  "https://ada@app.example.com",
  "https://ada:secret@app.example.com",
  "https://app.example.com\\.evil.example",
  "https:\\\\app.example.com",
  " https://app.example.com",
  "https://app.example.com ",
  "https://app.exam\tple.com",
  "https://app.example.com, https://evil.example",
  "https://bücher.example",
  "http://127.1",
  "http://0x7f000001",
  "ftp://app.example.com",
  "file:///etc/passwd",
  "blob:https://app.example.com/1",
  "data:text/html,x",
  "about:blank",
  "chrome-extension://abcdefgh",
])("%j is none, and a boot problem", (text) => {
  expect([parseOrigin(text), trustedOriginProblems([text]).length]).toStrictEqual([undefined, 1]);
});

test("a problem names the entry, and only what is wrong is named", () => {
  expect(trustedOriginProblems(["https://a.example", "https://b.example/"])).toStrictEqual([
    'trustedOrigins names "https://b.example/", which is no origin such as "https://app.example.com" or "https://*.example.com": lower case, no path, no default port, at most one star for the first label of a name in a domain.',
  ]);
});

test.each([undefined, null, 1, true, {}, [[]], /./, () => true])("the entry %j is a problem", (entry) => {
  expect(trustedOriginProblems([entry])).toHaveLength(1);
});

test.each([undefined, null, "https://a.example", { 0: "https://a.example" }])("%j is no list", (entries) => {
  expect(trustedOriginProblems(entries)).toStrictEqual(["trustedOrigins is a list of origins."]);
});

describe("full origins", () => {
  const entries = ["https://app.example.com", "http://localhost:5173"];

  test("match by scheme, host and port", () => {
    expect(entries.every((entry) => trusts(entries, entry))).toBe(true);
  });

  test.each([
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://example.com",
    "https://x.app.example.com",
    "https://app.example.com.",
    "https://app.example.com.evil.example",
    "https://app.example.comevil.example",
    "https://evil-app.example.com",
    "https://evilapp.example.com",
    "https://app-example.com",
    "https://appxexample.com",
    "https://localhost:5173",
    "http://localhost",
    "http://localhost:5174",
    "http://localhost:51730",
    "http://127.0.0.1:5173",
    "null",
  ])("never match %s", (origin) => {
    expect(trusts(entries, origin)).toBe(false);
  });

  test("an entry that is none matches nothing, not even itself", () => {
    for (const entry of ["null", "*", "", "https://app.example.com/", "APP.example.com", "https://*"])
      expect([
        trusts([entry], entry),
        trusts([entry], "https://app.example.com"),
        trusts([entry], "null"),
      ]).toStrictEqual([false, false, false]);
  });
});

describe("patterns", () => {
  test.each([
    "https://*.example.com",
    "http://*.example.com",
    "https://*.example.com:8443",
    "https://*.preview.example.com",
    "http://*.localhost:5173",
    "https://*.xn--bcher-kva.example",
  ])("%s is one", (entry) => {
    expect([trustedOriginProblems([entry]), trusts([entry], entry.replace("*", "app"))]).toStrictEqual([
      [],
      true,
    ]);
  });

  test.each([
    "*",
    "*.example.com",
    "https://*",
    "https://*.",
    "https://*.com",
    "https://*.com.",
    "https://*.example.com.",
    "https://*.example..com",
    "https://*example.com",
    "https://app*.example.com",
    "https://*app.example.com",
    "https://app.*.com",
    "https://app.*.example.com",
    "https://*.*.example.com",
    "https://**.example.com",
    "https://example.*",
    "https://example.com:*",
    "*://app.example.com",
    "https*://app.example.com",
    "https://*.example.com/",
    "https://*.example.com/path",
    "https://*.example.com:443",
    "https://*.EXAMPLE.com",
    "https://*.bücher.example",
    "https://*@app.example.com",
    "https://*.@app.example.com",
    "https://*.example.com@evil.example.com",
    "https://*.0.0.1",
    "https://*.[::1]",
    "https://[*::1]",
    "ftp://*.example.com",
    "https://*.exa mple.com",
    "https://*.example.com\n",
  ])("%j is none, is a boot problem, and matches nothing", (entry) => {
    const origins = ["https://a.example.com", "https://example.com", "https://a.com", "http://127.0.0.1"];
    expect([
      trustedOriginProblems([entry]).length,
      origins.filter((origin) => trusts([entry], origin)),
      trusts([entry], entry.replaceAll("*", "a")),
    ]).toStrictEqual([1, [], false]);
  });

  test.each([
    ["the parent itself", "https://example.com"],
    ["an empty label", "https://.example.com"],
    ["two labels", "https://a.b.example.com"],
    ["a name that ends alike, without the dot", "https://evilexample.com"],
    ["a name with a dash before it", "https://evil-example.com"],
    ["the parent as the start of a name", "https://app.example.com.evil.example"],
    ["the parent as a label of another name", "https://example.com.evil.example"],
    ["a dot at the end", "https://app.example.com."],
    ["another scheme", "http://app.example.com"],
    ["another port", "https://app.example.com:8443"],
    ["the default port, written down", "https://app.example.com:443"],
    ["a user that looks like a host", "https://app.example.com@evil.example"],
    ["a user", "https://evil@app.example.com"],
    ["a path that looks like a host", "https://evil.example/.example.com"],
    ["a query that looks like a host", "https://evil.example?.example.com"],
    ["a fragment that looks like a host", "https://evil.example#.example.com"],
    ["a backslash", "https://evil.example\\.example.com"],
    ["a port that looks like a host", "https://evil.example:.example.com"],
    ["a percent code for a dot", "https://evil%2eexample.com"],
    ["a percent code for a zero byte", "https://evil.example%00.example.com"],
    ["a wide dot", "https://evil\u3002example.com"],
    ["another case", "https://APP.example.com"],
    ["a star", "https://*.example.com"],
    ["a character that no host name has", "https://a'b.example.com"],
    ["a letter that folds to another", "https://app.e\u212Aample.com"],
    ["null", "null"],
    ["nothing", ""],
  ])("https://*.example.com never matches %s", (_, origin) => {
    expect(trusts(["https://*.example.com"], origin)).toBe(false);
  });

  test("whatever the label is, it is one, and stands before a dot", () => {
    const label = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,30}$/).filter((text) => !text.startsWith("xn--"));
    fc.assert(
      fc.property(label, label, (one, two) => {
        const entries = ["https://*.example.com"];
        return (
          trusts(entries, `https://${one}.example.com`) &&
          !trusts(entries, `https://${one}.${two}.example.com`) &&
          !trusts(entries, `https://${one}example.com`) &&
          !trusts(entries, `https://${one}.example.com.${two}`)
        );
      }),
    );
  });
});

test("whatever a text is, it is read without a throw, and only as itself", () => {
  const parts = fc.constantFrom(
    "https://",
    "http:",
    "//",
    "a",
    ".example.com",
    "*",
    ":",
    "@",
    "\\",
    "/",
    "é",
    "%2e",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(parts).map((each) => each.join("")),
    fc.webUrl(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const origin = parseOrigin(text);
      trustedOriginProblems([text]);
      return origin === undefined || (origin.origin === text && /^https?:\/\/[^/\\@?#]+$/.test(text));
    }),
    { numRuns: 2_000 },
  );
});
