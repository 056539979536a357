import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { SigningAlgorithm } from "../../src/credential/key-ring.ts";
import { quickest } from "../quickest.ts";
import { expectRefused } from "./expect-refused.ts";
import {
  claims,
  encode,
  forge,
  forgeHmac,
  header,
  jwk,
  pairs,
  seconds,
  secret,
  signer,
  signingInput,
  subject,
  tokens,
} from "./forge.ts";

const access = tokens([signer("HS256")]);

describe.each<SigningAlgorithm>(["HS256", "EdDSA", "ES256", "RS256"])("%s", (alg) => {
  test("a token says whom it is for, and for how long", async () => {
    const own = tokens([signer(alg)]);
    const token = await own.sign(subject);
    const { jti, ...rest } = (await own.verify(token)) ?? { jti: "" };
    expect(rest).toEqual({ ...subject, iat: seconds, exp: seconds + 900 });
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
    expect(await own.sign(subject)).not.toBe(token);
    expect(token.length).toBeLessThan(1_024);
    expect(token.split(".")[0]).toBe(encode(header(alg)));
  });
});

test("a token carries ids and times, and nothing that could change while it lives", async () => {
  const [, payload = ""] = (await access.sign(subject)).split(".");
  const names = Object.keys(JSON.parse(Buffer.from(payload, "base64url").toString()));
  expect(names.toSorted()).toEqual(["aud", "col", "exp", "iat", "iss", "jti", "sid", "sub"]);
});

test("a forged token is taken as long as nothing in it is wrong, by hand and by jose", async () => {
  expect(await access.verify(forgeHmac(header("HS256"), claims()))).toMatchObject(subject);
  const made = new SignJWT(claims()).setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid: "a" });
  expect(await access.verify(await made.sign(secret))).toMatchObject(subject);
});

describe("T-JWT-01 a token without a signature", () => {
  test.each(["none", "None", "nOnE", "NONE", ""])("alg %j", async (alg) => {
    const input = signingInput(header(alg), claims());
    await expectRefused(access, `${input}.`);
    await expectRefused(access, input);
    await expectRefused(access, forgeHmac(header(alg), claims()));
  });

  test("an empty signature below the right header", async () => {
    await expectRefused(access, `${signingInput(header("HS256"), claims())}.`);
  });
});

describe.each(["EdDSA", "ES256", "RS256"] as const)("T-JWT-02 the public key of %s as a secret", (alg) => {
  const { publicKey } = pairs[alg];
  const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
  const { kid: _, ...listed } = { ...jwk(publicKey), kid: "a" };
  test.each<[string, string | Uint8Array]>([
    ["PEM", pem],
    ["PEM without its last line break", pem.trimEnd()],
    ["PEM behind a space", ` ${pem}`],
    ["PEM with Windows' line breaks", pem.replaceAll("\n", "\r\n")],
    ["DER", publicKey.export({ format: "der", type: "spki" })],
    ["a JWK", JSON.stringify(jwk(publicKey))],
    ["a JWK with its name", JSON.stringify({ ...listed, kid: "a", use: "sig", alg })],
    ["the bytes of a JWK", Buffer.from(jwk(publicKey).x ?? jwk(publicKey).n ?? "", "base64url")],
    ["nothing", ""],
  ])("%s", async (_name, key) => {
    const own = tokens([signer(alg)]);
    await expectRefused(own, forgeHmac(header("HS256"), claims(), { key }));
    await expectRefused(own, forgeHmac(header(alg), claims(), { key }));
    const mixed = tokens([signer(alg), { kid: "b", alg: "HS256", key: secret, state: "verify" }]);
    await expectRefused(mixed, forgeHmac(header("HS256"), claims(), { key }));
    await expectRefused(mixed, forgeHmac(header("HS256", { kid: "b" }), claims(), { key }));
    expect(await mixed.verify(forgeHmac(header("HS256", { kid: "b" }), claims()))).toMatchObject(subject);
  });
});

test.each(["HS384", "HS512"])("T-JWT-03 %s under the same secret", async (alg) => {
  await expectRefused(access, forgeHmac(header(alg), claims(), { alg }));
  await expectRefused(access, forgeHmac(header("HS256"), claims(), { alg }));
  const made = new SignJWT(claims()).setProtectedHeader({ alg, typ: "at+jwt", kid: "a" });
  await expectRefused(access, await made.sign(Buffer.concat([secret, secret])));
});

describe("T-JWT-04 a retired key", () => {
  const former = { kid: "b", alg: "EdDSA", key: pairs.EdDSA.privateKey } as const;
  const active = signer("HS256", "a");

  test("is good until it is dropped, or its end has come", async () => {
    const token = await tokens([{ ...former, state: "sign" }]).sign(subject);
    const retired = { ...former, state: "verify" } as const;
    expect(await tokens([active, retired]).verify(token)).toMatchObject(subject);
    const later = { ...retired, notAfter: new Date(seconds * 1000 + 1) };
    expect(await tokens([active, later]).verify(token)).toMatchObject(subject);
    const ended = { ...retired, notAfter: new Date(seconds * 1000) };
    await expectRefused(tokens([active, ended]), token);
    await expectRefused(tokens([active]), token);
  });

  test("signs nothing under the name of another", async () => {
    const both = tokens([active, { ...former, state: "verify" }]);
    expect(await both.verify(forge("EdDSA", header("EdDSA", { kid: "b" }), claims()))).toMatchObject(subject);
    await expectRefused(both, forge("EdDSA", header("EdDSA"), claims()));
    await expectRefused(both, forge("EdDSA", header("HS256"), claims()));
    await expectRefused(both, forgeHmac(header("HS256", { kid: "b" }), claims()));
    await expectRefused(both, forgeHmac(header("EdDSA", { kid: "b" }), claims()));
  });
});

const kids = [
  "../../etc/passwd",
  "' or 1=1--",
  "__proto__",
  "constructor",
  "toString",
  "",
  "A",
  "a ",
  "a\0",
  7,
  null,
  ["a"],
  {},
  true,
];

test.each([...kids, "k".repeat(2_000), "k".repeat(10_000)])("T-JWT-05 the kid %j", async (kid) => {
  await expectRefused(access, forgeHmac(header("HS256", { kid }), claims()));
});

test("T-JWT-05 no kid", async () => {
  await expectRefused(access, forgeHmac({ alg: "HS256", typ: "at+jwt" }, claims()));
});

describe("T-JWT-06 a key that the token brings along", () => {
  const seen: (string | undefined)[] = [];
  const listener: Server = createServer(({ url }, response) => {
    seen.push(url);
    response.end(JSON.stringify({ keys: [jwk(pairs.EdDSA.publicKey)] }));
  });
  let address = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => listener.close(resolve));
  });

  test("is not looked at, and nothing is fetched", async () => {
    const named = ["jku", "x5u"].map((name) => ({ [name]: `${address}/${name}` }));
    const brought = [
      { jwk: jwk(pairs.EdDSA.publicKey) },
      { x5c: ["MIIB"] },
      { jwk: { kty: "oct", k: encode("k") } },
    ];
    for (const changes of [...named, ...brought]) {
      await expectRefused(access, forge("EdDSA", header("EdDSA", changes), claims()));
      await expectRefused(access, forge("EdDSA", header("EdDSA", { ...changes, kid: undefined }), claims()));
      await expectRefused(access, forgeHmac(header("HS256", changes), claims(), { key: "k" }));
      await expectRefused(access, forgeHmac(header("HS256", changes), claims()));
    }
    expect(seen).toEqual([]);
    // The listener does hear what is sent to it.
    expect((await fetch(`${address}/jku`)).status).toBe(200);
    expect(seen).toEqual(["/jku"]);
  });
});

describe("T-JWT-10 unknown extensions", () => {
  test.each([
    { crit: ["x"] },
    { crit: ["x"], x: 1 },
    { crit: ["exp"], exp: seconds },
    { crit: [] },
    { crit: ["b64"], b64: false },
    { crit: ["b64"], b64: true },
    { b64: false },
    { zip: "DEF" },
    { cty: "JWT" },
    { "": "" },
  ])("%j", async (changes) => {
    await expectRefused(access, forgeHmac(header("HS256", changes), claims()));
  });

  test("a header that says a thing twice", async () => {
    const text = '{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"a"}';
    await expectRefused(access, forgeHmac(text, claims()));
  });

  test.each([
    { alg: "PBES2-HS256+A128KW", enc: "A128GCM", p2c: 2 ** 31, p2s: "AAAAAAAAAAA" },
    { alg: "dir", enc: "A256GCM", zip: "DEF" },
    { alg: "RSA1_5", enc: "A128CBC-HS256" },
  ])("an encrypted token, %j", async (head) => {
    const five = `${encode(head)}.${encode("key")}.${encode("iv")}.${encode("text")}.${encode("tag")}`;
    for (const text of [five, five.replace(encode(head), encode(header("HS256")))]) {
      expect(await quickest(async () => expectRefused(access, text))).toBeLessThan(50);
    }
  });
});
