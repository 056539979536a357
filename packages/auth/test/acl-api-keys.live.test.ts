import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import type { Asker } from "./world/asker.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { users } from "./world/collections.ts";
import { door, type Entered, newcomer } from "./world/door.ts";
import { safeAsker } from "./world/safe-asker.ts";

const isEditor = ({ user }: { readonly user: { readonly [name: string]: unknown } | null }): boolean =>
  user?.["collection"] === "users" && user["role"] === "editor";

/** Open to editors among the users, and to nobody else. */
const ledger = defineCollection({
  slug: "ledger",
  fields: { entry: { type: "text" } },
  access: { create: isEditor, read: isEditor, update: isEditor, delete: isEditor },
});
/** Accounts of another world that have a role of the same name. */
const robots = defineCollection({
  slug: "robots",
  auth: true,
  fields: { role: { type: "text" } },
  access: { read: true },
});
const collections = [users, robots, ledger] as const;

let world: AuthWorld<typeof collections>;
let ask: Asker;
let editor: Entered;
let member: Entered;
let robot: Entered;
let entry: string;

beforeAll(async () => {
  world = await authWorld({ collections, auth: { hash: cheap }, plugins: [door()] });
  ask = safeAsker(world.ask);
  editor = await newcomer(world);
  member = await newcomer(world);
  robot = await newcomer(world, { collection: "robots" });
  await world.sql("update users set role = 'editor' where id = $1::uuid", editor.id);
  await world.sql("update robots set role = 'editor' where id = $1::uuid", robot.id);
  const made = await ask("POST", "/api/ledger", { body: { entry: "one" }, token: editor.accessToken });
  expect(made.status).toBe(201);
  entry = made.body.id;
});
afterAll(() => world.stop());

async function keyOf(
  { accessToken: token }: Entered,
  scopes: readonly string[],
  collection = "users",
): Promise<string> {
  const made = await ask("POST", `/api/${collection}/api-keys`, { body: { name: "CI", scopes }, token });
  expect(made.status).toBe(201);
  return made.body.key;
}

/** What a caller is answered to everything that the ledger does, a delete last. */
async function answersTo(token: string | undefined): Promise<readonly number[]> {
  const asked = async (method: string, path: string, body?: object) =>
    (await ask(method, `/api/ledger${path}`, { token, ...(body === undefined ? {} : { body }) })).status;
  return [
    await asked("GET", ""),
    await asked("GET", "/count"),
    await asked("POST", "/query", {}),
    await asked("GET", `/${entry}`),
    await asked("POST", "", { entry: "two" }),
    await asked("PATCH", `/${entry}`, { entry: "one" }),
    await asked("DELETE", `/${entry}`),
  ];
}

const all = (status: number): readonly number[] => Array.from({ length: 7 }, () => status);
const everything = [200, 200, 200, 200, 201, 200, 204] as const;

describe("T-ACL-26 a rule that asks for a role", () => {
  test("is met by nobody whom the role says nothing about", async () => {
    expect(await answersTo(undefined)).toStrictEqual(all(401));
    expect(await answersTo(member.accessToken)).toStrictEqual(all(403));
    expect(await answersTo(await keyOf(member, ["*"]))).toStrictEqual(all(403));
    expect(await answersTo(await keyOf(member, ["ledger:read", "ledger:create"]))).toStrictEqual(all(403));
  });

  test("is not met by an account of another collection with the same role", async () => {
    const me = await ask("GET", "/api/robots/me", { token: robot.accessToken });
    expect([me.status, me.body.role]).toStrictEqual([200, "editor"]);
    expect(await answersTo(robot.accessToken)).toStrictEqual(all(403));
    expect(await answersTo(await keyOf(robot, ["*"], "robots"))).toStrictEqual(all(403));
  });

  test("is met by an API key no further than its scopes go", async () => {
    expect(await answersTo(await keyOf(editor, []))).toStrictEqual(all(403));
    expect(await answersTo(await keyOf(editor, ["users:read"]))).toStrictEqual(all(403));
    expect(await answersTo(await keyOf(editor, ["ledger:read"]))).toStrictEqual([
      200, 200, 200, 200, 403, 403, 403,
    ]);
    expect(await answersTo(await keyOf(editor, ["ledger:create"]))).toStrictEqual([
      403, 403, 403, 403, 201, 403, 403,
    ]);
    expect(await answersTo(await keyOf(editor, ["*"]))).toStrictEqual(everything);
  });

  test("asks for the role that the owner of a key has by now", async () => {
    const other = await newcomer(world);
    const become = (role: string) =>
      world.sql("update users set role = $2 where id = $1::uuid", other.id, role);
    const key = await keyOf(other, ["ledger:read"]);
    const status = async () => (await ask("GET", "/api/ledger", { token: key })).status;
    expect(await status()).toBe(403);
    await become("editor");
    expect(await status()).toBe(200);
    await become("member");
    expect(await status()).toBe(403);
  });

  test("is asked again for each operation of a batch", async () => {
    const key = await keyOf(editor, ["ledger:create"]);
    const create = { op: "create", collection: "ledger", data: { entry: "three" } };
    const send = (operations: readonly object[]) =>
      ask("POST", "/api/batch", { body: { operations }, token: key });
    expect((await send([create])).status).toBe(200);
    const rename = { op: "update", collection: "users", id: editor.id, data: { name: "Ada" } };
    const refused = await send([create, rename]);
    expect([refused.status, refused.body.code, refused.body.operation]).toStrictEqual([403, "FORBIDDEN", 1]);
    expect(await world.sql("select id from ledger where entry = 'three'")).toHaveLength(1);
  });
});
