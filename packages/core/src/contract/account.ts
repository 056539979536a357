import type { Collection } from "./collection.ts";
import type { DocumentOf, Flat } from "./document.ts";
import type { Fields } from "./field.ts";

/**
 * What `auth` of a collection takes beside `true`. Empty here: the plugin that signs callers in, `@lucent/auth`, adds
 * its members by declaration merging.
 */
export interface AuthOptions {}

/** Whether the documents of a collection are accounts that can sign in, and how. */
export type AuthSetting = boolean | AuthOptions;

/** The fields that an account has beside its collection's own, by type. The plugin brings their definitions. */
export type AccountFields = {
  /** Stored in canonical form. Changed by its owner, who must show that it is theirs. */
  readonly email: { readonly type: "email"; readonly required: true; readonly writable: "create" };
  /** An account without one can't sign in by password; its owner sets one by a mail to reset it. */
  readonly password: { readonly type: "password" };
  readonly emailVerified: {
    readonly type: "boolean";
    readonly required: true;
    readonly default: false;
    readonly writable: false;
  };
  /** Set: none of its credentials are accepted. */
  readonly disabledAt: { readonly type: "date"; readonly writable: false };
};

/** The fields of a collection with those of an account, where it holds accounts. */
export type FieldsOf<F extends Fields, A extends AuthSetting> = A extends false
  ? F
  : Omit<F, keyof AccountFields> & AccountFields;

/**
 * The fields of an application's accounts by the slug of their collection. Empty here. An application that names every
 * collection with `auth` has its callers typed wherever there is a `user`, by declaration merging:
 * `declare module "@lucent/core" { interface Accounts { users: typeof userFields } }`, where `userFields` comes from
 * `defineFields`.
 */
export interface Accounts {}

/** An account of the collection `S` as a caller: what it holds, without timestamps and `deletedAt`. */
export type AccountOf<S extends string, F extends Fields> = Flat<
  DocumentOf<Collection<S, FieldsOf<F, true>, false, false>> & {
    readonly collection: S;
    readonly scopes?: readonly string[];
  }
>;

/** One of the accounts that the application has named; `collection` tells them apart. */
export type NamedAccount = {
  [S in keyof Accounts]: Accounts[S] extends Fields ? AccountOf<S, Accounts[S]> : never;
}[keyof Accounts];

/** What no setting is: says that an application with named accounts has a collection that it does not name. */
interface NotInAccounts {
  readonly accounts: "do not name this collection";
}

/** What the setting of a collection must be too: all collections of accounts are named, or none. */
export type NamedAs<S extends string> = [keyof Accounts] extends [never]
  ? unknown
  : S extends keyof Accounts
    ? unknown
    : NotInAccounts | false;
