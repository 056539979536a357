import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { mailTo, tokenOf } from "./world/members.ts";

const fields = {} as const;
const access = { create: true } as const;
/** Whoever has a mailbox has one account, whatever is behind a plus. */
const hooks = {
  beforeCreate: [
    ({ data }: { readonly data: Readonly<Record<string, unknown>> }) => ({
      ...data,
      email: String(data["email"]).replace(/\+[^@]*/, ""),
    }),
  ],
};

const users = defineCollection({ slug: "users", auth: true, fields, access, hooks });
const members = defineCollection({
  slug: "members",
  auth: { requireEmailVerification: true },
  fields,
  access,
  hooks,
});
const collections = [users, members] as const;

let world: AuthWorld<typeof collections>;

beforeAll(async () => {
  world = await authWorld({ collections, auth: { hash: cheap } });
});
afterAll(() => world.stop());

test("an address that a hook writes another way is the one that is registered", async () => {
  const ada = await world.register({ email: "ada+news@example.com" });
  expect([ada.status, ada.body.user.email]).toStrictEqual([201, "ada@example.com"]);
  expect((await world.ask("GET", "/api/users/me", { token: ada.accessToken })).status).toBe(200);

  const bob = await world.register({ email: "bob+news@example.com" }, "members");
  expect([bob.status, bob.text]).toStrictEqual([202, "{}"]);
  const token = tokenOf(await mailTo(world, { email: "bob@example.com" }));
  expect((await world.ask("POST", "/api/members/verify-email", { body: { token } })).status).toBe(204);
  expect((await world.login({ ...bob, email: "bob@example.com" }, "members")).status).toBe(200);
});
