import { randomBytes } from "node:crypto";

import type { Database, Runner } from "@lucent/core";

import { type AccountDocument, accountDocument } from "./account-document.ts";
import { aside } from "./aside.ts";
import type { RefreshTokens } from "./credential/refresh-token.ts";
import type { Accounts } from "./sql/accounts.ts";
import { type SessionPolicy, type SessionStatements, sessionStatements } from "./sql/sessions.ts";
import { sweeper } from "./sql/sweep.ts";
import { uuidGrammar } from "./uuid.ts";

/** Somebody who has just shown who they are. */
export interface SignIn {
  readonly userId: string;
  /** How, such as `password`. */
  readonly method: string;
  /**
   * The hash that the password was found right against: where the account has another one by now, there is no session.
   * Absent where the account was recognised by other means.
   */
  readonly passwordHash?: string;
  readonly address?: string;
  /** The `User-Agent`; its first 256 characters are kept. */
  readonly agent?: string;
}

/** A session that has just begun. */
export interface StartedSession {
  readonly id: string;
  readonly refreshToken: string;
}

/** A session that lives, and whose it is. */
export interface ResolvedSession {
  readonly user: AccountDocument;
  /** Seconds since its owner showed who they are. */
  readonly age: number;
}

/**
 * What a refresh token was worth: the current one is replaced, the one before answers the current one for a short while,
 * and an older one ends the session, because two hold tokens of it.
 */
export type Rotation =
  | {
      readonly kind: "rotated" | "grace";
      readonly id: string;
      readonly userId: string;
      readonly refreshToken: string;
    }
  | { readonly kind: "reused"; readonly id: string; readonly userId: string };

/** A session as its owner sees it. Times are ISO 8601 in UTC. */
export interface ListedSession {
  /** Names it to its owner; opens nothing. */
  readonly id: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly address: string | null;
  readonly agent: string | null;
  readonly isCurrent: boolean;
}

/** The sessions of one collection's accounts. */
export interface SessionStore {
  /** Begins one; `undefined` where the account may not sign in, or its password is another one by now. */
  start(signIn: SignIn): Promise<StartedSession | undefined>;
  /** Finds who a session belongs to; `undefined` where it is over or its account's credentials do not count. */
  readonly resolve: (id: string, userId: string) => Promise<ResolvedSession | undefined>;
  /** Takes a refresh token; `undefined` where it is none, or its session is over. */
  rotate(refreshToken: string): Promise<Rotation | undefined>;
  /** Ends one and answers whose it was, if there was one. */
  end(id: string): Promise<string | undefined>;
  /** Whether there is one of another collection's account by this id. */
  isElsewhere(id: string): Promise<boolean>;
  /** Ends one of an account's by the id that its owner sees. Answers whether there was one. */
  endListed(userId: string, listedId: string): Promise<boolean>;
  /** Ends all of an account's but one, and answers how many. `on` makes it part of a transaction. */
  endAll(userId: string, options?: { readonly except?: string; readonly on?: Runner }): Promise<number>;
  /** Those of an account, the one used last first. `current` is the id of the session that asks. */
  list(userId: string, current?: string): Promise<readonly ListedSession[]>;
  /** Resolves when nothing is being written beside requests. */
  settled(): Promise<void>;
}

/** What the sessions of one collection need. */
export interface SessionParts {
  readonly accounts: Accounts;
  readonly policy: SessionPolicy;
  readonly refreshTokens: RefreshTokens;
}

/** Opens the sessions of one collection's accounts. The database tells the time, and decides every race. */
export function sessionStore(runner: Pick<Database, "run" | "inOrder">, parts: SessionParts): SessionStore {
  const statements = sessionStatements(parts.accounts, parts.policy);
  const beside = aside(runner);
  const onNewRow = sweeper("lucent_sessions", beside);
  return {
    ...endings(runner, statements),
    rotate: (token) => rotate(runner, { statements, refreshTokens: parts.refreshTokens }, token),
    async start({ userId, method, passwordHash = null, address = null, agent = null }) {
      const id = newSessionId();
      const row = { id, userId, method, passwordHash, address, agent };
      const [begun] = await runner.inOrder([statements.start(row), statements.makeRoom(userId, id)]);
      if (begun?.[0] === undefined) return undefined;
      onNewRow();
      return { id, refreshToken: parts.refreshTokens.make(id, 0) };
    },
    async resolve(id, userId) {
      if (!uuidGrammar.test(id) || !uuidGrammar.test(userId)) return undefined;
      const [found] = await runner.run(statements.resolve(id, userId));
      if (found === undefined) return undefined;
      const [document, isStale, age] = found;
      if (isStale === true) beside.run(id, statements.use(id));
      return { user: accountDocument(document), age: Number(age) };
    },
    settled: beside.settled,
  };
}

/** 128 random bits (OWASP ASVS 7.2.3) in the form of a UUID, but without its fixed ones. */
function newSessionId(): string {
  return randomBytes(16)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function rotate(
  runner: Runner,
  {
    statements,
    refreshTokens,
  }: Pick<SessionParts, "refreshTokens"> & { readonly statements: SessionStatements },
  token: string,
): Promise<Rotation | undefined> {
  const read = refreshTokens.read(token);
  if (read === undefined) return undefined;
  const { sessionId: id, counter } = read;
  const next = (): string => refreshTokens.make(id, counter + 1);
  const [rotated] = await runner.run(statements.rotate(id, counter));
  if (rotated !== undefined) {
    return { kind: "rotated", id, userId: String(rotated[0]), refreshToken: next() };
  }
  // A statement that had to wait for another rotation does not see it: so the row is looked at by a second one.
  const [judged] = await runner.run(statements.judge(id, counter));
  if (judged === undefined) return undefined;
  const [userId, isPrevious, isLive] = judged;
  if (isPrevious !== true) return { kind: "reused", id, userId: String(userId) };
  return isLive === true ? { kind: "grace", id, userId: String(userId), refreshToken: next() } : undefined;
}

const listedIdGrammar = /^[0-9a-f]{16}$/;

function endings(
  runner: Runner,
  statements: SessionStatements,
): Pick<SessionStore, "end" | "isElsewhere" | "endListed" | "endAll" | "list"> {
  return {
    async end(id) {
      if (!uuidGrammar.test(id)) return undefined;
      const [ended] = await runner.run(statements.end(id));
      return ended === undefined ? undefined : String(ended[0]);
    },
    async isElsewhere(id) {
      return uuidGrammar.test(id) && (await runner.run(statements.elsewhere(id))).length > 0;
    },
    async endListed(userId, listedId) {
      if (!listedIdGrammar.test(listedId)) return false;
      return (await runner.run(statements.endPublic(userId, listedId))).length > 0;
    },
    async endAll(userId, { except = null, on = runner } = {}) {
      return (await on.run(statements.endAll(userId, except))).length;
    },
    async list(userId, current: string | null = null) {
      const rows = await runner.run(statements.list(userId, current));
      return rows.map(([id, createdAt, lastUsedAt, address, agent, isCurrent]) => ({
        id: String(id),
        createdAt: String(createdAt),
        lastUsedAt: String(lastUsedAt),
        address: typeof address === "string" ? address : null,
        agent: typeof agent === "string" ? agent : null,
        isCurrent: isCurrent === true,
      }));
    },
  };
}
