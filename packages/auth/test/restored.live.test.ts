import { afterAll, beforeAll, expect, test } from "vitest";

import { type AuthWorld, authWorld } from "./world/auth-world.ts";

let world: AuthWorld;
beforeAll(async () => {
  world = await authWorld();
});
afterAll(async () => world.stop());

test("a soft-deleted account that is restored finds nothing of its own alive", async () => {
  const { accessToken: token, id, email, password } = await world.register();
  const made = await world.ask("POST", "/api/users/api-keys", {
    token,
    body: { name: "a", scopes: ["read"] },
  });
  const { key } = made.body as { readonly key: string };
  const users = world.engine.asSystem().users;
  await users.delete(id);
  await users.restore(id);
  expect((await world.ask("GET", "/api/users/me", { token })).status).toBe(401);
  expect((await world.ask("GET", "/api/users/me", { token: key })).status).toBe(401);
  expect((await world.login({ email, password })).status).toBe(200);
});
