import type { Known } from "./targets.ts";

/** A message that is wrong as HTTP, or close to it. */
export interface BrokenFraming {
  readonly name: string;
  readonly bytes: (known: Known) => Buffer;
}

function lines(...parts: readonly string[]): (known: Known) => Buffer {
  return ({ host }) => Buffer.from(`${parts.join("\r\n").replaceAll("HOST", host)}\r\n\r\n`, "latin1");
}

const list = "GET /api/things HTTP/1.1";
const create = "POST /api/things HTTP/1.1";
const json = "Content-Type: application/json";

/** Sent one by one: the server below may answer these itself, or hang up. */
export const brokenFraming: readonly BrokenFraming[] = [
  { name: "no Host", bytes: lines(list) },
  { name: "two Hosts", bytes: lines(list, "Host: HOST", "Host: evil.example") },
  { name: "two equal Hosts", bytes: lines(list, "Host: HOST", "Host: HOST") },
  { name: "HTTP/1.0 without Host", bytes: lines("GET /api/things HTTP/1.0", "Connection: close") },
  { name: "HTTP/3.0", bytes: lines("GET /api/things HTTP/3.0", "Host: HOST") },
  { name: "HTTP/2 preface", bytes: () => Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
  { name: "no version", bytes: lines("GET /api/things", "Host: HOST") },
  { name: "lower-case method", bytes: lines("get /api/things HTTP/1.1", "Host: HOST") },
  { name: "unknown method", bytes: lines("CANARY!canary /api/things HTTP/1.1", "Host: HOST") },
  { name: "CONNECT", bytes: lines("CONNECT evil.example:443 HTTP/1.1", "Host: evil.example:443") },
  { name: "asterisk form", bytes: lines("OPTIONS * HTTP/1.1", "Host: HOST") },
  { name: "absolute form", bytes: lines("GET http://HOST/api/things HTTP/1.1", "Host: HOST") },
  {
    name: "absolute form of another host",
    bytes: lines("GET http://evil.example/api/things HTTP/1.1", "Host: HOST"),
  },
  { name: "absolute form that is no URL", bytes: lines("GET http://[ HTTP/1.1", "Host: HOST") },
  { name: "a target without a slash", bytes: lines("GET api/things HTTP/1.1", "Host: HOST") },
  { name: "a fragment", bytes: lines("GET /api/things#canary!fragment HTTP/1.1", "Host: HOST") },
  { name: "a space in the target", bytes: lines("GET /api/things?x=a b HTTP/1.1", "Host: HOST") },
  {
    name: "raw UTF-8 in the target",
    bytes: lines("GET /api/\u00c3\u00a9?where=\u00f0\u0178 HTTP/1.1", "Host: HOST"),
  },
  { name: "NUL in the target", bytes: lines("GET /api/things?x=\0 HTTP/1.1", "Host: HOST") },
  { name: "backslashes in the target", bytes: lines("GET \\api\\things HTTP/1.1", "Host: HOST") },
  { name: "a target of 70,000 bytes", bytes: lines(`GET /api/${"a".repeat(70_000)} HTTP/1.1`, "Host: HOST") },
  { name: "a header of 70,000 bytes", bytes: lines(list, "Host: HOST", `X-Long: ${"a".repeat(70_000)}`) },
  {
    name: "3,000 headers",
    bytes: lines(list, "Host: HOST", ...Array.from({ length: 3_000 }, (_, at) => `x${at}: 1`)),
  },
  { name: "NUL in a header", bytes: lines(list, "Host: HOST", "X-Request-Id: canary\0aaaa") },
  {
    name: "a bare CR in a header",
    bytes: lines(list, "Host: HOST", "X-Request-Id: aaaaaaaa\rX-Injected: yes"),
  },
  { name: "a folded header", bytes: lines(list, "Host: HOST", "X-A: 1", " canary!folded") },
  { name: "a header without a colon", bytes: lines(list, "Host: HOST", "canary!") },
  { name: "a space before the colon", bytes: lines(list, "Host : HOST") },
  { name: "an empty header name", bytes: lines(list, "Host: HOST", ": canary!") },
  {
    name: "Content-Length and Transfer-Encoding",
    bytes: lines(create, "Host: HOST", json, "Content-Length: 5", "Transfer-Encoding: chunked", "", "0"),
  },
  {
    name: "two Content-Lengths",
    bytes: lines(create, "Host: HOST", json, "Content-Length: 2", "Content-Length: 3", "", "{}"),
  },
  { name: "a negative Content-Length", bytes: lines(create, "Host: HOST", json, "Content-Length: -1") },
  {
    name: "a Content-Length that is no number",
    bytes: lines(create, "Host: HOST", json, "Content-Length: 1e3"),
  },
  {
    name: "a huge Content-Length",
    bytes: lines(create, "Host: HOST", json, "Content-Length: 99999999999999999999"),
  },
  {
    name: "a Content-Length over the limit",
    bytes: lines(create, "Host: HOST", json, "Content-Length: 1048577", "Connection: close"),
  },
  {
    name: "an unknown transfer coding",
    bytes: lines(create, "Host: HOST", json, "Transfer-Encoding: canary"),
  },
  {
    name: "chunked twice",
    bytes: lines(create, "Host: HOST", json, "Transfer-Encoding: chunked, chunked", "", "0"),
  },
  {
    name: "a chunk size that is no number",
    bytes: lines(create, "Host: HOST", json, "Transfer-Encoding: chunked", "", "zz", "{}", "0"),
  },
  {
    name: "a negative chunk size",
    bytes: lines(create, "Host: HOST", json, "Transfer-Encoding: chunked", "", "-1", "{}", "0"),
  },
  {
    name: "an upgrade to websocket",
    bytes: lines(
      list,
      "Host: HOST",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version: 13",
    ),
  },
  {
    name: "an upgrade to h2c",
    bytes: lines(
      list,
      "Host: HOST",
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
    ),
  },
  {
    name: "an upgrade to nothing known",
    bytes: lines(list, "Host: HOST", "Connection: Upgrade", "Upgrade: canary"),
  },
  { name: "an unknown expectation", bytes: lines(list, "Host: HOST", "Expect: canary", "Connection: close") },
  { name: "TLS", bytes: () => Buffer.from("16030100c8010000c40303", "hex") },
  { name: "noise", bytes: () => Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 7919) % 256)) },
  {
    name: "line feeds alone",
    bytes: ({ host }) => Buffer.from(`GET /api/things HTTP/1.1\nHost: ${host}\n\n`),
  },
  {
    name: "empty lines first",
    bytes: ({ host }) => Buffer.from(`\r\n\r\nGET /api/things HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  },
];
