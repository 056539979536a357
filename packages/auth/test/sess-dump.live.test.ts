import { createHash } from "node:crypto";

import { afterAll, beforeAll, expect, test } from "vitest";

import { auditTable } from "../src/audit/postgres-sink.ts";
import { cheap } from "./world/accounts.ts";
import { cookieHeader } from "./world/asker.ts";
import { type AuthWorld, authWorld } from "./world/auth-world.ts";
import { mailedToken, resetToken } from "./world/mailed.ts";

let world: AuthWorld;
beforeAll(async () => {
  world = await authWorld({
    api: { requestLog: true },
    auth: { hash: cheap },
    plugins: [auditTable()],
  });
});
afterAll(() => world.stop());

/** Every row of every table as text. */
async function dump(): Promise<string> {
  const tables = await world.sql(
    "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  const all: string[] = [];
  for (const [table] of tables) {
    const [row] = await world.sql(`select coalesce(json_agg(t)::text, '') from ${String(table)} t`);
    all.push(`${String(table)} ${String(row?.[0])}`);
  }
  return all.join("\n");
}

const encodings = ["hex", "base64", "base64url"] as const;

/** A token as it may be written down: itself and each of its parts, as text and as the bytes that the text stands for. */
function spellings(token: string): readonly string[] {
  const bare = token.replace(/^(?:lrt_|lk_[a-z]+_.{8}_)/, "");
  const texts = [token, bare, ...bare.split(".")].filter((text) => text.length >= 16);
  const bytes = texts.flatMap((text) => {
    const decoded = Buffer.from(text, "base64url");
    // What is random in it, or its signature.
    return [Buffer.from(text), decoded, decoded.subarray(0, 32), decoded.subarray(-32)];
  });
  const encoded = bytes
    .filter(({ length }) => length >= 12)
    .flatMap((each) => encodings.map((encoding) => each.toString(encoding).replace(/=+$/, "")));
  return [...texts, ...encoded];
}

test("T-SESS-25 no token that was handed out is in the database, however it is written", async () => {
  const ada = await world.register();
  const { email, password, accessToken, refreshToken } = ada;
  const browser = await world.login({ email, password, session: "cookie" });
  const refreshed = await world.ask("POST", "/api/users/refresh", { body: { refreshToken } });
  const token = accessToken;
  const key = await world.ask("POST", "/api/users/api-keys", {
    token,
    body: { name: "CI", scopes: ["users:read"] },
  });
  await world.ask("GET", "/api/users/me", { headers: { "x-api-key": key.body.key } });
  await world.ask("POST", "/api/users/resend-verification", { body: { email } });
  const verify = await mailedToken(world, email, "verify-email");
  const reset = await resetToken(world, email);
  const address = `new-${email}`;
  await world.ask("POST", "/api/users/change-email", {
    token,
    body: { currentPassword: password, email: address },
  });
  const change = await mailedToken(world, address, "confirm-email");
  const cookies = cookieHeader(browser)
    .split("; ")
    .map((pair) => pair.replace(/^[^=]*=/, ""));
  const handedOut = [
    accessToken,
    refreshToken,
    refreshed.body.accessToken,
    refreshed.body.refreshToken,
    key.body.key,
    verify,
    reset,
    change,
    password,
    ...cookies,
  ];
  expect(handedOut.map((each: string) => each.length).toSorted((a, b) => a - b)[0]).toBeGreaterThanOrEqual(
    19,
  );
  expect(new Set(handedOut).size).toBe(11);

  await expect.poll(() => world.sql("select count(*)::int > 3 from lucent_audit")).toStrictEqual([[true]]);
  const text = await dump();
  // The search finds what is there: the address, the name of the key, and the hash of each mailed token.
  for (const there of [email, "CI", ...[verify, reset, change].map(sha256)]) expect(text).toContain(there);
  expect(world.log.text()).toContain("auth.users.refresh");
  for (const each of handedOut) {
    expect(spellings(each).length).toBeGreaterThan(10);
    const found = spellings(each).filter((spelling) => text.includes(spelling));
    expect(found).toStrictEqual([]);
    expect(world.log.text()).not.toContain(each);
  }
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
