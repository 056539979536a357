import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { SigningKey } from "../src/credential/key-ring.ts";
import { forgeHmac, header, origin, pairs, secret, signer } from "./credential/forge.ts";
import { cheap } from "./world/accounts.ts";
import { type Application, type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, enter, type Entered, newcomer } from "./world/door.ts";
import { expectForged, goodClaims } from "./world/forged.ts";

let world: AuthWorld;
let ada: Entered;

beforeAll(async () => {
  world = await authWorld({
    auth: { hash: cheap, tokens: { keys: [signer("HS256")], issuer: origin } },
    plugins: [door()],
  });
  ada = await newcomer(world);
});
afterAll(() => world.stop());

const nodeWith = (keys: readonly SigningKey[], more = {}): Promise<Application> =>
  world.another({ auth: { hash: cheap, tokens: { keys, issuer: origin, ...more } } });
const me = async ({ ask }: Pick<Application, "ask">, token: string): Promise<number> =>
  (await ask("GET", "/api/users/me", { token })).status;

test("T-JWT-13 a token of another deployment with the same secret is worth nothing, and the other way round", async () => {
  const other = "https://b.example";
  for (const more of [{ issuer: other }, { audience: other }, { issuer: other, audience: other }]) {
    const there = await nodeWith([signer("HS256")], more);
    const entered = await enter(there, ada);
    expect(await me(there, entered.accessToken)).toBe(200);
    expect(await me(world, ada.accessToken)).toBe(200);
    await expectForged(there.ask, ada.accessToken);
    await expectForged(world.ask, entered.accessToken);
  }
  await expectForged(world.ask, forgeHmac(header("HS256"), goodClaims(ada, { iss: other, aud: other })));
});

describe("T-JWT-14 published keys", () => {
  const published = async (node: Pick<Application, "ask">) => {
    const answer = await node.ask("GET", "/.well-known/jwks.json");
    expect([answer.status, answer.headers["cache-control"], answer.setCookies]).toStrictEqual([
      200,
      "public, max-age=300",
      [],
    ]);
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
    expect(Object.keys(answer.body)).toStrictEqual(["keys"]);
    return answer;
  };

  test("of a secret are none", async () => {
    expect((await published(world)).body).toStrictEqual({ keys: [] });
  });

  test("are the public members alone, of every key that verifies", async () => {
    const node = await nodeWith([
      signer("EdDSA", "ed"),
      { kid: "p256", alg: "ES256", key: pairs.ES256.privateKey, state: "verify" },
      { kid: "rsa", alg: "RS256", key: pairs.RS256.privateKey, state: "verify" },
      { kid: "shared", alg: "HS256", key: secret, state: "verify" },
    ]);
    const { body, text } = await published(node);
    const text43 = expect.stringMatching(/^[\w-]{43}$/);
    expect(body.keys).toStrictEqual([
      { kty: "OKP", crv: "Ed25519", x: text43, kid: "ed", use: "sig", alg: "EdDSA" },
      { kty: "EC", crv: "P-256", x: text43, y: text43, kid: "p256", use: "sig", alg: "ES256" },
      {
        kty: "RSA",
        n: expect.stringMatching(/^[\w-]{342}$/),
        e: "AQAB",
        kid: "rsa",
        use: "sig",
        alg: "RS256",
      },
    ]);
    for (const { privateKey } of Object.values(pairs)) {
      const { d = "", p, q, dp, dq, qi } = privateKey.export({ format: "jwk" });
      for (const hidden of [d, p, q, dp, dq, qi])
        if (hidden !== undefined) expect(text).not.toContain(hidden);
      expect(d).not.toBe("");
    }
    expect(text).not.toContain(secret.toString("base64url"));
  });

  test("are read whatever credential comes along, and by GET alone", async () => {
    expect((await world.ask("GET", "/.well-known/jwks.json", { token: "garbage" })).status).toBe(200);
    expect((await world.ask("POST", "/.well-known/jwks.json")).status).toBe(405);
  });
});

describe("T-JWT-15 a rotation of keys, node by node", () => {
  const a = { kid: "a", alg: "HS256", key: secret } as const;
  const b = { kid: "b", alg: "ES256", key: pairs.ES256.privateKey } as const;
  const steps: readonly (readonly SigningKey[])[] = [
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
  ];
  const kidOf = (token: string): unknown =>
    JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;
  let nodes: readonly Application[];
  beforeAll(async () => {
    nodes = await Promise.all(steps.map((keys) => nodeWith(keys)));
  });

  test("nobody is signed out while some nodes are a step ahead, and nobody has to sign in anew", async () => {
    const [start] = nodes;
    let user = await enter(start ?? world, ada);
    for (const step of [0, 1, 2]) {
      const behind = nodes[step] ?? world;
      const ahead = nodes[step + 1] ?? world;
      // The last step is taken when what the old key signed is over: everybody has refreshed.
      const fresh = await Promise.all(
        step === 2 ? [enter(behind, ada)] : [enter(behind, ada), enter(ahead, ada)],
      );
      for (const { accessToken } of [user, ...fresh])
        for (const node of [behind, ahead]) expect(await me(node, accessToken)).toBe(200);
      const body = { refreshToken: user.refreshToken };
      const { status, body: tokens } = await ahead.ask("POST", "/api/users/refresh", { body });
      expect(status).toBe(200);
      user = { ...user, ...tokens };
      expect(kidOf(user.accessToken)).toBe(step === 0 ? "a" : "b");
    }
  });

  test("what the old key signed is over once it is dropped, and the session goes on", async () => {
    const [start = world, , , end = world] = nodes;
    const user = await enter(start, ada);
    expect(await me(start, user.accessToken)).toBe(200);
    await expectForged(end.ask, user.accessToken);
    const body = { refreshToken: user.refreshToken };
    const { body: tokens } = await end.ask("POST", "/api/users/refresh", { body });
    expect(await me(end, tokens.accessToken)).toBe(200);
    await expectForged(start.ask, tokens.accessToken);
  });
});
