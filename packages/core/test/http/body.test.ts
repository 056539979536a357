import { expect, test } from "vitest";

import { isLucentError } from "../../src/errors.ts";
import { hasBody, readJson } from "../../src/http/body.ts";

type Chunk = string | Uint8Array;

/** A request with a body of these bytes; chunked unless a length is declared. */
function post(body: Chunk | readonly Chunk[] | undefined, headers: Record<string, string> = {}): Request {
  const all = { "content-type": "application/json", ...headers };
  if (body === undefined) return new Request("http://a/", { method: "POST", headers: all });
  const chunks = typeof body === "string" || body instanceof Uint8Array ? [body] : body;
  const bytes = chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(chunk) : chunk));
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = bytes.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
  return new Request("http://a/", {
    method: "POST",
    headers: all,
    body: stream,
    duplex: "half",
  });
}

async function codeOf(request: Request, limit = 1_000): Promise<string | undefined> {
  try {
    await readJson(request, limit);
    return undefined;
  } catch (error) {
    if (!isLucentError(error)) throw error;
    return error.code;
  }
}

test("a JSON body is read, in one piece or in many", async () => {
  expect(await readJson(post('{"a":[1,"é"]}'), 1_000)).toStrictEqual({ a: [1, "é"] });
  const bytes = [...Buffer.from('{"a":"é😀"}')].map((byte) => Uint8Array.of(byte));
  expect(await readJson(post(bytes), 1_000)).toStrictEqual({ a: "é😀" });
  expect(await readJson(post("[]", { "content-length": "2" }), 1_000)).toStrictEqual([]);
});

test.each([
  "application/json",
  "APPLICATION/JSON",
  "application/json; charset=utf-8",
  "application/json;charset=UTF-8",
  'application/json ; charset="utf-8"',
  " application/json",
])("T-INJ-17 the content type %o is JSON", async (type) => {
  expect(await codeOf(post("{}", { "content-type": type }))).toBeUndefined();
});

test.each([
  "",
  "application/jsonx",
  "application/json\tx",
  "application/json; charset=utf-7",
  "application/json; charset=utf-16",
  "application/json; charset=utf-8; x=y",
  "application/json, text/plain",
  "text/plain, application/json",
  "application/vnd.api+json",
  "text/json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
])("T-INJ-17 the content type %o is not JSON", async (type) => {
  expect(await codeOf(post("{}", { "content-type": type }))).toBe("UNSUPPORTED_MEDIA_TYPE");
});

test("a body without a content type is not JSON", async () => {
  expect(await codeOf(new Request("http://a/", { method: "POST" }))).toBe("UNSUPPORTED_MEDIA_TYPE");
});

test.each(["gzip", "br", "deflate", "identity", "x"])(
  "T-DOS-13 a body with the content encoding %s is refused, not inflated",
  async (encoding) => {
    expect(await codeOf(post("{}", { "content-encoding": encoding }))).toBe("UNSUPPORTED_MEDIA_TYPE");
  },
);

test.each<[string, Chunk]>([
  ["nothing", ""],
  ["a byte order mark", '\uFEFF{"a":1}'],
  ["bytes behind the value", "{}x"],
  ["two values", "{}{}"],
  ["NaN", '{"a":NaN}'],
  ["a comment", '{"a":1/**/}'],
  ["single quotes", "{'a':1}"],
  ["a trailing comma", "[1,]"],
  ["UTF-16", Buffer.from('{"a":1}', "utf16le")],
  ["a lone continuation byte", Uint8Array.of(0x22, 0x80, 0x22)],
  ["an overlong slash", Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
  ["an encoded surrogate", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
  ["a NUL byte", '{"a":"\0"}'],
  ["a cut character", Uint8Array.of(0x22, 0xf0, 0x9f)],
])("T-INJ-18 %s is malformed", async (_, body) => {
  expect(await codeOf(post(body))).toBe("BAD_REQUEST");
});

test("a request without a body is malformed", async () => {
  expect(await codeOf(post(undefined))).toBe("BAD_REQUEST");
});

test("T-DOS-02 the limit counts the bytes that arrive, not characters and not what was declared", async () => {
  const body = JSON.stringify("é".repeat(10));
  expect(await codeOf(post(body), 22)).toBeUndefined();
  expect(await codeOf(post(body), 21)).toBe("PAYLOAD_TOO_LARGE");
  expect(await codeOf(post(body, { "content-length": "22" }), 21)).toBe("PAYLOAD_TOO_LARGE");
  expect(await codeOf(post(body, { "content-length": "5" }), 21)).toBe("PAYLOAD_TOO_LARGE");
  expect(await codeOf(post(body, { "content-length": "22" }), 22)).toBeUndefined();
});

test("T-DOS-03 a declared length over the limit is refused before a byte is read", async () => {
  let pulled = 0;
  const body = new ReadableStream({ pull: () => void (pulled += 1) }, { highWaterMark: 0 });
  const headers = { "content-type": "application/json", "content-length": "150000000" };
  const request = new Request("http://a/", { method: "POST", headers, body, duplex: "half" });
  expect(await codeOf(request)).toBe("PAYLOAD_TOO_LARGE");
  expect(pulled).toBe(0);
});

test("T-DOS-02 a stream over the limit is not read to its end", async () => {
  let pulled = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(100).fill(32));
    },
    cancel() {
      cancelled = true;
    },
  });
  const headers = { "content-type": "application/json" };
  const request = new Request("http://a/", { method: "POST", headers, body, duplex: "half" });
  expect(await codeOf(request)).toBe("PAYLOAD_TOO_LARGE");
  expect(pulled).toBeLessThan(20);
  expect(cancelled).toBe(true);
});

test("T-DOS-02 a body that is too deep is malformed", async () => {
  expect(await codeOf(post(`${"[".repeat(40)}${"]".repeat(40)}`))).toBe("BAD_REQUEST");
});

test.each([
  { headers: { "content-length": "12" }, has: true },
  { headers: { "content-length": "0" }, has: false },
  { headers: { "transfer-encoding": "chunked" }, has: true },
  { headers: {}, has: false },
])("whether there is a body is known by $headers, without beginning to read", ({ headers, has }) => {
  const request = new Request("http://a/", { method: "POST", headers });
  Object.defineProperty(request, "body", {
    get() {
      throw new TypeError("the body was touched");
    },
  });
  expect(hasBody(request)).toBe(has);
});
