import type { SchemaDocument } from "@lucent/core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { auth } from "../src/plugin.ts";
import { cheap } from "./world/accounts.ts";
import { type Application, type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, enter, newcomer } from "./world/door.ts";

let world: AuthWorld;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [door()] });
});
afterAll(() => world.stop());

const described = ({ engine }: Pick<Application, "engine">): SchemaDocument | undefined =>
  engine.blueprint.plugins.find(({ name }) => name === "auth")?.credentials?.["cookie"];

test.each([
  ["in development on a loopback host", {}],
  ["where it is reached by https", { API_URL: "https://api.example.com" }],
])("the cookie that a document names is the one that a sign-in sets %s", async (_, environment) => {
  const application = await world.another({ environment });
  const { setCookies } = await enter(application, await newcomer({ ...world, ask: application.ask }), {
    transport: "cookie",
  });
  expect(setCookies).toHaveLength(2);
  expect(setCookies[0]?.split("=")[0]).toBe(described(application)?.["name"]);
});

test("a document of what was not started names the cookie of production, and says that there is another", () => {
  expect(auth().credentials?.["cookie"]).toStrictEqual({
    type: "apiKey",
    in: "cookie",
    name: "__Host-lucent_at",
    description: expect.stringMatching(/`__Host-lucent_at`.* `lucent_at` in development/),
  });
});
