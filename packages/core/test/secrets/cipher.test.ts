import { randomBytes } from "node:crypto";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { seal, unseal } from "../../src/secrets/cipher.ts";
import { type EncryptionKey, readKeys } from "../../src/secrets/encryption-keys.ts";
import { environmentOf, randomKey } from "./world.ts";

const keyOf = (text: string): EncryptionKey =>
  readKeys({ options: {}, environment: environmentOf([text]), blueprint: { config: { collections: [] } } })
    .current;

const key = keyOf(randomKey());
const name = "app:main:test:one";

describe("a sealed text", () => {
  test("comes back as it was", () => {
    const characters = fc.array(
      fc.integer({ min: 0, max: 0x10ffff }).filter((point) => point >> 11 !== 0x1b),
    );
    const texts = characters.map((points) => String.fromCodePoint(...points));
    fc.assert(fc.property(texts, (text) => unseal(seal(text, name, key), name, key) === text));
    expect(unseal(seal("", name, key), name, key)).toBe("");
  });

  test("is a byte of format, a nonce of 96 bits, the ciphertext and a tag of 128 bits", () => {
    const sealed = Buffer.from(seal("hello", name, key), "base64");
    expect(sealed[0]).toBe(1);
    expect(sealed).toHaveLength(1 + 12 + 5 + 16);
  });

  test("never has the same nonce twice", () => {
    const nonces = Array.from({ length: 1_000 }, () =>
      Buffer.from(seal("hello", name, key), "base64").toString("hex", 1, 13),
    );
    expect(new Set(nonces).size).toBe(1_000);
  });

  test("does not open with any bit changed, cut off or added", () => {
    const sealed = Buffer.from(seal("hello", name, key), "base64");
    const opened: unknown[] = [];
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      opened.push(unseal(changed.toString("base64"), name, key));
    }
    for (let length = 0; length < sealed.length; length += 1)
      opened.push(unseal(sealed.toString("base64", 0, length), name, key));
    opened.push(unseal(Buffer.concat([sealed, randomBytes(1)]).toString("base64"), name, key));
    expect(new Set(opened)).toStrictEqual(new Set([undefined]));
    expect(unseal("not sealed at all", name, key)).toBeUndefined();
  });

  test("does not open under another name, another key, or another version of the key", () => {
    const sealed = seal("hello", name, key);
    expect(unseal(sealed, "app:main:test:on", key)).toBeUndefined();
    expect(unseal(sealed, "app:main:test:two", key)).toBeUndefined();
    expect(unseal(sealed, name, keyOf(randomKey()))).toBeUndefined();
    expect(unseal(sealed, name, { ...key, version: keyOf(randomKey()).version })).toBeUndefined();
    expect(unseal(sealed, name, key)).toBe("hello");
  });
});

test("another implementation of AES-GCM opens it", async () => {
  const sealed = Buffer.from(seal("hello", name, key), "base64");
  const other = await crypto.subtle.importKey("raw", key.material.export(), "AES-GCM", false, ["decrypt"]);
  const additionalData = Buffer.from(`lucent_secrets 1 ${key.version} ${name}`);
  const parameters = { name: "AES-GCM", iv: sealed.subarray(1, 13), additionalData, tagLength: 128 };
  const text = await crypto.subtle.decrypt(parameters, other, sealed.subarray(13));
  expect(Buffer.from(text).toString()).toBe("hello");
});

test("what an earlier release sealed opens", () => {
  const fixed = keyOf(Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString("hex"));
  expect([fixed.version, unseal(sealedBefore, name, fixed)]).toStrictEqual(["a7e6169e457ed634", '{"a":"ü"}']);
});

const sealedBefore = "AfK1q1WyOKS0yWgV3EvhOHE+CkDifOqx687tpNX1qLUvqBztf2Zs";
