import type { Row, Runner } from "@lucent/core";

import { aside } from "./aside.ts";
import { hashToken, newToken } from "./credential/one-time-token.ts";
import type { Accounts } from "./sql/accounts.ts";
import { sweeper } from "./sql/sweep.ts";
import { type TokenPurpose, tokenStatements } from "./sql/tokens.ts";

/** What is to be mailed. */
export interface TokenRequest {
  readonly purpose: TokenPurpose;
  readonly userId: string;
  /** Life in seconds. */
  readonly lifetime: number;
  /** With the purpose `email`, the address that the account is to get. */
  readonly pendingEmail?: string;
}

/** A token for one mail: it is nowhere else. */
export interface IssuedToken {
  readonly token: string;
  /** The address of the account, as it is stored. */
  readonly email: string;
}

/** What a token stands for. */
export interface TokenOwner {
  readonly userId: string;
  /** The account's address. */
  readonly email: string;
  readonly pendingEmail: string | null;
  /** Whether somebody had verified that address before. */
  readonly wasVerified: boolean;
}

/**
 * The mailed tokens of one collection's accounts. A token is worth nothing once it was used, a later one of its purpose
 * was issued, its time is over, or the account has another address or password, is disabled or gone.
 */
export interface TokenStore {
  /** Issues a token in place of the account's earlier one of the purpose; `undefined` where the account is not open. */
  issue(request: TokenRequest): Promise<IssuedToken | undefined>;
  /** Says what a token stands for, and leaves it as it is. */
  read(token: string, purpose: TokenPurpose): Promise<TokenOwner | undefined>;
  /** Uses a token up in the transaction `on` of its effect, and holds the account until that ends. */
  consume(token: string, purpose: TokenPurpose, on: Runner): Promise<TokenOwner | undefined>;
  /** Ends all of an account's. */
  discard(userId: string, on: Runner): Promise<void>;
  /** Resolves when nothing is being written beside requests. */
  settled(): Promise<void>;
}

/** Opens the mailed tokens of one collection's accounts. Tokens that come in are expected to have their grammar. */
export function tokenStore(runner: Runner, accounts: Accounts): TokenStore {
  const statements = tokenStatements(accounts);
  const beside = aside(runner);
  const onNewRow = sweeper("lucent_tokens", beside);
  return {
    async issue({ purpose, userId, lifetime, pendingEmail = null }) {
      const { token, hash } = newToken();
      const [issued] = await runner.run(statements.issue({ hash, purpose, userId, lifetime, pendingEmail }));
      onNewRow();
      return issued === undefined ? undefined : { token, email: String(issued[0]) };
    },
    async read(token, purpose) {
      const [found] = await runner.run(statements.read(hashToken(token), purpose));
      return ownerOf(found);
    },
    async consume(token, purpose, on) {
      const [consumed] = await on.run(statements.consume(hashToken(token), purpose));
      return ownerOf(consumed);
    },
    async discard(userId, on) {
      await on.run(statements.discard(userId));
    },
    settled: beside.settled,
  };
}

function ownerOf(row: Row | undefined): TokenOwner | undefined {
  if (row === undefined) return undefined;
  const [userId, email, pendingEmail, wasVerified] = row;
  return {
    userId: String(userId),
    email: String(email),
    pendingEmail: typeof pendingEmail === "string" ? pendingEmail : null,
    wasVerified: wasVerified === true,
  };
}
