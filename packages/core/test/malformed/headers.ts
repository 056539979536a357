import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

/** Header lines; a name may come twice. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** `Host` values that are not ours, and some that are. */
export const hosts = fc.constantFrom(
  "evil.example",
  "localhost",
  "LOCALHOST:1",
  "127.0.0.1.evil.example",
  "a",
  "",
  "user@127.0.0.1",
  "127.0.0.1:99999",
  "[::1]",
  "[::1]:80",
  "127.0.0.1,evil.example",
  "_invalid_",
  "localhost:",
  "127.0.0.1/api",
  "127.0.0.1#",
  "x".repeat(300),
);

/** Mostly the right one; otherwise what some servers take for JSON. */
export const contentType: Arbitrary<Headers> = fc.oneof(
  { weight: 30, arbitrary: fc.constant([["content-type", "application/json"] as const]) },
  { weight: 1, arbitrary: fc.constant([]) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        "application/jsonx",
        "application/json\tx",
        "APPLICATION/JSON",
        "application/json; charset=utf-7",
        "text/plain",
        "",
        "application/json;charset=UTF-8",
        "application/json; boundary=x",
        "application/x-www-form-urlencoded",
        "*/*",
        "json",
        "multipart/form-data; boundary=x",
        "application/merge-patch+json",
        "application/json, text/plain",
        "canary!type",
      )
      .map((type) => [["content-type", type] as const]),
  },
  {
    weight: 1,
    arbitrary: fc.constant([
      ["content-type", "application/json"] as const,
      ["content-type", "text/plain"] as const,
    ]),
  },
);

const oddHeader: Arbitrary<readonly [string, string]> = fc.oneof(
  fc
    .constantFrom(
      "good-request-id",
      "short",
      "canary!id",
      "x".repeat(64),
      "x".repeat(65),
      "a b",
      "%0d%0aX: y",
      "12345678",
    )
    .map((id) => ["x-request-id", id] as const),
  fc.tuple(
    fc.constantFrom(
      "authorization",
      "cookie",
      "x-api-key",
      "if-match",
      "if-none-match",
      "range",
      "origin",
      "accept",
      "x-user",
    ),
    fc.constantFrom(
      "canary!header",
      "Bearer canary!token",
      "session={}",
      '"x"',
      "*",
      "null",
      "bytes=0-",
      "\u00e9\u00ff",
      "x".repeat(3_000),
    ),
  ),
  fc.constantFrom<readonly [string, string]>(
    ["content-encoding", "gzip"],
    ["x-forwarded-host", "evil.example"],
    ["x-forwarded-proto", "https"],
    ["x-http-method-override", "DELETE"],
    ["accept-encoding", "br"],
    ["expect", "100-continue"],
    ["__proto__", "canary!x"],
    ["constructor", "canary!x"],
    ["te", "trailers"],
    ["sec-fetch-site", "cross-site"],
  ),
);
const addresses = fc.constantFrom(
  "1.2.3.4",
  "1.2.3.4, 5.6.7.8",
  "1.2.3.4:99999",
  "256.1.1.1",
  "01.2.3.4",
  "::1",
  "[::1]:80",
  "::ffff:1.2.3.4",
  "fe80::1%eth0",
  "1:2:3:4:5:6:7:8:9",
  "unknown",
  ",,,",
  "for=1.2.3.4",
  "canary!address",
  ":".repeat(500),
  "1.2.3.4,".repeat(300),
);

const tags = fc.constantFrom(
  '"x"',
  'W/"x"',
  "*",
  "*, *",
  '"',
  ",",
  "W/",
  '"a","b"',
  '"canary!tag"',
  "x".repeat(22),
  '"a",'.repeat(300),
);

const origins = fc.constantFrom(
  "https://app.example.com",
  "https://APP.example.com",
  "https://app.example.com.evil.example",
  "https://evil.example",
  "null",
  "*",
  "toString",
  "__proto__",
  "https://app.example.com:444",
  "canary!origin",
  `https://${"a".repeat(3_000)}`,
);

/** Headers that the engine does read, with what it should not trust. */
const readHeader: Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(fc.constantFrom("if-match", "if-none-match"), tags),
  fc.tuple(fc.constant("origin"), origins),
  fc.tuple(fc.constant("x-forwarded-for"), addresses),
  fc.tuple(
    fc.constant("x-forwarded-proto"),
    fc.constantFrom("http", "https", "https, http", "HTTP", "canary!proto"),
  ),
  fc.tuple(
    fc.constant("access-control-request-method"),
    fc.constantFrom("DELETE", "delete", "", "canary!method"),
  ),
  fc.tuple(
    fc.constant("access-control-request-headers"),
    fc.constantFrom("x-a", ",", "canary!name", "a,".repeat(900)),
  ),
);

/** Headers that someone might read. */
export const oddHeaders = fc.array(fc.oneof(oddHeader, readHeader), { maxLength: 3 });
