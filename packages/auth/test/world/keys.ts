import { crc32 } from "node:zlib";

import { defineCollection } from "@lucent/core";

import type { CollectionAuthOptions } from "../../src/options.ts";
import type { Answered } from "./asker.ts";
import type { AuthWorld } from "./auth-world.ts";
import { posts, staff, users } from "./collections.ts";
import type { Entered } from "./door.ts";

/** What everybody may do everything with: only scopes can keep a key from it. */
const open = defineCollection({
  slug: "open",
  fields: { title: { type: "text" } },
  access: { create: true, read: true, update: true, delete: true },
});

/** What editors alone may see. */
const reports = defineCollection({
  slug: "reports",
  fields: { title: { type: "text" } },
  access: {
    create: ({ user }) => user?.["role"] === "editor",
    read: ({ user }) => user?.["role"] === "editor",
  },
});

// Editors may give keys the scope that stands for everything.
const options: CollectionAuthOptions = { apiKeys: { admin: (user) => user["role"] === "editor" } };
const holders = { ...users, auth: options };

/** The collections of the tests of API keys. */
export const keyCollections = [holders, staff, posts, open, reports] as const;

/** A world with them. */
export type KeyWorld = AuthWorld<typeof keyCollections>;

/** Asks for a key with a session. */
export function askForKey(world: KeyWorld, { accessToken }: Entered, body: object): Promise<Answered> {
  return world.ask("POST", "/api/users/api-keys", { token: accessToken, body });
}

/** Makes a key. @throws TypeError where there is none. */
export async function keyOf(
  world: KeyWorld,
  owner: Entered,
  scopes: readonly string[],
): Promise<{ readonly id: string; readonly key: string }> {
  const { status, body } = await askForKey(world, owner, { name: "ci", scopes });
  if (status !== 201) throw new TypeError(`no key: ${status}`);
  return { id: String(body.id), key: String(body.key) };
}

/** Asks with a key, as a header of its own. */
export function withKey(
  world: KeyWorld,
  key: string,
): (method: string, path: string, body?: object) => Promise<Answered> {
  return (method, path, body) =>
    world.ask(method, `/api/${path}`, {
      headers: { "x-api-key": key },
      ...(body === undefined ? {} : { body }),
    });
}

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The key with the checksum that belongs to the rest of it, written from the format's description. */
export function withChecksum(key: string): string {
  const body = key.slice(0, -6);
  let rest = crc32(body);
  let checksum = "";
  while (checksum.length < 6) {
    checksum = `${digits.charAt(rest % 62)}${checksum}`;
    rest = Math.floor(rest / 62);
  }
  return `${body}${checksum}`;
}
