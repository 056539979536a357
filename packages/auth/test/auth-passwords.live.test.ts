import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap, hashOf } from "./world/accounts.ts";
import { type AuthWorld, authWorld, newCredentials, type SignedIn } from "./world/auth-world.ts";
import { told } from "./world/uniform.ts";

let world: AuthWorld;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap, appName: "Places" } });
});
afterAll(() => world.stop());

const login = async (account: SignedIn, password: string): Promise<number> =>
  (await world.login({ email: account.email, password })).status;
const issues = ({ status, body }: SignedIn) => [status, body.code, body.errors];
const storedHash = async ({ email }: { readonly email: string }) => {
  const [row] = await world.sql("select password from users where email = $1", email);
  return row?.[0];
};

test.each([
  ["letters", "x"],
  ["characters of four bytes", "𝔛"],
])("T-AUTH-03 a password has 8 to 128 code points, whatever they are: %s", async (_kind, character) => {
  const register = (length: number) => {
    const password = "qv"
      .padEnd(length - 1, "z")
      .replaceAll("z", character)
      .concat("!");
    expect(Array.from(password)).toHaveLength(length);
    return world.register({ password });
  };
  expect(issues(await register(7))).toStrictEqual([
    422,
    "VALIDATION",
    [{ path: "password", rule: "minLength" }],
  ]);
  expect((await register(8)).status).toBe(201);
  const longest = await register(128);
  expect([longest.status, await login(longest, longest.password)]).toStrictEqual([201, 200]);
  expect(issues(await register(129))).toStrictEqual([
    422,
    "VALIDATION",
    [{ path: "password", rule: "maxLength" }],
  ]);
});

test("T-AUTH-04 a long password counts to its last character", async () => {
  const password = `${"long passphrase ".repeat(6)}tail`;
  expect(password).toHaveLength(100);
  const account = await world.register({ password });
  expect(await login(account, password.slice(0, 72))).toBe(401);
  expect(await login(account, password.slice(0, -1))).toBe(401);
  expect(await login(account, password)).toBe(200);
});

test("T-AUTH-05 it does not matter how a keyboard composes its letters", async () => {
  const password = "café-crème-brûlée";
  const [nfc, nfd] = [password.normalize("NFC"), password.normalize("NFD")];
  expect(nfc).not.toBe(nfd);
  const one = await world.register({ password: nfc });
  const other = await world.register({ password: nfd });
  expect([await login(one, nfd), await login(other, nfc)]).toStrictEqual([200, 200]);
  expect(await login(one, "cafe-creme-brulee")).toBe(401);
});

test("T-AUTH-06 spaces and capitals of a password count", async () => {
  const password = "  a b\u3000quiet\u00a0corner  ";
  const account = await world.register({ password });
  expect(await login(account, password)).toBe(200);
  for (const other of [password.trim(), password.trimEnd(), password.toUpperCase(), `${password} `])
    expect(await login(account, other)).toBe(401);
});

test("T-AUTH-07 a password that everybody takes is refused in any case of letters, before an account is made", async () => {
  for (const password of ["password123", "PassWord123", "QWERTYUIOP", "iLoveYou1"]) {
    const refused = await world.register({ password });
    expect(issues(refused)).toStrictEqual([422, "VALIDATION", [{ path: "password", rule: "common" }]]);
    expect(await storedHash(refused)).toBeUndefined();
  }
});

test("T-AUTH-08 a password made of the address or of the application's name is refused", async () => {
  const email = "grace.hopper@cobolworks.example";
  for (const password of [
    "grace.hopper12345",
    "GraceHopper2024!",
    "cobolworks1",
    "Places-2024",
    "users12345",
  ]) {
    const refused = await world.register({ email, password });
    expect([password, ...issues(refused)]).toStrictEqual([
      password,
      422,
      "VALIDATION",
      [{ path: "password", rule: "common" }],
    ]);
  }
  expect((await world.register({ email, password: "grace under a green roof" })).status).toBe(201);
});

test("T-AUTH-09 a hash that was made in another way is renewed by a sign-in, and by nothing else", async () => {
  const account = await world.register();
  const current = await storedHash(account);
  expect(current).toMatch(/^\$argon2id\$v=19\$m=7168,t=5,p=1\$/);
  const outdated = await hashOf(account.password, { memory: 12_288, passes: 3, lanes: 1 });
  await world.sql("update users set password = $1 where email = $2", outdated, account.email);
  expect(await login(account, "another password")).toBe(401);
  expect(await storedHash(account)).toBe(outdated);

  const before = await world.login(account);
  expect(before.status).toBe(200);
  await expect.poll(() => storedHash(account)).toMatch(/^\$argon2id\$v=19\$m=7168,t=5,p=1\$/);
  const renewed = await storedHash(account);
  expect(renewed).not.toBe(current);
  // It is the same password, so nothing ends.
  expect((await world.ask("GET", "/api/users/me", { token: before.accessToken })).status).toBe(200);
  expect(await login(account, account.password)).toBe(200);
  expect(await storedHash(account)).toBe(renewed);
});

test("T-AUTH-14 T-ENUM-01 an account without a password can't be signed in to with any, and looks like none", async () => {
  const { email } = await world.register();
  await world.sql("update users set password = null where email = $1", email);
  for (const password of ["", " ", "null", "undefined", "any password"]) {
    const refused = await world.login({ email, password });
    const unknown = await world.login({ ...newCredentials(), password });
    expect([refused.status, refused.body.code]).toStrictEqual([401, "INVALID_CREDENTIALS"]);
    expect(told(refused)).toStrictEqual(told(unknown));
  }
});

test("T-AUTH-14 a hash that is none lets nobody in", async () => {
  const account = await world.register();
  for (const stored of [
    "",
    account.password,
    "$2b$10$abcdefghijklmnopqrstuv",
    "$argon2id$v=19$m=7168,t=5,p=1$$",
  ]) {
    await world.sql("update users set password = $1 where email = $2", stored, account.email);
    for (const password of [stored, account.password])
      expect([stored, await login(account, password)]).toStrictEqual([stored, 401]);
    await clearLimit(account);
  }
});

/** A sign-in that works gives the account its attempts back. */
async function clearLimit(account: SignedIn): Promise<void> {
  await world.sql(
    "update users set password = $1 where email = $2",
    await hashOf(account.password),
    account.email,
  );
  expect(await login(account, account.password)).toBe(200);
}
