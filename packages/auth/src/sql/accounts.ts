import { type CollectionModel, documentExpression, type Statement } from "@lucent/core";

import { literal, quote } from "./text.ts";

/** What statements say about the accounts of one collection. `a` is the alias of an account's row. */
export interface Accounts {
  /** The slug of the collection, as an SQL constant. */
  readonly slug: string;
  /** Its table, quoted. */
  readonly table: string;
  /** The account as JSON text. */
  readonly document: string;
  /** Whether it is there and not disabled. */
  readonly isOpen: string;
  /** Whether its credentials count: it is open, and its address verified where that is asked for. */
  readonly isLive: string;
  /** Whether it is there at all. */
  readonly isThere: string;
  /** What an update of the document sets beside its own columns. */
  readonly changed: string;
}

/** SHA-256 of an account's password hash in hexadecimal digits. */
export const fingerprint = `encode(sha256(convert_to(coalesce(a."password", ''), 'UTF8')), 'hex')`;

/** Reads off a collection how statements speak of its accounts. */
export function accountsOf(
  model: CollectionModel,
  { requireEmailVerification }: { readonly requireEmailVerification: boolean },
): Accounts {
  const isThere = model.deletedAt === undefined ? "true" : `a."deleted_at" is null`;
  const isOpen = `(${isThere} and a."disabled_at" is null)`;
  return {
    slug: literal(model.slug),
    table: quote(model.table),
    document: `${documentExpression(model, "a")}::text`,
    isThere,
    isOpen,
    isLive: requireEmailVerification ? `(${isOpen} and a."email_verified")` : isOpen,
    changed: model.timestamps ? `, "updated_at" = now()` : "",
  };
}

/** Writes the statements about the credentials of accounts themselves. */
export interface AccountStatements {
  find(email: string): Statement;
  get(id: string): Statement;
  /** The password that stands for the same secret, computed anew. */
  rehash(id: string, from: string, to: string): Statement;
  /** A new password in place of the one that was verified. */
  changePassword(id: string, from: string | null, to: string): Statement;
  /** A new password for an account that the transaction holds. */
  resetPassword(id: string, to: string): Statement;
  /** No password for an account whose address nobody has verified. */
  clearPassword(id: string): Statement;
  verify(id: string): Statement;
  changeEmail(id: string, email: string): Statement;
  disable(id: string): Statement;
  enable(id: string): Statement;
}

/** Writes the statements about the credentials of one collection's accounts. An update answers the id that it met. */
export function accountStatements(accounts: Accounts): AccountStatements {
  const { table, document, isThere, isOpen, changed } = accounts;
  const update = (set: string, where: string): string =>
    `update ${table} a set ${set} where a."id" = $1::uuid and ${isThere} and ${where} returning a."id"`;
  const found = (where: string): string =>
    `select a."id", a."email", a."password", a."email_verified", a."disabled_at" is not null, ${document}
      from ${table} a where ${where} and ${isThere}`;
  const [find, get] = [found(`a."email" = $1::text`), found(`a."id" = $1::uuid`)];
  const rehash = update(`"password" = $3::text`, `a."password" = $2::text`);
  const change = update(
    `"password" = $3::text${changed}`,
    `a."password" is not distinct from $2::text and ${isOpen}`,
  );
  const reset = update(`"password" = $2::text, "email_verified" = true${changed}`, isOpen);
  const clear = update(`"password" = null${changed}`, `not a."email_verified" and ${isOpen}`);
  const verify = update(`"email_verified" = true${changed}`, isOpen);
  const email = update(`"email" = $2::text, "email_verified" = true${changed}`, isOpen);
  const disable = update(`"disabled_at" = coalesce(a."disabled_at", now())${changed}`, "true");
  const enable = update(`"disabled_at" = null${changed}`, "true");
  return {
    find: (address) => ({ text: find, values: [address], isBrief: true }),
    get: (id) => ({ text: get, values: [id], isBrief: true }),
    rehash: (id, from, to) => ({ text: rehash, values: [id, from, to] }),
    changePassword: (id, from, to) => ({ text: change, values: [id, from, to] }),
    resetPassword: (id, to) => ({ text: reset, values: [id, to] }),
    clearPassword: (id) => ({ text: clear, values: [id] }),
    verify: (id) => ({ text: verify, values: [id] }),
    changeEmail: (id, address) => ({ text: email, values: [id, address] }),
    disable: (id) => ({ text: disable, values: [id] }),
    enable: (id) => ({ text: enable, values: [id] }),
  };
}
