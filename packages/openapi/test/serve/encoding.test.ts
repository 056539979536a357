import { expect, test } from "vitest";

import { chosenEncoding } from "../../src/serve/encoding.ts";

test.each([
  [null, "identity"],
  ["", "identity"],
  ["gzip", "gzip"],
  ["gzip, deflate, br, zstd", "br"],
  ["GZIP;Q=0.5", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["br;q=0, gzip;q=0.000", "identity"],
  ["*", "br"],
  ["*;q=0", "identity"],
  ["br;q=0, *", "gzip"],
  ["identity", "identity"],
  ["identity;q=0", "identity"],
  ["deflate", "identity"],
  ["gzip;q=high", "identity"],
  ["x".repeat(10_000), "identity"],
  [`${"deflate,".repeat(50)}br`, "identity"],
])("%j takes %s", (header, expected) => {
  expect(chosenEncoding(header)).toBe(expected);
});
