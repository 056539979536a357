import { beforeAll, expect, test } from "vitest";

import { type NotingHasher, notingHasher } from "../../src/credential/hash-notes.ts";
import { hashQueue } from "../../src/credential/hash-queue.ts";
import { accountHasher } from "../../src/credential/password-hasher.ts";
import { cheap } from "../world/accounts.ts";

let hasher: NotingHasher;

beforeAll(async () => {
  hasher = notingHasher(await accountHasher(cheap, hashQueue()));
});

test("a work is told when a password is hashed for it, also where the work fails", async () => {
  let told = 0;
  const failed = hasher.noting(
    () => (told += 1),
    async () => {
      expect(told).toBe(0);
      await hasher.hash("one");
      expect(told).toBe(1);
      throw new TypeError("the row was not stored");
    },
  );
  await expect(failed).rejects.toThrow("not stored");
  expect(told).toBe(1);
});

test("each work is told of its own hashes, and nobody of what nobody asked for", async () => {
  const told = { one: 0, other: 0 };
  await Promise.all([
    hasher.noting(
      () => (told.one += 1),
      () => hasher.hash("one"),
    ),
    hasher.noting(
      () => (told.other += 1),
      async () => [await hasher.hash("other"), await hasher.hash("another")],
    ),
    hasher.hash("neither"),
  ]);
  expect(told).toStrictEqual({ one: 1, other: 2 });
});
