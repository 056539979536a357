import { randomUUID } from "node:crypto";

import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door } from "./world/door.ts";

const users = defineCollection({
  slug: "users",
  auth: true,
  fields: {
    role: { type: "select", options: ["reader", "editor"], required: true, default: "reader" },
    note: { type: "text", access: { read: ({ user }) => user?.role === "editor" } },
  },
});

let world: AuthWorld<readonly [typeof users]>;

beforeAll(async () => {
  world = await authWorld({ collections: [users], plugins: [door()] });
});

afterAll(() => world.stop());

test.each([
  ["editor", { note: "a" }],
  ["reader", {}],
] as const)("an account with the role %s is shown what that role may read", async (role, seen) => {
  const email = `${randomUUID()}@example.com`;
  const { id } = await world.engine.asSystem().users.create({ email, role, note: "a" });
  const { status, body } = await world.ask("POST", `/api/door/users/${id}/token`);
  expect(status).toBe(200);
  expect(body.user).toEqual({ id, email, emailVerified: false, disabledAt: null, role, ...seen });
});

test.each([
  ["unknown", randomUUID()],
  ["malformed", "nobody"],
])("an account of an %s id can't be signed in", async (_, id) => {
  const { status, body } = await world.ask("POST", `/api/door/users/${id}/token`);
  expect([status, body.code]).toEqual([401, "INVALID_CREDENTIALS"]);
});
