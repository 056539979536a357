import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, type Entered, newcomer } from "./world/door.ts";

let world: AuthWorld;
let ada: Entered;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [door()] });
  ada = await newcomer(world);
});
afterAll(() => world.stop());

/** Status, and what is wrong. */
async function asked(body: object): Promise<readonly unknown[]> {
  const token = ada.accessToken;
  const answer = await world.ask("POST", "/api/users/api-keys", { token, body: { scopes: [], ...body } });
  await world.ask("DELETE", `/api/users/api-keys/${answer.body.id}`, { token });
  // How many keys somebody may ask for is another matter.
  await world.engine.services.counter.clear(`route:auth.users.createKey:principal:users/${ada.id}`);
  return [answer.status, answer.body.errors];
}

test.each([
  ["a line break", "a\nb"],
  ["a line separator", "a\u2028b"],
  ["what turns the reading direction", "safe\u202egnp.exe"],
  ["half of a surrogate pair", "a\ud800"],
  ["a null", "a\u0000b"],
])("the name of an API key has no %s", async (_, name) => {
  expect(await asked({ name })).toStrictEqual([422, [{ path: "name", rule: "format" }]]);
});

test.each([
  ["a day that its month does not have", "2099-02-30T00:00:00Z"],
  ["no month", "2099-13-01T00:00:00Z"],
  ["no hour", "2099-01-01T24:01:00Z"],
  ["no zone", "2099-01-01T00:00:00"],
  ["the past", "2001-01-01T00:00:00Z"],
  ["a number", 4_070_908_800_000],
])("an API key ends at no moment that is %s", async (_, expiresAt) => {
  expect(await asked({ name: "CI", expiresAt })).toStrictEqual([
    422,
    [{ path: "expiresAt", rule: "format" }],
  ]);
});

test.each([
  { name: "Größe 👩‍💻 مفتاح" },
  { name: "CI", expiresAt: "2096-02-29T23:59:59.5+02:00" },
  { name: "CI", expiresAt: null },
])("an API key can be %j", async (body) => {
  expect(await asked(body)).toStrictEqual([201, undefined]);
});
