import type { Statement } from "../contract/database.ts";
import type { SecretKey } from "../contract/secrets.ts";
import { writer } from "./writer.ts";

/** A secret as it is stored. */
export interface SealedSecret {
  readonly name: SecretKey;
  /** As it was sealed. */
  readonly value: string;
  /** Which key it was sealed under. */
  readonly version: string;
}

/** Stores a secret in place of an earlier one. */
export function upsertSecret({ name, value, version }: SealedSecret): Statement {
  const to = writer();
  const row = [name, value, version].map((each) => to.bind(each, "text")).join(", ");
  const text = `insert into "lucent_secrets" ("id", "value", "key_version", "updated_at") values (${row}, now())
    on conflict ("id") do update set "value" = excluded."value", "key_version" = excluded."key_version",
      "updated_at" = excluded."updated_at"`;
  return { text, values: to.values };
}

/** One secret: `[value, version]`. */
export function selectSecret(name: SecretKey): Statement {
  return {
    text: `select "value", "key_version" from "lucent_secrets" where "id" = $1::text`,
    values: [name],
  };
}

/** Deletes a secret and answers its name. */
export function deleteSecret(name: SecretKey): Statement {
  return { text: `delete from "lucent_secrets" where "id" = $1::text returning "id"`, values: [name] };
}

/** Secrets without their values: `[name, version, updated at]`. A part that is `undefined` may be any. */
export function selectSecretNames(parts: readonly (string | undefined)[]): Statement {
  const to = writer();
  const conditions = parts.flatMap((part, at) =>
    part === undefined ? [] : [`split_part("id", ':', ${at + 1}) = ${to.bind(part, "text")}`],
  );
  const where = ["true", ...conditions].join(" and ");
  const text = `select "id", "key_version",
      to_char("updated_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    from "lucent_secrets" where ${where} order by "id" collate "C"`;
  return { text, values: to.values };
}

/** Secrets that are sealed under other keys than this one, behind a name: `[name, value, version]`. */
export function selectOutdatedSecrets(
  version: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Statement {
  const to = writer();
  const text = `select "id", "value", "key_version" from "lucent_secrets"
    where "key_version" <> ${to.bind(version, "text")} and "id" > ${to.bind(after, "text")}
    order by "id" limit ${to.bind(limit, "int")}`;
  return { text, values: to.values };
}

/** How many secrets are sealed under other keys than this one. */
export function countOutdatedSecrets(version: string): Statement {
  return { text: `select count(*) from "lucent_secrets" where "key_version" <> $1::text`, values: [version] };
}

/** Stores a secret in place of exactly this earlier value, and answers its name; nothing where that is gone. */
export function replaceSecret(earlier: string, { name, value, version }: SealedSecret): Statement {
  const to = writer();
  const set = `"value" = ${to.bind(value, "text")}, "key_version" = ${to.bind(version, "text")}`;
  const where = `"id" = ${to.bind(name, "text")} and "value" = ${to.bind(earlier, "text")}`;
  return { text: `update "lucent_secrets" set ${set} where ${where} returning "id"`, values: to.values };
}
