import { LucentError } from "@lucent/core";

import type { Realm, Runtime } from "./runtime.ts";
import { type Recognised, signIn, type Visitor } from "./sign-in.ts";
import { uuidGrammar } from "./uuid.ts";

/** An account, by the slug of its collection and its id. */
export interface AccountName {
  readonly collection: string;
  readonly id: string;
}

/** What other plugins and the application's own routes can do with accounts. */
export interface AuthService {
  /**
   * Begins a session for somebody whom a plugin has recognised by other means than a password (OAuth, passkeys, one-time
   * codes), and answers as a login does: with tokens, or with cookies.
   * @throws LucentError `INVALID_CREDENTIALS` where the account is gone or disabled, or its address not verified where
   * that is asked for.
   */
  signIn(
    account: AccountName,
    visitor: Visitor,
    how: Pick<Recognised, "method" | "transport">,
  ): Promise<Response>;
  /** Ends every session of an account and lets nobody in until `enable`. @throws LucentError `NOT_FOUND`. */
  disable(account: AccountName): Promise<void>;
  /** @throws LucentError `NOT_FOUND`. */
  enable(account: AccountName): Promise<void>;
  /**
   * Marks the address of an account as its owner's, where somebody trusted says so.
   * @throws LucentError `NOT_FOUND`.
   */
  verify(account: AccountName): Promise<void>;
  /** Ends every session of an account. Answers how many there were. @throws LucentError `NOT_FOUND` for the collection. */
  endSessions(account: AccountName): Promise<number>;
}

declare module "@lucent/core" {
  interface Services {
    /** Offered by the plugin `auth()` of `@lucent/auth`. */
    readonly auth?: AuthService;
  }
}

/** Makes the service of a running plugin. */
export function authService(runtime: Runtime): AuthService {
  const { audit } = runtime.services;
  const realmOf = ({ collection }: AccountName): Realm => {
    const realm = runtime.realms.get(collection);
    if (realm === undefined) throw new LucentError("NOT_FOUND");
    return realm;
  };
  return {
    async signIn(account, visitor, how) {
      const realm = realmOf(account);
      const found = uuidGrammar.test(account.id) ? await realm.accounts.get(account.id) : undefined;
      if (found === undefined) throw new LucentError("INVALID_CREDENTIALS");
      return signIn(runtime, realm, { visitor, who: { ...how, document: found.document } });
    },
    async disable(account) {
      if (!(await realmOf(account).accounts.disable(account.id))) throw new LucentError("NOT_FOUND");
      audit({ event: "account.disabled", outcome: "ok", target: `${account.collection}/${account.id}` });
    },
    async enable(account) {
      if (!(await realmOf(account).accounts.enable(account.id))) throw new LucentError("NOT_FOUND");
      audit({ event: "account.enabled", outcome: "ok", target: `${account.collection}/${account.id}` });
    },
    async verify(account) {
      if (!(await realmOf(account).accounts.verify(account.id))) throw new LucentError("NOT_FOUND");
      audit({ event: "email.verified", outcome: "ok", target: `${account.collection}/${account.id}` });
    },
    endSessions: (account) => realmOf(account).sessions.endAll(account.id),
  };
}
