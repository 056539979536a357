import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, expect, test } from "vitest";

import { newApiKey } from "../src/credential/api-key.ts";
import { newToken } from "../src/credential/one-time-token.ts";
import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld, type SignedIn } from "./world/auth-world.ts";
import { posts, staff, users } from "./world/collections.ts";
import { mailTo, members, tokenOf, verified } from "./world/members.ts";
import { uniform } from "./world/uniform.ts";

const collections = [users, staff, posts, members] as const;

let world: AuthWorld<typeof collections>;

beforeAll(async () => {
  world = await authWorld({ collections, auth: { hash: cheap } });
});
afterAll(() => world.stop());

const post = (path: string, body: unknown) => world.ask("POST", `/api/${path}`, { body });

test("T-ENUM-07 every bad token for a new password looks the same", async () => {
  const [ada, expired, used, renewed] = [
    await world.register(),
    await world.register(),
    await world.register(),
    await world.register(),
  ];
  const askFor = async (account: SignedIn, collection = "users") => {
    await post(`${collection}/forgot-password`, { email: account.email });
    return tokenOf(
      await world.mails.next(
        ({ recipients, subject }) => recipients[0] === account.email && /new password/.test(subject),
      ),
    );
  };
  const tokens = { ada: await askFor(ada), expired: await askFor(expired), used: await askFor(used) };
  const replaced = await askFor(renewed);
  await askFor(renewed);
  const elsewhere = await askFor(await verified(world), "members");
  const unverifiedMember = await world.register({}, "members");
  const otherPurpose = tokenOf(await mailTo(world, unverifiedMember));
  await world.sql("update lucent_tokens set expires_at = now() where user_id = $1::uuid", expired.id);
  const reset = (token: string, collection = "users") =>
    post(`${collection}/reset-password`, { token, password: "words of somebody" });
  expect((await reset(tokens.used)).status).toBe(204);

  const { status, text } = await uniform({
    "never issued": () => reset(newToken().token),
    expired: () => reset(tokens.expired),
    used: () => reset(tokens.used),
    replaced: () => reset(replaced),
    "other collection": () => reset(elsewhere),
    "other collection's own": () => reset(tokens.ada, "members"),
    "other purpose": () => reset(otherPurpose, "members"),
  });
  expect([status, text]).toStrictEqual([400, expect.stringContaining('"INVALID_TOKEN"')]);
  // None of these has used up anybody's.
  expect((await reset(tokens.ada)).status).toBe(204);
  expect((await reset(elsewhere, "members")).status).toBe(204);
});

test("T-ENUM-08 every bad API key looks the same, wherever it is shown", async () => {
  const ada = await world.register();
  const create = async (name: string) => {
    const created = await world.ask("POST", "/api/users/api-keys", {
      body: { name, scopes: ["*"] },
      token: ada.accessToken,
    });
    return created.body as { readonly id: string; readonly key: string; readonly prefix: string };
  };
  const [live, revoked, expired] = [await create("live"), await create("revoked"), await create("expired")];
  await world.ask("DELETE", `/api/users/api-keys/${revoked.id}`, { token: ada.accessToken });
  await world.sql("update lucent_api_keys set expires_at = now() where id = $1::uuid", expired.id);
  const [foreign, sameId] = [newApiKey("test"), newApiKey("test")];
  // In the database stands now what a guessed secret behind a public id that is known finds.
  const { id } = await create("other");
  await world.sql("update lucent_api_keys set public_id = $1 where id = $2::uuid", sameId.publicId, id);
  const keys = {
    "wrong public id": foreign.key,
    "right public id": sameId.key,
    revoked: revoked.key,
    expired: expired.key,
    "wrong checksum": `${live.key.slice(0, -1)}${live.key.endsWith("0") ? "1" : "0"}`,
    "no key": "lk_test_",
  };
  for (const [method, path] of [
    ["GET", "/api/users/me"],
    ["GET", "/api/posts"],
    ["POST", "/api/posts"],
    ["GET", `/api/posts/${randomUUID()}`],
  ] as const) {
    for (const show of [
      (key: string) => ({ token: key }),
      (key: string) => ({ headers: { "x-api-key": key } }),
    ]) {
      const { status, headers } = await uniform(
        Object.fromEntries(
          Object.entries(keys).map(([name, key]) => [
            name,
            () => world.ask(method, path, { ...show(key), ...(method === "POST" ? { body: {} } : {}) }),
          ]),
        ),
      );
      expect([status, headers["www-authenticate"]]).toStrictEqual([401, "Bearer"]);
    }
  }
  expect((await world.ask("GET", "/api/users/me", { token: live.key })).status).toBe(200);
});

test("T-ENUM-09 a document of somebody else, a missing one and no id at all look the same to who is signed in", async () => {
  const [ada, bob] = [await world.register(), await world.register()];
  const made = await world.ask("POST", "/api/posts", {
    body: { title: "bob's", author: bob.id },
    token: bob.accessToken,
  });
  for (const [method, body] of [["GET"], ["PATCH", { title: "ada's" }], ["DELETE"]] as const) {
    const { status } = await uniform(
      Object.fromEntries(
        [made.body.id, randomUUID(), "1", "null", "%00", "x".repeat(100)].map((id) => [
          String(id),
          () =>
            world.ask(method, `/api/posts/${id}`, {
              token: ada.accessToken,
              ...(body === undefined ? {} : { body }),
            }),
        ]),
      ),
    );
    expect(status).toBe(404);
  }
  expect((await world.ask("GET", `/api/posts/${made.body.id}`, { token: bob.accessToken })).body.title).toBe(
    "bob's",
  );
});

test("T-ENUM-10 tables of accounts are no collections, to nobody", async () => {
  const { accessToken } = await world.register();
  const names = [
    "doesnotexist",
    "lucent_sessions",
    "lucent-sessions",
    "lucent_tokens",
    "lucent_api_keys",
    "lucent_secrets",
    "lucent_audit",
    "sessions",
    "api-keys",
    "auth",
  ];
  for (const token of [undefined, accessToken]) {
    for (const [method, below] of [
      ["GET", ""],
      ["GET", `/${randomUUID()}`],
      ["GET", "/count"],
      ["GET", "/me"],
      ["POST", ""],
      ["POST", "/login"],
    ] as const) {
      const { status } = await uniform(
        Object.fromEntries(
          names.map((name) => [
            name,
            () =>
              world.ask(method, `/api/${name}${below}`, {
                token,
                ...(method === "POST" ? { body: {} } : {}),
              }),
          ]),
        ),
      );
      expect([method, below, status]).toStrictEqual([method, below, 404]);
    }
  }
});
