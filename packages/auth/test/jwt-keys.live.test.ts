import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { openDatabase } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { withLowS } from "../src/credential/low-s.ts";
import {
  encode,
  forge,
  forgeHmac,
  header,
  jwk,
  origin,
  pairs,
  secret,
  signer,
  signingInput,
  verifier,
} from "./credential/forge.ts";
import { cheap } from "./world/accounts.ts";
import { type Application, type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, type Entered, newcomer } from "./world/door.ts";
import { expectForged, goodClaims } from "./world/forged.ts";

let world: AuthWorld;
let ada: Entered;

beforeAll(async () => {
  const tokens = { keys: [signer("HS256")], issuer: origin };
  world = await authWorld({ auth: { hash: cheap, tokens }, plugins: [door()] });
  ada = await newcomer(world);
});
afterAll(() => world.stop());

const good = (changes?: Readonly<Record<string, unknown>>) => goodClaims(ada, changes);
const refused = (token: string): Promise<void> => expectForged(world.ask, token);
const forged = (headChanges: Readonly<Record<string, unknown>>, payloadChanges = {}): string =>
  forgeHmac(header("HS256", headChanges), good(payloadChanges));

async function accepted(token: string, { ask }: Pick<Application, "ask"> = world): Promise<void> {
  const answer = await ask("GET", "/api/users/me", { token });
  expect([answer.status, answer.body.id]).toStrictEqual([200, ada.id]);
}

test("a token that is made by hand is taken as long as nothing in it is wrong", async () => {
  await accepted(forged({}));
  await accepted(ada.accessToken);
});

test.each(["none", "None", "nOnE", "NONE", ""])(
  "T-JWT-01 a token without a signature, alg %j",
  async (alg) => {
    const input = signingInput(header(alg), good());
    for (const token of [`${input}.`, input, forgeHmac(header(alg), good())]) await refused(token);
    await refused(`${signingInput(header("HS256"), good())}.`);
  },
);

test.each(["HS384", "HS512"])("T-JWT-03 %s under the same secret", async (alg) => {
  await refused(forgeHmac(header(alg), good(), { alg }));
  await refused(forgeHmac(header("HS256"), good(), { alg }));
});

describe("T-JWT-02 a public key as a secret", () => {
  const algorithms = ["EdDSA", "ES256", "RS256"] as const;
  const nodes = new Map<string, Application>();
  beforeAll(async () => {
    for (const alg of algorithms) {
      const tokens = { keys: [signer(alg)], issuer: origin };
      nodes.set(alg, await world.another({ auth: { hash: cheap, tokens } }));
    }
  });

  test.each(algorithms)("%s", async (alg) => {
    const ask = nodes.get(alg)?.ask ?? world.ask;
    const { publicKey } = pairs[alg];
    const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
    const exact = JSON.stringify(jwk(publicKey));
    const published = (await ask("GET", "/.well-known/jwks.json")).body.keys[0];
    const keys = [
      pem,
      pem.trimEnd(),
      ` ${pem}`,
      ` ${pem.trimEnd()}`,
      publicKey.export({ format: "der", type: "spki" }),
      exact,
      `${exact}\n`,
      ` ${exact}`,
      JSON.stringify(published),
      Buffer.from(published.x ?? published.n, "base64url"),
    ];
    const token = forge(alg, header(alg), good());
    const [input, signature] = [
      token.slice(0, token.lastIndexOf(".")),
      token.slice(token.lastIndexOf(".") + 1),
    ];
    await accepted(alg === "ES256" ? `${input}.${withLowS(signature)}` : token, { ask });
    for (const key of keys) {
      await expectForged(ask, forgeHmac(header("HS256"), good(), { key }));
      await expectForged(ask, forgeHmac(header(alg), good(), { key }));
    }
    await expectForged(ask, forgeHmac(header("HS256"), good()));
  });

  test("T-JWT-16 ES256 signatures of edge values", async () => {
    const ask = nodes.get("ES256")?.ask ?? world.ask;
    const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    const beyond = `${order.slice(0, -1)}2`;
    const [zero, one, most] = ["00".repeat(32), `${"00".repeat(31)}01`, "ff".repeat(32)];
    const input = signingInput(header("ES256"), good());
    const values = [zero, one, order, beyond, most];
    const signatures = values.flatMap((r) => values.map((s) => r + s)).concat(["", zero, "3006020100020100"]);
    for (const signature of signatures)
      await expectForged(ask, `${input}.${Buffer.from(signature, "hex").toString("base64url")}`);
  });
});

describe("T-JWT-04 a retired key", () => {
  const former = signer("EdDSA", "b");

  test("is good until its end has come, or it is dropped", async () => {
    const token = forge("EdDSA", header("EdDSA", { kid: "b" }), good());
    const at = (...keys: readonly ReturnType<typeof signer>[]) =>
      world.another({ auth: { hash: cheap, tokens: { keys: [signer("HS256"), ...keys], issuer: origin } } });
    const retired = verifier("EdDSA", former.kid);
    const retiring = await at({ ...retired, notAfter: new Date(Date.now() + 900_000) });
    await accepted(token, retiring);
    const ended = await at({ ...retired, notAfter: new Date() });
    await expectForged(ended.ask, token);
    await refused(token);
    for (const wrong of [
      forge("EdDSA", header("EdDSA"), good()),
      forge("EdDSA", header("HS256"), good()),
      forgeHmac(header("HS256", { kid: "b" }), good()),
      forgeHmac(header("EdDSA", { kid: "b" }), good()),
    ])
      await expectForged(retiring.ask, wrong);
  });
});

describe("T-JWT-05 an odd kid", () => {
  const kids = [
    "../../etc/passwd",
    "' or 1=1--",
    "__proto__",
    "constructor",
    "toString",
    "",
    "A",
    "a ",
    7,
    null,
  ];

  test("is no key, and nothing is asked of the database", async () => {
    const beside = openDatabase({ collections: [], database: { url: world.url, max: 1 } }, {});
    try {
      await beside.database.transaction(async (tx) => {
        // Whoever looked a session or an account up would wait for these, and fail.
        await tx.run({
          text: "lock table lucent_sessions, users, lucent_api_keys in access exclusive mode",
          values: [],
        });
        for (const kid of [...kids, ["a"], {}, true, "k".repeat(2_000), undefined])
          await refused(forged({ kid }));
      });
    } finally {
      await beside.close();
    }
    await accepted(forged({ kid: "a" }));
  });

  test("of 10 KB is none either", async () => {
    const token = forged({ kid: "k".repeat(10_000) });
    // A server may refuse so long a header by itself.
    expect([401, 431]).toContain((await world.ask("GET", "/api/users/me", { token })).status);
  });
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
      { jwk: { kty: "oct", k: encode("k") } },
      { x5c: ["MIIB"] },
    ];
    for (const changes of [...named, ...brought]) {
      await refused(forge("EdDSA", header("EdDSA", changes), good()));
      await refused(forge("EdDSA", header("EdDSA", { ...changes, kid: undefined }), good()));
      await refused(forgeHmac(header("HS256", changes), good(), { key: "k" }));
      await refused(forged(changes));
    }
    expect(seen).toEqual([]);
    expect((await fetch(`${address}/jku`)).status).toBe(200);
    expect(seen).toEqual(["/jku"]);
  });
});

test("the secret is what makes a token good", async () => {
  await refused(forgeHmac(header("HS256"), good(), { key: Buffer.concat([secret, Buffer.of(1)]) }));
  await accepted(forgeHmac(header("HS256"), good(), { key: secret }));
});
