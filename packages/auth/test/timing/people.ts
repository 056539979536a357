import { newApiKey } from "../../src/credential/api-key.ts";
import { newToken } from "../../src/credential/one-time-token.ts";
import { defaultHashParameters } from "../../src/credential/password-hasher.ts";
import { hashOf, insertAccounts } from "../world/accounts.ts";
import type { AuthWorld } from "../world/auth-world.ts";

type Beside = Pick<AuthWorld, "sql">;

/** A password that everybody here has. */
export const password = "a quiet corner of the library";

/** Makes so many accounts of each kind, all with hashes as production makes them: `<kind>-<n>@example.com`, n from 1. */
export async function populate(beside: Beside, count: number): Promise<void> {
  const hash = await hashOf(password, defaultHashParameters);
  await insertAccounts(beside, { name: "known", count, hash });
  await insertAccounts(beside, { name: "blank", count, hash: null });
  await insertAccounts(beside, { name: "known", count, hash, table: "members" });
  await insertAccounts(beside, { name: "early", count, hash, isVerified: false, table: "members" });
}

/** The address of an account of some kind; of `nobod` there is none, and each is as long as the others. */
export function addressOf(kind: "known" | "blank" | "early" | "nobod", round: number): string {
  return `${kind}-${round + 1}@example.com`;
}

/** Keys that open nothing, by what is wrong about them: one of each for every round. */
export async function badApiKeys(
  beside: Beside,
  count: number,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const kinds = ["wrong public id", "wrong secret", "revoked", "expired"] as const;
  const keys = kinds.flatMap((kind) => Array.from({ length: count }, () => ({ kind, ...newApiKey("test") })));
  const row = `insert into lucent_api_keys
      (id, public_id, mode, hash, collection, user_id, name, scopes, created_at, expires_at)
    select gen_random_uuid(), k."publicId", 'test', %hash, 'users', u.id, 'key', '{*}', now(), %expiry
    from json_to_recordset($1::json) k("publicId" text, hash text), users u
    where u.email = 'known-1@example.com'`;
  const insert = async (kind: string, hash: string, expiry: string): Promise<void> => {
    const rows = JSON.stringify(keys.filter((key) => key.kind === kind));
    await beside.sql(row.replace("%hash", hash).replace("%expiry", expiry), rows);
  };
  const day = "now() + interval '1 day'";
  await insert("wrong secret", "encode(sha256(convert_to(k.hash, 'UTF8')), 'hex')", day);
  await insert("expired", "k.hash", "now() - interval '1 second'");
  await insert("revoked", "k.hash", day);
  await beside.sql(
    `delete from lucent_api_keys where public_id in (select k from json_array_elements_text($1::json) k)`,
    JSON.stringify(keys.flatMap(({ kind, publicId }) => (kind === "revoked" ? [publicId] : []))),
  );
  return Object.fromEntries(
    kinds.map((kind) => [kind, keys.flatMap((key) => (key.kind === kind ? [key.key] : []))]),
  );
}

/** Tokens for a new password that are worth nothing to `users`, by the reason: one of each for every round. */
export async function badResetTokens(
  beside: Beside,
  count: number,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const made = () =>
    Array.from({ length: count }, (_, round) => ({ email: addressOf("known", round), ...newToken() }));
  const [never, expired, elsewhere, verify] = [made(), made(), made(), made()];
  const insert = async (
    tokens: readonly object[],
    { purpose = "reset", collection = "users", life = "1 hour" },
  ): Promise<void> => {
    await beside.sql(
      `insert into lucent_tokens (hash, purpose, collection, user_id, email, fingerprint, created_at, expires_at)
        select t.hash, $2, $3, a.id, a.email, encode(sha256(convert_to(a.password, 'UTF8')), 'hex'), now(),
          now() + $4::text::interval
        from json_to_recordset($1::json) t(hash text, email text) join "${collection}" a on a.email = t.email
        on conflict (collection, user_id, purpose) do update set hash = excluded.hash, expires_at = excluded.expires_at`,
      JSON.stringify(tokens),
      purpose,
      collection,
      life,
    );
  };
  await insert(expired, { life: "-1 second" });
  await insert(elsewhere, { collection: "members" });
  await insert(verify, { purpose: "verify" });
  const texts = (tokens: readonly { readonly token: string }[]) => tokens.map(({ token }) => token);
  return {
    "never issued": texts(never),
    expired: texts(expired),
    "other collection": texts(elsewhere),
    "other purpose": texts(verify),
  };
}
