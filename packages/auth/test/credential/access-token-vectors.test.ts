import { constants, createHmac, sign as signBytes } from "node:crypto";

import { describe, expect, test } from "vitest";

import { hasLowS, withLowS } from "../../src/credential/low-s.ts";
import {
  claims,
  encode,
  forge,
  forgeHmac,
  header,
  pairs,
  secret,
  signatureOf,
  signer,
  signingInput,
  subject,
  tokens,
  withSignature,
} from "./forge.ts";

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const field = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;

function bytes(value: bigint, size = 32): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");
}

function numbers(signature: Buffer): readonly [r: bigint, s: bigint] {
  const half = signature.length / 2;
  return [signature.subarray(0, half), signature.subarray(half)].map((part) =>
    BigInt(`0x${part.toString("hex")}`),
  ) as [bigint, bigint];
}

async function es256(): Promise<{ readonly token: string; readonly r: bigint; readonly s: bigint }> {
  const token = await tokens([signer("ES256")]).sign(subject);
  const [r, s] = numbers(signatureOf(token));
  return { token, r, s };
}

describe("T-JWT-16 degenerate signatures, ES256", () => {
  const own = tokens([signer("ES256")]);
  test.each<[string, (r: bigint, s: bigint) => readonly [bigint, bigint]]>([
    ["r and s are 0", () => [0n, 0n]],
    ["r is 0", (_, s) => [0n, s]],
    ["s is 0", (r) => [r, 0n]],
    ["r and s are 1", () => [1n, 1n]],
    ["r is n", (_, s) => [order, s]],
    ["s is n", (r) => [r, order]],
    ["r and s are n", () => [order, order]],
    ["r is n + 1", (_, s) => [order + 1n, s]],
    ["s is n + 1", (r) => [r, order + 1n]],
    ["r is n - 1", (_, s) => [order - 1n, s]],
    ["r is p", (_, s) => [field, s]],
    ["r is p, s is 0", () => [field, 0n]],
    ["all bits are set", () => [2n ** 256n - 1n, 2n ** 256n - 1n]],
    ["r and s are exchanged", (r, s) => [s, r]],
    ["s is n - s, the twin", (r, s) => [r, order - s]],
    ["r is n - r", (r, s) => [order - r, s]],
  ])("%s", async (_, change) => {
    const { token, r, s } = await es256();
    expect(await own.verify(withSignature(token, Buffer.concat([bytes(r), bytes(s)])))).toMatchObject(
      subject,
    );
    expect(
      await own.verify(withSignature(token, Buffer.concat(change(r, s).map((part) => bytes(part))))),
    ).toBeUndefined();
  });

  test("r or s plus n, where it fits into as many bytes", async () => {
    const { token, r, s } = await es256();
    for (const [left, right] of [
      [r + order, s],
      [r, s + order],
    ] as const) {
      const size = left < 2n ** 256n && right < 2n ** 256n ? 32 : 33;
      const signature = Buffer.concat([bytes(left, size), bytes(right, size)]);
      expect(await own.verify(withSignature(token, signature))).toBeUndefined();
    }
  });
});

describe("ES256 has one spelling", () => {
  test("the smaller s is signed, and the twin would verify", async () => {
    for (let time = 0; time < 24; time += 1) {
      const { s } = await es256();
      expect(s <= order / 2n).toBe(true);
    }
    const forged = forge("ES256", header("ES256"), claims());
    const own = tokens([signer("ES256")]);
    const signature = signatureOf(forged).toString("base64url");
    const twin = ((): string => {
      const [r, s] = numbers(signatureOf(forged));
      return Buffer.concat([bytes(r), bytes(order - s)]).toString("base64url");
    })();
    const taken = await Promise.all(
      [signature, twin].map(
        async (each) =>
          (await own.verify(withSignature(forged, Buffer.from(each, "base64url")))) !== undefined,
      ),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(withLowS(signature)).toBe(withLowS(twin));
    expect(hasLowS(signature)).not.toBe(hasLowS(twin));
  });

  test("a small s keeps its leading zeros", () => {
    const signature = Buffer.concat([bytes(5n), bytes(order - 1n)]).toString("base64url");
    expect(withLowS(signature)).toBe(Buffer.concat([bytes(5n), bytes(1n)]).toString("base64url"));
  });
});

/**
 * The published vectors (project Wycheproof, json_web_signature_test.json) are not part of this repository. These are ours,
 * after the classes that it lists, each beside a token that is taken.
 */
describe("T-JWT-17 vectors of signatures, after the classes of the published ones", () => {
  const hmac = tokens([signer("HS256")]);
  const good = forgeHmac(header("HS256"), claims());
  const mac = signatureOf(good);
  const input = signingInput(header("HS256"), claims());
  const flipped = (at: number): Buffer => {
    const changed = Buffer.from(mac);
    changed.writeUInt8(changed.readUInt8(at) ^ 0x80, at);
    return changed;
  };

  test("the token beside them is taken", async () => {
    expect(await hmac.verify(good)).toMatchObject(subject);
  });

  test.each<[string, Uint8Array]>([
    ["empty", Buffer.alloc(0)],
    ["of one byte", mac.subarray(0, 1)],
    ["of half its length", mac.subarray(0, 16)],
    ["short by a byte", mac.subarray(0, 31)],
    ["longer by a zero byte", Buffer.concat([mac, Buffer.alloc(1)])],
    ["longer by a zero byte before it", Buffer.concat([Buffer.alloc(1), mac])],
    ["twice", Buffer.concat([mac, mac])],
    ["all zero", Buffer.alloc(32)],
    ["all ones", Buffer.alloc(32, 0xff)],
    ["with its first bit flipped", flipped(0)],
    ["with its last bit flipped", flipped(31)],
    ["of the payload alone", createHmac("sha256", secret).update(encode(claims())).digest()],
    [
      "of the decoded parts",
      createHmac("sha256", secret)
        .update(JSON.stringify(header("HS256")) + JSON.stringify(claims()))
        .digest(),
    ],
    ["of the text with a dot behind it", createHmac("sha256", secret).update(`${input}.`).digest()],
    ["under the empty key", createHmac("sha256", "").update(input).digest()],
    ["under the secret in hex", createHmac("sha256", secret.toString("hex")).update(input).digest()],
    [
      "under the secret with a zero byte behind it",
      createHmac("sha256", Buffer.concat([secret, Buffer.alloc(1, 1)]))
        .update(input)
        .digest(),
    ],
    ["by SHA-1", createHmac("sha1", secret).update(input).digest()],
    ["by SHA-512, cut", createHmac("sha512", secret).update(input).digest().subarray(0, 32)],
  ])("HS256: a signature %s", async (_, signature) => {
    expect(await hmac.verify(withSignature(good, signature))).toBeUndefined();
  });

  test.each<[string, (token: string) => string]>([
    [
      "another payload under the same signature",
      (token) => token.replace(encode(claims()), encode(claims({ sub: "other" }))),
    ],
    ["the parts in another order", (token) => token.split(".").toReversed().join(".")],
    [
      "the JSON serialization",
      (token) => {
        const [head = "", payload = "", signature = ""] = token.split(".");
        return JSON.stringify({ protected: head, payload, signature });
      },
    ],
    ["a detached payload", (token) => token.replace(encode(claims()), "")],
    ["a comment behind the parts", (token) => `${token}#`],
    [
      "base64 in place of base64url",
      (token) => {
        const [head = "", payload = "", signature = ""] = token.split(".");
        return `${head}.${payload}.${Buffer.from(signature, "base64url").toString("base64")}`;
      },
    ],
    ["a byte order mark before it", (token) => `\ufeff${token}`],
  ])("%s", async (_, change) => {
    expect(change(good)).not.toBe(good);
    expect(await hmac.verify(change(good))).toBeUndefined();
  });

  test.each([
    ["a line break in the header", '{"alg":"HS256",\n"typ":"at+jwt","kid":"a"}'],
    ["spaces in the header", '{ "alg": "HS256", "typ": "at+jwt", "kid": "a" }'],
    ["another order of the header", '{"kid":"a","typ":"at+jwt","alg":"HS256"}'],
    ["an escape in the header", '{"alg":"HS25\\u0036","typ":"at+jwt","kid":"a"}'],
    ["a lower-case algorithm", '{"alg":"hs256","typ":"at+jwt","kid":"a"}'],
    ["an algorithm with a space", '{"alg":" HS256","typ":"at+jwt","kid":"a"}'],
    ["a list of algorithms", '{"alg":["HS256"],"typ":"at+jwt","kid":"a"}'],
    ["no algorithm", '{"typ":"at+jwt","kid":"a"}'],
    ["a byte order mark in the header", '\ufeff{"alg":"HS256","typ":"at+jwt","kid":"a"}'],
    ["a header that is a list", '["HS256"]'],
    ["a header that is null", "null"],
    ["an empty header", ""],
  ])("valid elsewhere, and not one of our headers: %s", async (_, head) => {
    expect(await hmac.verify(forgeHmac(head, claims()))).toBeUndefined();
  });

  test.each(["ES256", "EdDSA", "RS256"] as const)(
    "%s: a signature of another length, or of another key",
    async (alg) => {
      const own = tokens([signer(alg)]);
      const token = await own.sign(subject);
      const signature = signatureOf(token);
      const wrong = [
        Buffer.alloc(0),
        Buffer.alloc(signature.length),
        Buffer.alloc(signature.length, 0xff),
        signature.subarray(1),
        signature.subarray(0, -1),
        Buffer.concat([signature, Buffer.alloc(1)]),
        Buffer.concat([Buffer.alloc(1), signature]),
        Buffer.concat([signature, signature]),
        signature.toReversed(),
      ];
      for (const each of wrong) expect(await own.verify(withSignature(token, each))).toBeUndefined();
      for (const other of ["ES256", "EdDSA", "RS256"] as const) {
        if (other === alg) continue;
        expect(await own.verify(forge(other, header(alg), claims()))).toBeUndefined();
        expect(await own.verify(forge(other, header(other), claims()))).toBeUndefined();
      }
    },
  );

  test("ES256: a signature in DER, and one for another curve", async () => {
    const own = tokens([signer("ES256")]);
    const { token, r, s } = await es256();
    const part = (value: bigint): Buffer => {
      const raw = bytes(value);
      const unsigned = raw.readUInt8(0) > 0x7f ? Buffer.concat([Buffer.alloc(1), raw]) : raw;
      return Buffer.concat([Buffer.from([2, unsigned.length]), unsigned]);
    };
    const both = Buffer.concat([part(r), part(s)]);
    expect(
      await own.verify(withSignature(token, Buffer.concat([Buffer.from([48, both.length]), both]))),
    ).toBeUndefined();
    expect(
      await own.verify(withSignature(token, Buffer.concat([bytes(r, 48), bytes(s, 48)]))),
    ).toBeUndefined();
    expect(
      await own.verify(withSignature(token, Buffer.concat([bytes(r, 66), bytes(s, 66)]))),
    ).toBeUndefined();
  });

  test("EdDSA: s plus the order of the group, and the neutral element", async () => {
    const own = tokens([signer("EdDSA")]);
    const token = await own.sign(subject);
    const signature = signatureOf(token);
    const groupOrder = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
    const s = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString("hex")}`);
    const larger = Buffer.from(bytes(s + groupOrder).toReversed());
    const neutral = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]);
    for (const wrong of [Buffer.concat([signature.subarray(0, 32), larger]), neutral]) {
      expect(await own.verify(withSignature(token, wrong))).toBeUndefined();
    }
    expect(await own.verify(token)).toMatchObject(subject);
  });

  test("RS256: the signature plus the modulus, and padding of another kind", async () => {
    const own = tokens([signer("RS256")]);
    const token = await own.sign(subject);
    const modulus = BigInt(
      `0x${Buffer.from(pairs.RS256.publicKey.export({ format: "jwk" }).n ?? "", "base64url").toString("hex")}`,
    );
    const value = BigInt(`0x${signatureOf(token).toString("hex")}`);
    expect(await own.verify(withSignature(token, bytes(value + modulus, 257)))).toBeUndefined();
    const padded = signBytes("sha256", Buffer.from(token.slice(0, token.lastIndexOf("."))), {
      key: pairs.RS256.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
    });
    expect(await own.verify(withSignature(token, padded))).toBeUndefined();
  });
});
