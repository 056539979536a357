import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { quickest } from "./quickest.ts";
import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, type Entered, newcomer } from "./world/door.ts";
import { rawGet } from "./world/raw.ts";

let world: AuthWorld;
let ada: Entered;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [door()] });
  ada = await newcomer(world);
});
afterAll(() => world.stop());

const me = (...lines: readonly string[]) => rawGet(world.port, "/api/users/me", lines);
const inside = /stack|postgres|node_modules|\.[cm]?[jt]s:\d|"email"/i;

describe("T-JWT-12 a malformed credential", () => {
  test.each([
    ["a broken percent code", "Bearer %E0%A4%A"],
    ["a percent code of a broken character", "Bearer %ff%fe"],
    ["the scheme alone", "Bearer"],
    ["the scheme and a blank", "Bearer "],
    ["the scheme and blanks", "Bearer  "],
    ["nothing", ""],
    ["two tokens", "Bearer a.b.c a.b.c"],
    ["two tokens with a comma", "Bearer a.b.c, Bearer a.b.c"],
    ["another scheme", "Basic YWxhZGRpbjpvcGVuc2VzYW1l"],
    ["quotes", 'Bearer "a.b.c"'],
    ["bytes beyond ASCII", "Bearer \u00e9\u00ff.\u00a0.\u0080"],
    ["JSON", 'Bearer {"like":""}'],
    ["a NUL", "Bearer a\0b"],
    ["8 KB of dots", `Bearer ${".".repeat(8_000)}`],
    ["the start of an API key", "Bearer lk_"],
    ["an API key of nobody", `Bearer lk_live_12345678_${"a".repeat(49)}`],
  ])("%s is refused, and at once", async (_, value) => {
    const answer = await me(`authorization: ${value}`);
    expect([400, 401]).toContain(answer.status);
    expect(answer.text).not.toMatch(inside);
    expect(await quickest(() => me(`authorization: ${value}`))).toBeLessThan(50);
  });

  test("of 100 KB is refused by the server itself", async () => {
    const answer = await me(`authorization: Bearer ${"A".repeat(100_000)}`);
    expect(answer.status).toBe(431);
    expect(answer.text).not.toMatch(inside);
    expect(await quickest(() => me(`authorization: Bearer ${"A".repeat(100_000)}`))).toBeLessThan(50);
  });

  test("in a second header is not passed over, nor a second good one chosen from", async () => {
    const good = `authorization: Bearer ${ada.accessToken}`;
    expect((await me(good)).status).toBe(200);
    for (const lines of [
      [good, "authorization: Bearer garbage"],
      ["authorization: Bearer garbage", good],
      [good, good],
    ]) {
      const { status, text } = await me(...lines);
      expect(status).toBe(401);
      expect(text).not.toMatch(inside);
    }
  });

  test("beside it the scheme is written in any case, and blanks are no part of the token", async () => {
    for (const value of [`bearer ${ada.accessToken}`, `BEARER \t ${ada.accessToken}  `])
      expect((await me(`authorization: ${value}`)).status).toBe(200);
  });
});
