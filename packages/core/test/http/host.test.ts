import { expect, test } from "vitest";

import { hostCheck, hostOf } from "../../src/http/host.ts";

/** A request whose Host header is exactly this. */
const asked = (host: string | undefined): Request => {
  // A server makes the URL of the Host, where that can be one.
  const isPlain = host !== undefined && !host.includes("@");
  const url = isPlain && URL.canParse(`http://${host}/`) ? `http://${host}/` : "http://x.invalid/";
  return new Request(url, { headers: host === undefined ? {} : { host } });
};

const production = hostCheck(["api.example.com", "Other.example:8443"], false);
const development = hostCheck(["api.example.com"], true);

test.each(["api.example.com", "API.Example.COM", "other.example:8443", "OTHER.EXAMPLE:8443"])(
  "the listed host %s is ours",
  (host) => {
    expect(production(asked(host))).toBe(true);
  },
);

test.each([
  undefined,
  "a",
  "ab",
  "abc",
  "example.com",
  "evil.api.example.com",
  "api.example.com.evil.example",
  "api.example.com.",
  "api.example.com:443",
  "api.example.com:8443",
  "other.example",
  "user@api.example.com",
  "api.example.com@evil.example",
  "api.example.com/evil",
  "api.example.com, evil.example",
  "evil.example, api.example.com",
  "api.example.com#",
  "api.example.com:99999",
  "localhost",
  "127.0.0.1",
  "[::1]",
  "toString",
  "__proto__",
])("T-HOST-01 T-HOST-02 the host %o is not ours in production", (host) => {
  expect(production(asked(host))).toBe(false);
});

test.each([
  "localhost",
  "LocalHost:3000",
  "127.0.0.1:3000",
  "127.1.2.3",
  "[::1]",
  "[::1]:3000",
  "api.example.com",
])("the host %s is ours outside production", (host) => {
  expect(development(asked(host))).toBe(true);
});

test.each([
  "localhost.evil.example",
  "evil.localhost",
  "127.0.0.1.evil.example",
  "127.0.0.1@evil.example",
  "localhost:99999",
  "localhost:0x50",
  "localhost:",
  "localhost:1/evil",
  "::1",
  "[::1",
  "0.0.0.0",
  "128.0.0.1",
])("T-HOST-02 the host %s is no loopback", (host) => {
  expect(development(asked(host))).toBe(false);
});

test.each([
  ["https://api.example.com", "api.example.com"],
  ["https://api.example.com:443", "api.example.com"],
  ["http://API.example.com:8080", "api.example.com:8080"],
  ["http://[::1]:3000", "[::1]:3000"],
  ["api.example.com", undefined],
  ["ftp://api.example.com", undefined],
  ["", undefined],
])("a browser sends for the origin %o the host %o", (origin, host) => {
  expect(hostOf(origin)).toBe(host);
});

test("T-HOST-02 a request line that names a host of its own is judged by that host too", () => {
  const absolute = (url: string) => new Request(url, { headers: { host: "api.example.com" } });
  expect(production(absolute("http://evil.example/"))).toBe(false);
  expect(production(absolute("http://api.example.com.evil.example/"))).toBe(false);
  expect(production(absolute("http://other.example:8443/"))).toBe(true);
  expect(production(absolute("https://api.example.com/"))).toBe(true);
});
