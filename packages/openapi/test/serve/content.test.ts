import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { contentOf } from "../../src/serve/content.ts";

const text = "text that comes again and again, ".repeat(100);
const content = contentOf(new TextEncoder().encode(text), "text/plain");

const asking = (headers: Record<string, string>): Request => new Request("http://localhost/", { headers });

async function answer(headers: Record<string, string>) {
  const response = await content.respond(asking(headers), { "cache-control": "no-cache" });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

test("the same bytes come in the encoding that is taken", async () => {
  const [plain, zipped, shrunk] = [
    await answer({}),
    await answer({ "accept-encoding": "gzip" }),
    await answer({ "accept-encoding": "gzip, br" }),
  ];
  expect(plain.bytes.toString()).toBe(text);
  expect(gunzipSync(zipped.bytes).toString()).toBe(text);
  expect(brotliDecompressSync(shrunk.bytes).toString()).toBe(text);
  const headersOf = ({ response }: typeof plain) => Object.fromEntries(response.headers);
  const same = {
    "cache-control": "no-cache",
    "content-type": "text/plain",
    etag: `W/"${content.digest}"`,
    vary: "Accept-Encoding",
  };
  expect(headersOf(plain)).toStrictEqual(same);
  expect(headersOf(zipped)).toStrictEqual({ ...same, "content-encoding": "gzip" });
  expect(headersOf(shrunk)).toStrictEqual({ ...same, "content-encoding": "br" });
});

test("other bytes have another digest", () => {
  expect(contentOf(new TextEncoder().encode(`${text}.`), "text/plain").digest).not.toBe(content.digest);
  expect(content.digest).toMatch(/^[A-Za-z0-9_-]{22}$/);
});

test.each([
  [`W/"${content.digest}"`, 304],
  [`"${content.digest}"`, 304],
  [`"other", W/"${content.digest}"`, 304],
  ["*", 304],
  ['"other"', 200],
  [content.digest, 200],
  ["", 200],
  [`${'"a",'.repeat(200)}W/"${content.digest}"`, 200],
])("If-None-Match: %s", async (tag, status) => {
  const { response, bytes } = await answer({ "if-none-match": tag, "accept-encoding": "br" });
  expect(response.status).toBe(status);
  expect(bytes.length > 0).toBe(status === 200);
  expect([response.headers.get("etag"), response.headers.get("vary")]).toStrictEqual([
    `W/"${content.digest}"`,
    "Accept-Encoding",
  ]);
  expect(response.headers.get("content-encoding")).toBe(status === 200 ? "br" : null);
});
