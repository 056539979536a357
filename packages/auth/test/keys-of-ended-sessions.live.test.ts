import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld, type SignedIn } from "./world/auth-world.ts";
import { heldRequest } from "./world/held-request.ts";
import { resetToken } from "./world/mailed.ts";
import { pass } from "./world/time.ts";

let world: AuthWorld;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap } });
});
afterAll(() => world.stop());

const post = (path: string, token: string, body?: unknown) =>
  world.ask("POST", `/api/${path}`, { token, body });

/** Each ends the session `stolen` of an account, by its other one where it needs one. */
const endings: Record<string, (stolen: SignedIn, own: SignedIn) => Promise<{ readonly status: number }>> = {
  "a sign-out": ({ accessToken }) => post("users/logout", accessToken),
  "a sign-out everywhere": (_, { accessToken }) => post("users/logout-all", accessToken),
  "its end from another device": async (_, { accessToken: token }) => {
    const { body } = await world.ask("GET", "/api/users/sessions", { token });
    const { id } = body.data.find(({ current }: { readonly current: boolean }) => !current);
    return world.ask("DELETE", `/api/users/sessions/${id}`, { token });
  },
  "another password": (_, { accessToken, password: currentPassword }) =>
    post("users/change-password", accessToken, { currentPassword, newPassword: "a quiet place to read" }),
  "a reset": async (_, { email }) => {
    const body = { token: await resetToken(world, email), password: "a quiet place to read" };
    return world.ask("POST", "/api/users/reset-password", { body });
  },
};

/** Resolves when the server has looked up who sends a request: it notes the use of a session that was idle. */
async function isLookedUp(userId: string): Promise<void> {
  const used =
    "select from lucent_sessions where user_id = $1::uuid and last_used_at > now() - interval '1 minute'";
  while ((await world.sql(used, userId)).length === 0) await delay(5);
}

test.each(Object.keys(endings))(
  "%s leaves no API key to a session that had its request for one half sent",
  async (name) => {
    const stolen = await world.register();
    const own = await world.login(stolen);
    await pass(world, stolen.id, 120);
    const body = { name: "mine for a year", scopes: ["*"] };
    const request = { method: "POST", path: "/api/users/api-keys", token: stolen.accessToken, body };
    const held = await heldRequest(world, request);
    await isLookedUp(stolen.id);
    expect((await endings[name]?.(stolen, own))?.status).toBe(204);
    const answer = await held.finish();
    expect([answer.status, answer.text]).toStrictEqual([401, expect.stringContaining('"UNAUTHENTICATED"')]);
    expect(
      await world.sql("select id from lucent_api_keys where user_id = $1::uuid", stolen.id),
    ).toStrictEqual([]);
  },
);

test("a request for an API key whose body takes its time is answered where its session goes on", async () => {
  const ada = await world.register();
  const body = { name: "mine", scopes: ["*"] };
  const request = { method: "POST", path: "/api/users/api-keys", token: ada.accessToken, body };
  const answer = await (await heldRequest(world, request)).finish();
  expect(answer.status).toBe(201);
  const { key } = JSON.parse(answer.text);
  expect((await world.ask("GET", "/api/users/me", { token: key })).status).toBe(200);
});
