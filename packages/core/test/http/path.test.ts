import { expect, test } from "vitest";

import { targetOf } from "../../src/http/path.ts";

const split = (url: string) => targetOf({ url } as Request);

test.each([
  ["http://a/api/posts", "/api/posts", "", 10],
  ["http://a/api/posts?", "/api/posts", "", 11],
  ["http://a/api/posts?where=%7B%7D&x", "/api/posts", "where=%7B%7D&x", 25],
  ["http://a:1234/?a?b=/c", "/", "a?b=/c", 8],
  ["https://[::1]:3000/x//y", "/x//y", "", 5],
  ["http://a", "/", "", 1],
  ["http://user@a/%2e%2e/b", "/%2e%2e/b", "", 9],
])("the target of %s is taken apart without decoding", (url, ...parts) => {
  const { path, search, length } = split(url);
  expect([path, search, length]).toStrictEqual(parts);
});
