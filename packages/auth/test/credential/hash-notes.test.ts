import { beforeAll, expect, test } from "vitest";

import { type NotingHasher, notingHasher } from "../../src/credential/hash-notes.ts";
import { hashQueue } from "../../src/credential/hash-queue.ts";
import { accountHasher } from "../../src/credential/password-hasher.ts";
import { cheap } from "../world/accounts.ts";

let hasher: NotingHasher;

beforeAll(async () => {
  hasher = notingHasher(await accountHasher(cheap, hashQueue()));
});

/** A note that keeps what it takes. */
const kept = (notes: Map<string, string>) => (password: string, hash: string) =>
  void notes.set(password, hash);

test("what is hashed for a work is noted, also where the work fails", async () => {
  const notes = new Map<string, string>();
  const failed = hasher.noting(kept(notes), async () => {
    await hasher.hash("one");
    throw new TypeError("the row was not stored");
  });
  await expect(failed).rejects.toThrow("not stored");
  expect([...notes.keys()]).toStrictEqual(["one"]);
  await expect(hasher.verify("one", notes.get("one") ?? "")).resolves.toBe(true);
});

test("each work has its own notes, and what nobody notes is in none", async () => {
  const [one, other] = [new Map<string, string>(), new Map<string, string>()];
  const made = await Promise.all([
    hasher.noting(kept(one), () => hasher.hash("one")),
    hasher.noting(kept(other), () => hasher.hash("other")),
    hasher.hash("neither"),
  ]);
  expect([[...one], [...other]]).toStrictEqual([[["one", made[0]]], [["other", made[1]]]]);
});
