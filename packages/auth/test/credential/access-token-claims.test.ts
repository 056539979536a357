import { describe, expect, test } from "vitest";

import { expectRefused } from "./expect-refused.ts";
import {
  claims,
  forgeHmac,
  header,
  origin,
  pairs,
  seconds,
  secret,
  signer,
  subject,
  tokens,
} from "./forge.ts";

const access = tokens([signer("HS256")]);

test.each(["exp", "iat", "sub", "sid", "col", "jti", "aud", "iss"])(
  "T-JWT-07 a token without %s",
  async (name) => {
    await expectRefused(access, forgeHmac(header("HS256"), claims({ [name]: undefined })));
    await expectRefused(access, forgeHmac(header("HS256"), claims({ [name]: null })));
  },
);

describe("T-JWT-08 wrong claims", () => {
  test.each([
    ["another issuer", { iss: "https://evil.example" }],
    ["the issuer with a slash", { iss: `${origin}/` }],
    ["a list of issuers", { iss: [origin] }],
    ["another audience", { aud: "https://evil.example" }],
    ["audiences that ours is among", { aud: [origin, "https://evil.example"] }],
    ["a list of our audience", { aud: [origin] }],
    ["no audience", { aud: [] }],
    ["a collection without accounts", { col: "posts" }],
    ["a collection of the prototype", { col: "constructor" }],
  ])("%s", async (_, changes) => {
    await expectRefused(access, forgeHmac(header("HS256"), claims(changes)));
  });

  test.each([
    "JWT",
    "jwt",
    "reset+jwt",
    "verify+jwt",
    "url+jwt",
    "application/at+jwt",
    "AT+JWT",
    "at+jwt ",
    "",
    null,
    undefined,
  ])("typ %j", async (typ) => {
    await expectRefused(access, forgeHmac(header("HS256", { typ }), claims()));
  });
});

describe("T-JWT-09 claims of wrong types and times", () => {
  const text65 = "a".repeat(65);
  const odd: readonly unknown[] = [{ id: subject.sub }, [subject.sub], 7, true, null, "", text65];
  test.each(["sub", "sid", "col", "jti"].flatMap((name) => odd.map((value) => [name, value] as const)))(
    "%s is %j",
    async (name, value) => {
      const allowed = tokens([signer("HS256")], { collections: new Set(["users", "", text65]) });
      await expectRefused(allowed, forgeHmac(header("HS256"), claims({ [name]: value })));
    },
  );

  test("an id of 64 characters is one", async () => {
    const changes = { sub: "a".repeat(64), jti: "b".repeat(64) };
    expect(await access.verify(forgeHmac(header("HS256"), claims(changes)))).toMatchObject(changes);
  });

  test.each([
    { exp: String(seconds + 900) },
    { exp: seconds + 0.5 },
    { exp: -1 },
    { exp: 0 },
    { exp: 1e30 },
    { exp: [seconds + 900] },
    { exp: true },
    { iat: String(seconds) },
    { iat: seconds + 0.5 },
    { iat: -1 },
    { iat: seconds + 3_600, exp: seconds + 4_500 },
    { iat: seconds + 6 },
    { iat: seconds - 906 },
    { nbf: seconds + 60 },
    { nbf: String(seconds) },
  ])("%j", async (changes) => {
    await expectRefused(access, forgeHmac(header("HS256"), claims(changes)));
  });

  test.each(["1e999", "-1e999", "NaN", `${seconds}e0,"exp":1`])("exp written as %s", async (text) => {
    const payload = JSON.stringify(claims()).replace(`"exp":${seconds + 900}`, `"exp":${text}`);
    expect(payload).toContain(`"exp":${text}`);
    await expectRefused(access, forgeHmac(header("HS256"), payload));
  });

  test.each(["null", "[]", '"text"', "7", "", "{", "\u0000", '{"sub":'])(
    "a payload that is %j",
    async (payload) => {
      await expectRefused(access, forgeHmac(header("HS256"), payload));
    },
  );
});

test("T-SESS-18 a token is good for 5 s after its end, for clocks that differ", async () => {
  const token = await access.sign(subject);
  const at = (offset: number) => tokens([signer("HS256")], { now: () => (seconds + offset) * 1000 });
  expect(await at(904).verify(token)).toMatchObject(subject);
  await expectRefused(at(906), token);
  expect(await at(-5).verify(token)).toMatchObject(subject);
  await expectRefused(at(-6), token);
});

test("T-JWT-13 a token of another deployment with the same secret", async () => {
  const other = "https://b.example";
  const token = await access.sign(subject);
  for (const options of [{ issuer: other }, { audience: other }, { issuer: other, audience: other }]) {
    const there = tokens([signer("HS256")], options);
    await expectRefused(there, token);
    await expectRefused(access, await there.sign(subject));
    expect(await there.verify(await there.sign(subject))).toMatchObject(subject);
  }
});

describe("T-JWT-15 rotation", () => {
  const a = { kid: "a", alg: "HS256", key: secret } as const;
  const b = { kid: "b", alg: "ES256", key: pairs.ES256.privateKey } as const;
  const steps = [
    [{ ...a, state: "sign" }],
    [
      { ...a, state: "sign" },
      { ...b, state: "verify" },
    ],
    [
      { ...a, state: "verify" },
      { ...b, state: "sign" },
    ],
    [{ ...b, state: "sign" }],
  ] as const;

  test("every token is good on nodes that are a step apart, all its life", async () => {
    for (let step = 0; step + 1 < steps.length; step += 1) {
      const nodes = [steps[step] ?? [], steps[step + 1] ?? []].map((keys) => tokens(keys));
      // The last step waits until what the old key signed is over.
      const signing = step === 2 ? nodes.slice(0, 1) : nodes;
      for (const node of signing) {
        const token = await node.sign(subject);
        for (const other of nodes) expect(await other.verify(token)).toMatchObject(subject);
      }
    }
  });

  test("what the old key signed is over once it is dropped", async () => {
    const token = await tokens(steps[0]).sign(subject);
    expect(await tokens(steps[2]).verify(token)).toMatchObject(subject);
    await expectRefused(tokens(steps[3]), token);
  });
});
