import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";

const [lookedUp, known] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];

/** Their role is watched and what is deleted is kept: both have hooks, with which a write is a transaction. */
const writers = defineCollection({
  slug: "writers",
  auth: {
    roleFields: ["isEditor"],
    password: {
      breached: () => {
        lookedUp.resolve();
        return known.promise;
      },
    },
  },
  softDelete: true,
  fields: { isEditor: { type: "boolean", access: { create: false } } },
  access: { create: true },
});
const collections = [writers] as const;

let world: AuthWorld<typeof collections>;

beforeAll(async () => {
  world = await authWorld({ collections, database: { max: 1 }, auth: { hash: cheap } });
});
afterAll(() => world.stop());

test("a password that is looked up and hashed keeps no connection from others", async () => {
  const registering = world.register({}, "writers");
  await lookedUp.promise;
  // There is one connection, and whoever waits for it for too long is refused.
  expect(await world.engine.asSystem().writers.count()).toBe(0);
  known.resolve(false);
  expect((await registering).status).toBe(201);
  expect(await world.engine.asSystem().writers.count()).toBe(1);
});
