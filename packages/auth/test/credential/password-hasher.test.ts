import { hash } from "@node-rs/argon2";
import { beforeAll, describe, expect, test } from "vitest";

import { hashQueue } from "../../src/credential/hash-queue.ts";
import {
  type AccountHasher,
  accountHasher,
  defaultHashParameters,
  parameterProblem,
} from "../../src/credential/password-hasher.ts";

const phc = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;
const password = "correct horse battery staple";
let hasher: AccountHasher;
let stored: string;

beforeAll(async () => {
  hasher = await accountHasher(defaultHashParameters, hashQueue());
  stored = await hasher.hash(password);
});

/** The least CPU time of each work, in microseconds: less than the time on a clock, it depends on what else runs. */
async function leastCost(works: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 10; round += 1) {
    for (const [at, work] of works.entries()) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      least[at] = Math.min(least[at] ?? 0, user + system);
    }
  }
  return least;
}

test("a hash is a PHC string of argon2id with a salt of its own", async () => {
  expect(stored).toMatch(phc);
  expect(await hasher.hash(password)).not.toBe(stored);
});

test("T-AUTH-04: nothing of a long password is cut off", async () => {
  const long = `${"x".repeat(72)}${"y".repeat(28)}`;
  const made = await hasher.hash(long);
  await expect(hasher.verify(long, made)).resolves.toBe(true);
  await expect(hasher.verify(long.slice(0, 72), made)).resolves.toBe(false);
  await expect(hasher.verify(`${long.slice(0, 99)}z`, made)).resolves.toBe(false);
});

test("nor of one that is longer than any account's, or has a NUL in it", async () => {
  const made = await hasher.hash(`${"x".repeat(2_000)}\0a`);
  await expect(hasher.verify(`${"x".repeat(2_000)}\0a`, made)).resolves.toBe(true);
  await expect(hasher.verify(`${"x".repeat(2_000)}\0b`, made)).resolves.toBe(false);
  await expect(hasher.verify("x".repeat(2_000), made)).resolves.toBe(false);
});

test("T-AUTH-05: it does not matter how a letter is composed", async () => {
  const made = await hasher.hash("caf\u00e9 au lait");
  await expect(hasher.verify("cafe\u0301 au lait", made)).resolves.toBe(true);
  await expect(hasher.verify("cafe au lait", made)).resolves.toBe(false);
});

test("T-AUTH-06: spaces around a password are part of it, and case is", async () => {
  const made = await hasher.hash("  a b…  ");
  await expect(hasher.verify("  a b…  ", made)).resolves.toBe(true);
  await expect(hasher.verify("a b…", made)).resolves.toBe(false);
  await expect(hasher.verify("  A b…  ", made)).resolves.toBe(false);
});

test("half a surrogate pair is not the replacement character that it is encoded as", async () => {
  const made = await hasher.hash("\ufffd".repeat(8));
  await expect(hasher.verify("\ufffd".repeat(8), made)).resolves.toBe(true);
  await expect(hasher.verify("\ud800".repeat(8), made)).resolves.toBe(false);
});

test("T-AUTH-09: a hash with other parameters is right, and is to be made anew", async () => {
  const old = await hash(password, { memoryCost: 12_288, timeCost: 3, parallelism: 1, outputLen: 32 });
  await expect(hasher.verify(password, old)).resolves.toBe(true);
  expect(hasher.needsRehash(old)).toBe(true);
  expect(hasher.needsRehash(stored)).toBe(false);
});

test.each([
  ["argon2i", { algorithm: 1 }],
  ["version 16", { version: 0 }],
  ["more memory", { memoryCost: 19_457 }],
  ["more passes", { timeCost: 20 }],
  ["more lanes", { parallelism: 2 }],
  ["a shorter tag", { outputLen: 16 }],
  ["a longer tag", { outputLen: 64 }],
  ["a shorter salt", { salt: new Uint8Array(8).fill(7) }],
])("T-AUTH-09: a hash with %s is to be made anew", async (_, options) => {
  expect(hasher.needsRehash(await hash(password, { memoryCost: 19_456, timeCost: 2, ...options }))).toBe(
    true,
  );
});

test("a hasher with dearer parameters reads the hashes of a cheaper one", async () => {
  const dearer = await accountHasher({ memory: 47_104, passes: 1, lanes: 2 }, hashQueue());
  await expect(dearer.verify(password, stored)).resolves.toBe(true);
  expect(dearer.needsRehash(stored)).toBe(true);
  const made = await dearer.hash(password);
  expect(made).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=2\$/);
  expect(dearer.needsRehash(made)).toBe(false);
  await expect(hasher.verify(password, made)).resolves.toBe(true);
});

const noHashes = [
  "",
  "x",
  "\0",
  "$argon2id$",
  "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
];

test.each(noHashes)("%j is no hash, and no password is right for it", async (text) => {
  await expect(hasher.verify(password, text)).resolves.toBe(false);
  expect(hasher.needsRehash(text)).toBe(true);
});

test("a stored hash may not ask for more than a start may, whatever the password", async () => {
  const cheap = { memoryCost: 1_024, timeCost: 1 };
  for (const options of [{ timeCost: 17 }, { parallelism: 17 }]) {
    const made = await hash(password, { ...cheap, ...options });
    await expect(hasher.verify(password, made)).resolves.toBe(false);
  }
  const allowed = await hash(password, { ...cheap, timeCost: 16, parallelism: 16 });
  await expect(hasher.verify(password, allowed)).resolves.toBe(true);
});

describe("T-AUTH-14: without a hash", () => {
  test.each(["", password, "\ud800"])("no password is right: %j", async (text) => {
    await expect(hasher.verifyNothing(text)).resolves.toBe(false);
  });

  test("an answer costs as much as with one, also where the stored text is no hash", async () => {
    const [right = 0, ...others] = await leastCost([
      () => hasher.verify(password, stored),
      () => hasher.verify("wrong", stored),
      () => hasher.verify("wrong", "x"),
      () => hasher.verify("\ud800", stored),
      () => hasher.verifyNothing("wrong"),
    ]);
    expect(right).toBeGreaterThan(0);
    for (const other of others) expect(other / right).toBeGreaterThan(0.7);
  });
});

test("T-AUTH-10: of 200 checks at once some are refused, and none hangs", async () => {
  const busy = await accountHasher(defaultHashParameters, hashQueue({ parallel: 2, waiting: 8 }));
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, (_, at) =>
      at % 2 === 0 ? busy.verify("x".repeat(128), stored) : busy.verifyNothing("x".repeat(128)),
    ),
  );
  const answers = outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : outcome.reason,
  );
  expect(answers.filter((answer) => answer === false)).toHaveLength(10);
  expect(answers.filter((answer) => answer !== false)).toEqual(
    Array(190).fill(expect.objectContaining({ code: "UNAVAILABLE", headers: { "retry-after": "1" } })),
  );
  await expect(busy.verify(password, stored)).resolves.toBe(true);
});

test.each([
  [47_104, 1],
  [19_456, 2],
  [12_288, 3],
  [9_216, 4],
  [7_168, 5],
])("R-PW-1: %d KiB with %d passes is enough, and a KiB or a pass less is not", (memory, passes) => {
  expect(parameterProblem({ memory, passes, lanes: 1 })).toBeUndefined();
  expect(parameterProblem({ memory: memory + 1, passes: passes + 1, lanes: 4 })).toBeUndefined();
  expect(parameterProblem({ memory: memory - 1, passes, lanes: 1 })).toContain("too weak");
  expect(parameterProblem({ memory, passes: passes - 1, lanes: 1 })).toBeDefined();
});

test.each([
  { memory: 0, passes: 2, lanes: 1 },
  { memory: 19_456.5, passes: 2, lanes: 1 },
  { memory: Number.NaN, passes: 2, lanes: 1 },
  { memory: Number.POSITIVE_INFINITY, passes: 2, lanes: 1 },
  { memory: 19_456, passes: 2, lanes: 0 },
  { memory: 1_048_577, passes: 2, lanes: 1 },
  { memory: 19_456, passes: 17, lanes: 1 },
  { memory: 19_456, passes: 2, lanes: 17 },
  { memory: 7_167, passes: 16, lanes: 1 },
])("R-PW-1: $memory KiB with $passes passes on $lanes lanes is refused", (parameters) => {
  expect(parameterProblem(parameters)).toMatch(/\d/);
});
