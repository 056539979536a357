import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { wire } from "./malformed/wire.ts";
import { alice, ids } from "./security/callers.ts";
import { startWorld, type World } from "./security/world.ts";

let world: World;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"), {
    api: { url: "https://api.example.com", allowedHosts: ["127.0.0.1"], trustProxy: 1 },
  });
  await world.reset();
});

afterAll(async () => {
  await world.stop();
});

const breaks = [
  "aaaaaaaa%0d%0aX-Injected: yes",
  "aaaaaaaa%0aX-Injected:yes",
  "aaaaaaaa\\r\\nX-Injected: yes",
  "<script>",
  "aaaaaaaa;b",
  "\u00e9\u00e9\u00e9\u00e9\u00e9",
];

test("T-INJ-15 nothing that a client sends becomes a header of its own", async () => {
  for (const text of breaks) {
    for (const name of [
      "x-request-id",
      "origin",
      "if-none-match",
      "if-match",
      "accept",
      "range",
      "x-forwarded-for",
      "x-forwarded-host",
    ]) {
      const answer = await world.as(alice, "GET", "/api/users", { headers: { [name]: text } });
      expect([200, 400]).toContain(answer.status);
      if (name === "x-request-id") expect(answer.headers["x-request-id"]).toMatch(uuid);
      expect(JSON.stringify(answer.headers)).not.toMatch(/injected|script/i);
    }
  }
});

test("T-INJ-15 a redirect and a Location repeat a path without decoding it", async () => {
  const insecure = { headers: { "x-forwarded-proto": "http", host: `127.0.0.1:${world.port}` } };
  for (const path of [
    "/api/posts/%0d%0aX-Injected:%20yes",
    "/api/posts?where=%0d%0aX-Injected:%20yes",
    "/api/posts//evil.example",
    "/api/%5c%5cevil.example",
  ]) {
    const answer = await world.as(alice, "GET", path, insecure);
    const { location = "" } = answer.headers;
    expect([answer.status, location]).toStrictEqual([308, `https://api.example.com${path}`]);
  }
  const body = { title: "a\r\nX-Injected: yes", owner: ids.alice, code: "%0d%0a" };
  const made = await world.as(alice, "POST", "/api/posts", {
    body,
    headers: { "x-forwarded-proto": "https" },
  });
  expect([made.status, made.headers["location"]]).toStrictEqual([201, `/api/posts/${made.json.id}`]);
});

test("T-INJ-15 line breaks inside a header are no end of it, or the end of the request", async () => {
  const host = `Host: 127.0.0.1:${world.port}`;
  for (const line of [
    "X-Request-Id: aaaaaaaa\rX-Injected: yes",
    "X-Request-Id: aaaaaaaa\n X-Injected: yes",
    "X-Request-Id: aaaaaaaa\r\n X-Injected: yes",
  ]) {
    const over = wire(world.port);
    const answer = await over.exchange(
      Buffer.from(`GET /api/users HTTP/1.1\r\n${host}\r\n${line}\r\n\r\n`),
      "GET",
    );
    over.close();
    expect(answer?.status ?? 400).toBeLessThan(500);
    expect([...(answer?.headers.keys() ?? [])]).not.toContain("x-injected");
  }
});
