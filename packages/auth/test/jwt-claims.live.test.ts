import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { encode, forgeHmac, header, origin, signer } from "./credential/forge.ts";
import { quickest } from "./quickest.ts";
import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
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

async function accepted(token: string): Promise<void> {
  const answer = await world.ask("GET", "/api/users/me", { token });
  expect([answer.status, answer.body.id]).toStrictEqual([200, ada.id]);
}

test.each(["exp", "iat", "sub", "sid", "col", "jti", "aud", "iss"])("T-JWT-07 no %s", async (name) => {
  await refused(forged({}, { [name]: undefined }));
  await refused(forged({}, { [name]: null }));
});

describe("T-JWT-08 wrong claims", () => {
  test.each([
    { iss: "https://evil.example" },
    { iss: `${origin}/` },
    { iss: [origin] },
    { aud: "https://evil.example" },
    { aud: [origin] },
    { aud: [origin, "https://evil.example"] },
    { aud: [] },
    { col: "posts" },
    { col: "staff" },
    { col: "constructor" },
    { sub: "0198c0de-0000-7000-8000-000000000001" },
    { sid: "0198c0de-0000-4000-8000-000000000002" },
    { sid: "x' or '1'='1" },
    { sub: "x' or '1'='1" },
  ])("%j", async (changes) => {
    await refused(forged({}, changes));
  });

  test("a session that is none is not signed out of", async () => {
    const token = forged({}, { sid: "x' or '1'='1" });
    expect((await world.ask("POST", "/api/users/logout", { token })).status).toBe(204);
    await accepted(ada.accessToken);
  });

  test.each(["JWT", "jwt", "reset+jwt", "application/at+jwt", "AT+JWT", "", null, undefined])(
    "typ %j",
    (typ) => refused(forged({ typ })),
  );
});

describe("T-JWT-09 claims of wrong types and times", () => {
  const odd: readonly unknown[] = [{ id: "x" }, ["x"], 7, true, "", "a".repeat(65)];
  test.each(["sub", "sid", "col", "jti"])("%s", async (name) => {
    for (const value of odd) await refused(forged({}, { [name]: value }));
  });

  test("exp, iat, nbf", async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const changes of [
      { exp: String(now + 900) },
      { exp: now + 0.5 },
      { exp: -1 },
      { exp: 1e30 },
      { exp: [now + 900] },
      { iat: String(now) },
      { iat: now + 0.5 },
      { iat: now + 3_600, exp: now + 4_500 },
      { iat: now - 3_600 },
      { nbf: now + 600 },
      { nbf: String(now) },
    ])
      await refused(forged({}, changes));
    await accepted(forged({}, { iat: now, exp: now + 900, nbf: now }));
  });

  test.each(["null", "[]", '"text"', "7", "", "{", '{"sub":'])("the payload %j", (payload) =>
    refused(forgeHmac(header("HS256"), payload)),
  );
});

describe("T-JWT-10 unknown extensions are refused within 50 ms", () => {
  test.each([
    { crit: ["x"] },
    { crit: ["x"], x: 1 },
    { crit: [] },
    { crit: ["b64"], b64: false },
    { b64: false },
    { zip: "DEF" },
    { cty: "JWT" },
  ])("%j", async (changes) => {
    expect(await quickest(() => refused(forged(changes)))).toBeLessThan(100);
  });

  test.each([
    { alg: "PBES2-HS256+A128KW", enc: "A128GCM", p2c: 2 ** 31, p2s: "AAAAAAAAAAA" },
    { alg: "dir", enc: "A256GCM", zip: "DEF" },
    { alg: "RSA1_5", enc: "A128CBC-HS256" },
  ])("an encrypted token, %j", async (head) => {
    const five = `${encode(head)}.${encode("key")}.${encode("iv")}.${encode("text")}.${encode("tag")}`;
    for (const token of [five, five.replace(encode(head), encode(header("HS256")))])
      expect(await quickest(() => refused(token))).toBeLessThan(100);
  });
});

test("T-JWT-11 a token has one spelling", async () => {
  const token = ada.accessToken;
  const [head = "", payload = "", mac = ""] = token.split(".");
  const places = [token.length - 3, token.length - 2, token.length - 1];
  const flipped = places.flatMap((place) =>
    ["A", "B", "Q", "g", "w", "_"]
      .filter((other) => other !== token[place])
      .map((other) => token.slice(0, place) + other + token.slice(place + 1)),
  );
  // The last character has two unused bits: each of the other three would decode to the same bytes.
  const last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const twins = [1, 2, 3].map(
    (more) => token.slice(0, -1) + (last[last.indexOf(token.at(-1) ?? "") + more] ?? "!"),
  );
  const others = [
    ...flipped,
    ...twins,
    `${token}=`,
    `${token}==`,
    `${token}.`,
    `${token}.${mac}`,
    `.${token}`,
    `${head}. ${payload}.${mac}`,
    `${head}=.${payload}.${mac}`,
    `${head}.${payload}=.${mac}`,
    `${head}..${mac}`,
    `${head}.${payload}`,
    `${head}.${payload}.${mac.slice(0, -1)}`,
    `${head}.${payload}.${mac}A`,
    `${head}.${payload}.${mac.slice(0, 4)} ${mac.slice(4)}`,
    token.toLowerCase(),
  ];
  for (const other of others) await refused(other);
  const bytes = Buffer.from(mac, "base64url");
  expect(twins.map((twin) => Buffer.from(twin.split(".")[2] ?? "", "base64url").equals(bytes))).toContain(
    true,
  );
  await accepted(token);
});
