import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type Answered, type Asker, cookieHeader } from "./world/asker.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, enter, type Entered, newcomer } from "./world/door.ts";
import { safeAsker } from "./world/safe-asker.ts";

let world: AuthWorld;
let ask: Asker;
/** Of `staff`, in a browser. */
let browser: Entered;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [door()] });
  ask = safeAsker(world.ask);
});
afterAll(() => world.stop());

beforeEach(async () => {
  const grace = await newcomer(world, { collection: "staff" });
  browser = await enter(world, grace, { collection: "staff", transport: "cookie" });
});

const post = (path: string, cookie: string | Answered, more: object = {}): Promise<Answered> =>
  ask("POST", `/api/${path}`, { cookie, headers: world.ownPage, ...more });
const statusOf = async (cookie: string | Answered): Promise<number> =>
  (await ask("GET", "/api/staff/me", { cookie })).status;

const cleared = [
  "lucent_at=; HttpOnly; Path=/; SameSite=Lax; Max-Age=0",
  "lucent_rt=; HttpOnly; Path=/; SameSite=Strict; Max-Age=0",
];
/** The pair alone, as a browser has it when the access token's time is over. */
const refreshCookie = (): string => cookieHeader(browser).replace(/^lucent_at=[^;]*; /, "");
const accessCookie = (): string => cookieHeader(browser).replace(/; lucent_rt=.*$/, "");

describe("cookies of another collection's account", () => {
  test.each([
    ["both", () => browser],
    ["the refresh token alone", refreshCookie],
    ["the access token alone", accessCookie],
  ])("stay at a logout, and so does their session: %s", async (_, shown) => {
    const answer = await post("users/logout", shown());
    expect([answer.status, answer.setCookies]).toStrictEqual([204, []]);
    expect(await statusOf(browser)).toBe(200);
  });

  test.each([
    ["both", () => browser],
    ["the refresh token alone", refreshCookie],
  ])("are no refresh token, and stay: %s", async (_, shown) => {
    const answer = await post("users/refresh", shown());
    expect(answer).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" }, setCookies: [] });
    expect(await statusOf(browser)).toBe(200);
    expect((await post("staff/refresh", browser)).status).toBe(200);
  });

  test("stay when somebody else is signed out beside them, who is over", async () => {
    const ada = await newcomer(world);
    const answer = await post("users/logout", browser, { token: ada.accessToken });
    expect([answer.status, answer.setCookies]).toStrictEqual([204, []]);
    expect((await ask("GET", "/api/users/me", { token: ada.accessToken })).status).toBe(401);
    expect(await statusOf(browser)).toBe(200);
    const bob = await newcomer(world);
    const everywhere = await post("users/logout-all", refreshCookie(), { token: bob.accessToken });
    expect([everywhere.status, everywhere.setCookies]).toStrictEqual([204, []]);
    expect(await statusOf(browser)).toBe(200);
  });

  test("are cleared by their own collection, and by any once their session is over", async () => {
    expect((await post("staff/logout", browser)).setCookies).toStrictEqual(cleared);
    expect(await statusOf(browser)).toBe(401);
    for (const path of ["users/logout", "users/refresh", "staff/logout", "staff/refresh"])
      expect([path, (await post(path, browser)).setCookies]).toStrictEqual([path, cleared]);
  });
});
