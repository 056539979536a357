import type { Database, Row, Runner } from "@lucent/core";

import { type AccountDocument, accountDocument } from "./account-document.ts";
import type { ApiKeyStore } from "./api-keys.ts";
import type { TokenOwner, TokenStore } from "./one-time.ts";
import type { SessionStore } from "./session.ts";
import { type Accounts, type AccountStatements, accountStatements } from "./sql/accounts.ts";

/** An account that an address belongs to, whether or not it may sign in. */
export interface FoundAccount {
  readonly id: string;
  /** As it is stored: where mail goes. */
  readonly email: string;
  /** `null` where it has no password. */
  readonly passwordHash: string | null;
  readonly isVerified: boolean;
  readonly isDisabled: boolean;
  readonly document: AccountDocument;
}

/** A password that takes the place of another. */
export interface PasswordChange {
  readonly userId: string;
  /** The hash that the old password was found right against; `null` where the account had none. */
  readonly from: string | null;
  readonly to: string;
  /** Id of the session that stays. */
  readonly keep?: string;
}

/** An account with the address that it has from now on, and the one before. */
export interface ChangedEmail {
  readonly userId: string;
  readonly email: string;
  readonly previous: string;
}

/**
 * Changes of the credentials of one collection's accounts. Each is one transaction that changes the account first and
 * ends what must not outlive the change afterwards: who is about to sign in waits for the account, see `sql/sessions.ts`.
 */
export interface AccountStore {
  /** Finds the account of an address in canonical form. */
  find(email: string): Promise<FoundAccount | undefined>;
  /** The account of an id. */
  get(id: string): Promise<FoundAccount | undefined>;
  /** Stores a password's hash that was computed anew, unless the password has changed meanwhile. */
  rehash(userId: string, from: string, to: string): Promise<boolean>;
  /** Ends the other sessions and every mailed token. `false` where the password is another one by now. */
  changePassword(change: PasswordChange): Promise<boolean>;
  /** By a mailed token, which also shows that the address is theirs; ends every session and mailed token. */
  resetPassword(token: string, passwordHash: string): Promise<TokenOwner | undefined>;
  /**
   * Takes the password of an account away whose address nobody has verified, and whatever was opened or mailed before:
   * nobody knows whose it was. `false` where there is no such account.
   */
  clearPassword(userId: string): Promise<boolean>;
  /** By a mailed token. The first time it ends sessions and API keys, since anybody may have opened them. */
  verifyEmail(token: string): Promise<TokenOwner | undefined>;
  /**
   * By a token mailed to the new address; ends every other mailed token.
   * @throws LucentError `CONFLICT` where another account has that address.
   */
  confirmEmail(token: string): Promise<ChangedEmail | undefined>;
  /** Ends every session and mailed token, and lets nobody in. `false` where there is no such account. */
  disable(userId: string): Promise<boolean>;
  /** Where somebody trusted says that the address is theirs. `false` where there is no such account. */
  verify(userId: string): Promise<boolean>;
  enable(userId: string): Promise<boolean>;
}

/** What changes of credentials need. */
export interface AccountParts {
  readonly accounts: Accounts;
  readonly sessions: Pick<SessionStore, "endAll">;
  readonly tokens: Pick<TokenStore, "consume" | "discard">;
  readonly apiKeys: Pick<ApiKeyStore, "revokeAll">;
  /** Whether a password reset ends API keys too. */
  readonly revokeApiKeysOnReset: boolean;
}

type Transactions = Pick<Database, "run" | "transaction">;

/** Opens the credentials of one collection's accounts. */
export function accountStore(database: Transactions, parts: AccountParts): AccountStore {
  const statements = accountStatements(parts.accounts);
  return {
    ...byToken(database, parts, statements),
    find: async (email) => foundIn(await database.run(statements.find(email))),
    get: async (id) => foundIn(await database.run(statements.get(id))),
    rehash: async (userId, from, to) => hasMet(database, statements.rehash(userId, from, to)),
    changePassword: ({ userId, from, to, keep }) =>
      database.transaction(async (tx) => {
        if (!(await hasMet(tx, statements.changePassword(userId, from, to)))) return false;
        await endMailedAndSessions(tx, parts, { userId, ...(keep === undefined ? {} : { except: keep }) });
        return true;
      }),
    clearPassword: (userId) =>
      database.transaction(async (tx) => {
        if (!(await hasMet(tx, statements.clearPassword(userId)))) return false;
        await endMailedAndSessions(tx, parts, { userId });
        await parts.apiKeys.revokeAll(userId, tx);
        return true;
      }),
    disable: (userId) =>
      database.transaction(async (tx) => {
        if (!(await hasMet(tx, statements.disable(userId)))) return false;
        await endMailedAndSessions(tx, parts, { userId });
        return true;
      }),
    verify: async (userId) => hasMet(database, statements.verify(userId)),
    enable: async (userId) => hasMet(database, statements.enable(userId)),
  };
}

function foundIn([row]: readonly Row[]): FoundAccount | undefined {
  if (row === undefined) return undefined;
  const [id, email, passwordHash, isVerified, isDisabled, document] = row;
  return {
    id: String(id),
    email: String(email),
    passwordHash: textOrNull(passwordHash),
    isVerified: isVerified === true,
    isDisabled: isDisabled === true,
    document: accountDocument(document),
  };
}

function byToken(
  database: Transactions,
  parts: AccountParts,
  statements: AccountStatements,
): Pick<AccountStore, "resetPassword" | "verifyEmail" | "confirmEmail"> {
  const { tokens, sessions, apiKeys } = parts;
  return {
    resetPassword: (token, passwordHash) =>
      database.transaction(async (tx) => {
        const owner = await tokens.consume(token, "reset", tx);
        if (owner === undefined) return undefined;
        await tx.run(statements.resetPassword(owner.userId, passwordHash));
        await endMailedAndSessions(tx, parts, owner);
        if (!owner.wasVerified || parts.revokeApiKeysOnReset) await apiKeys.revokeAll(owner.userId, tx);
        return owner;
      }),
    verifyEmail: (token) =>
      database.transaction(async (tx) => {
        const owner = await tokens.consume(token, "verify", tx);
        if (owner === undefined) return undefined;
        await tx.run(statements.verify(owner.userId));
        if (!owner.wasVerified) await endOpened(tx, { sessions, apiKeys }, owner.userId);
        return owner;
      }),
    confirmEmail: (token) =>
      database.transaction(async (tx) => {
        const owner = await tokens.consume(token, "email", tx);
        if (owner === undefined || owner.pendingEmail === null) return undefined;
        const { userId, email: previous, pendingEmail: email } = owner;
        await tx.run(statements.changeEmail(userId, email));
        await tokens.discard(userId, tx);
        if (!owner.wasVerified) await endOpened(tx, { sessions, apiKeys }, userId);
        return { userId, email, previous };
      }),
  };
}

async function hasMet(runner: Runner, statement: Parameters<Runner["run"]>[0]): Promise<boolean> {
  return (await runner.run(statement)).length > 0;
}

async function endMailedAndSessions(
  tx: Runner,
  { tokens, sessions }: Pick<AccountParts, "tokens" | "sessions">,
  { userId, except }: { readonly userId: string; readonly except?: string },
): Promise<void> {
  await tokens.discard(userId, tx);
  await sessions.endAll(userId, except === undefined ? { on: tx } : { on: tx, except });
}

async function endOpened(
  tx: Runner,
  { sessions, apiKeys }: Pick<AccountParts, "sessions" | "apiKeys">,
  userId: string,
): Promise<void> {
  await sessions.endAll(userId, { on: tx });
  await apiKeys.revokeAll(userId, tx);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
