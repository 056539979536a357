import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { exchangeOf } from "../../src/request/exchange.ts";
import { matcher } from "../../src/request/match.ts";
import { requestLog } from "../../src/request/request-log.ts";
import { recordingLogger } from "../world/recording-logger.ts";

const route = { id: "files.get", method: "GET", path: "/files/{id}", handle: () => new Response() } as const;
const match = matcher(describe({ collections: [{ slug: "posts", fields: {} }] }), [route]);

function lineOf(method: string, path: string | undefined, status: number) {
  const logger = recordingLogger();
  const request = new Request("http://a/api/posts?where=secret", {
    method: method === "POST" ? "POST" : "GET",
    headers: { "x-request-id": "request-1", authorization: "Bearer secret", cookie: "secret=1" },
    ...(method === "POST" ? { body: "secret" } : {}),
  });
  // Not every runtime makes a Request of a method that it does not know; a server hands it on.
  const exchange = { ...exchangeOf(request, { address: "192.0.2.1" }), method };
  if (path !== undefined) exchange.matched = match(method, path);
  exchange.principal = {
    user: { id: "secret", email: "secret@example.com" },
    system: false,
    requestId: "request-1",
  };
  exchange.queries = 2;
  requestLog(logger)(exchange, status);
  expect(logger.lines).toHaveLength(1);
  return logger.lines[0];
}

test("R-AU-2 a line has the listed facts, and nothing else of the request", () => {
  expect(lineOf("POST", "/api/posts", 201)).toStrictEqual({
    level: "info",
    message: "request",
    facts: {
      requestId: "request-1",
      method: "POST",
      route: "posts.create",
      status: 201,
      durationMs: expect.any(Number),
      queries: 2,
    },
  });
});

test.each([
  ["GET", "/api/posts", "posts.list"],
  ["GET", "/api/posts/7", "posts.one"],
  ["POST", "/api/posts/query", "posts.query"],
  ["DELETE", "/api/posts/7", "posts.delete"],
  ["GET", "/api/files/7", "files.get"],
  ["POST", "/api/batch", "batch"],
  ["OPTIONS", "/api/files/7", "options"],
  ["GET", undefined, "none"],
] as const)("%s %s is logged as %s", (method, path, name) => {
  expect(lineOf(method, path, 200)?.facts["route"]).toBe(name);
});

test("a method that somebody made up is not repeated", () => {
  expect(lineOf("SECRET", undefined, 405)?.facts["method"]).toBe("other");
});

test("what failed on our side is an error, what a client did wrong is not", () => {
  for (const status of [200, 304, 308, 401, 404, 429, 499])
    expect(lineOf("GET", undefined, status)?.level).toBe("info");
  for (const status of [500, 503]) expect(lineOf("GET", undefined, status)?.level).toBe("error");
});

test("the duration is in milliseconds with one decimal", () => {
  const duration = lineOf("GET", "/api/posts", 200)?.facts["durationMs"];
  expect(duration).toBeGreaterThanOrEqual(0);
  expect(Number(duration) * 10).toBeCloseTo(Math.round(Number(duration) * 10), 6);
});
