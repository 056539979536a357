import { randomBytes } from "node:crypto";
import { inspect } from "node:util";

import { BootError, type Config } from "@lucent/core";
import type { SecretsOptions } from "@lucent/core/secrets";
import { expect, test } from "vitest";

import { type EncryptionKeys, readKeys } from "../../src/secrets/encryption-keys.ts";
import { environmentOf, randomKey } from "./world.ts";

type Environment = Record<string, string | undefined>;

function read(
  environment: Environment,
  options: SecretsOptions = {},
  config: Partial<Config> = {},
): EncryptionKeys {
  return readKeys({ options, environment, blueprint: { config: { collections: [], ...config } } });
}

/** Why the keys are refused, which they must be. */
function problems(...given: Parameters<typeof read>): readonly string[] {
  try {
    read(...given);
  } catch (error) {
    if (error instanceof BootError) return error.problems;
    throw error;
  }
  throw new TypeError("the keys were taken");
}

const bytes = randomBytes(31);
const weak: readonly (readonly [name: string, text: string, reason: string])[] = [
  ["a word", "secret", "has 4 bytes after decoding, at least 32 are needed."],
  ["a sentence", "not a key!", "is neither base64 nor hex."],
  ["31 bytes", bytes.toString("base64"), "has 31 bytes after decoding, at least 32 are needed."],
  ["64 times the same", "a".repeat(64), "is not random."],
];

test.each(weak)("T-BOOT-01 a key that is %s is refused and not shown", (_, text, reason) => {
  for (const NODE_ENV of ["production", "development"]) {
    const found = problems({ NODE_ENV, LUCENT_SECRETS_KEY: text });
    expect(found).toStrictEqual([expect.stringContaining(`LUCENT_SECRETS_KEY ${reason}`)]);
    const previous = problems({ NODE_ENV, ...environmentOf([randomKey(), randomKey(), text]) });
    expect(previous).toStrictEqual([expect.stringContaining(`LUCENT_SECRETS_KEY_PREVIOUS ${reason}`)]);
    if (text !== "secret") expect([...found, ...previous].join()).not.toContain(text);
  }
});

test("T-BOOT-01 without a key the start is refused, in development too, and says what to do", () => {
  for (const environment of [{}, { LUCENT_SECRETS_KEY: "" }, { NODE_ENV: "production" }]) {
    const [problem = "", ...others] = problems(environment);
    expect(others).toStrictEqual([]);
    expect(problem).toMatch(/^Set LUCENT_SECRETS_KEY to at least 32 random bytes.*Make one with: node -p /);
  }
  expect(problems({ LUCENT_SECRETS_KEY: randomKey() }, { key: "secret" })).toHaveLength(1);
  expect(problems({}, { key: "" })).toHaveLength(1);
});

test("T-BOOT-01 a key that is the root key of the application is refused, however it is spelled", () => {
  const raw = randomBytes(32);
  const [key, hex] = [raw.toString("base64"), raw.toString("hex").toUpperCase()];
  const message = "LUCENT_SECRETS_KEY is the same as SESSION_SECRET: each needs a key of its own.";
  expect(problems({ LUCENT_SECRETS_KEY: key, SESSION_SECRET: hex })).toStrictEqual([message]);
  expect(problems({ SESSION_SECRET: randomKey() }, { key: hex }, { secret: key })).toStrictEqual([message]);
});

test("the current key among the previous ones is refused: it was not replaced", () => {
  const key = randomKey();
  expect(problems(environmentOf([key, randomKey(), key]))).toStrictEqual([
    "LUCENT_SECRETS_KEY_PREVIOUS holds LUCENT_SECRETS_KEY itself: give the keys that were used before it.",
  ]);
});

test("an option that there is not is refused", () => {
  const found = problems({ LUCENT_SECRETS_KEY: randomKey() }, { previous: [] } as SecretsOptions);
  expect(found).toStrictEqual(['secrets() has the unknown key "previous"; it takes key, previousKeys.']);
});

test("options win over variables, and previous keys may have spaces around them", () => {
  const [key, first, second] = [randomKey(), randomKey(), randomKey()];
  const fromVariables = read({
    LUCENT_SECRETS_KEY: key,
    LUCENT_SECRETS_KEY_PREVIOUS: ` ${first} ,,${second}`,
  });
  const fromOptions = read(environmentOf([randomKey(), randomKey()]), { key, previousKeys: [first, second] });
  expect(versions(fromVariables)).toStrictEqual(versions(fromOptions));
  expect(fromVariables.known.size).toBe(3);
  expect(read(environmentOf([randomKey(), first]), { key, previousKeys: [] }).known.size).toBe(1);
});

test("a version tells keys apart, is the same in every process, and gives nothing of the key away", () => {
  const key = Buffer.from("0123456789abcdefghijklmnopqrstuv").toString("hex");
  const { current } = read({ LUCENT_SECRETS_KEY: key });
  expect(current.version).toMatch(/^[0-9a-f]{16}$/);
  expect(read({ LUCENT_SECRETS_KEY: Buffer.from(key, "hex").toString("base64") }).current.version).toBe(
    current.version,
  );
  expect(read({ LUCENT_SECRETS_KEY: randomKey() }).current.version).not.toBe(current.version);
  expect(key).not.toContain(current.version);
  expect(current.material.export().toString("hex")).not.toContain(current.version);
});

test("keys that are printed show nothing of themselves", () => {
  const key = randomKey();
  const keys = read(environmentOf([key]));
  const shown = [inspect(keys, { depth: 9, showHidden: true }), JSON.stringify(keys)].join();
  const material = keys.current.material.export();
  for (const text of [key, material.toString("hex"), material.toString("base64"), material.join(",")])
    expect(shown).not.toContain(text);
});

function versions({ current, known }: EncryptionKeys): readonly string[] {
  return [current.version, ...known.keys()];
}
