import { refreshTokens } from "../../src/credential/refresh-token.ts";
import { oneByOne, type Realm, realmOn, type Runs, tokenKey } from "../world/store.ts";

/** What is done to one account. Plain data: it may be sent to another process. */
export type Operation =
  | { readonly kind: "signIn"; readonly password: string }
  | { readonly kind: "refresh"; readonly session: string; readonly generation: number }
  | { readonly kind: "use"; readonly session: string }
  | { readonly kind: "signOut"; readonly session: string }
  | { readonly kind: "signOutAll"; readonly keep: string | undefined }
  | {
      readonly kind: "changePassword";
      readonly from: string;
      readonly to: string;
      readonly keep: string | undefined;
    }
  | { readonly kind: "reset"; readonly token: string; readonly to: string }
  | { readonly kind: "disable" | "enable" | "remove" | "restore" };

/** An operation with how many round trips to the database come in front of each of its statements. */
export interface Paced {
  readonly operation: Operation;
  readonly pace: readonly number[];
}

/** What came of an operation: the id of a new session, or a word. */
export type Outcome = string;

/** The policy of the test: few sessions, and not for long, so that every limit is met. */
export const policy = { idle: 7 * 86_400, absolute: 8 * 86_400, grace: 10, limit: 3 } as const;

const tokens = refreshTokens(tokenKey);

/** The stores of one process. */
export type Perform = (userId: string, paced: Paced) => Promise<Outcome>;

/** Does operations through the stores on a pool. */
export function performOn(database: Runs): Perform {
  return async (userId, { operation, pace }) => {
    const realm = realmOn(paced(database, pace), { session: policy });
    const outcome = await outcomeOf(realm, database, { userId, operation });
    // What is written beside a request belongs to it here, so that the model knows when.
    await realm.sessions.settled();
    return outcome;
  };
}

async function outcomeOf(
  { sessions, accounts }: Realm,
  database: Runs,
  { userId, operation }: { readonly userId: string; readonly operation: Operation },
): Promise<Outcome> {
  switch (operation.kind) {
    case "signIn": {
      const { password: passwordHash } = operation;
      return (await sessions.start({ userId, method: "password", passwordHash }))?.id ?? "none";
    }
    case "refresh":
      return refresh(sessions, operation);
    case "use":
      return (await sessions.resolve(operation.session, userId)) === undefined ? "none" : "alive";
    case "signOut":
      await sessions.end(operation.session);
      return "done";
    case "signOutAll":
      await sessions.endAll(userId, operation.keep === undefined ? {} : { except: operation.keep });
      return "done";
    case "changePassword": {
      const { from, to, keep } = operation;
      return said(
        await accounts.changePassword({ userId, from, to, ...(keep === undefined ? {} : { keep }) }),
      );
    }
    case "reset":
      return said((await accounts.resetPassword(operation.token, operation.to)) !== undefined);
    case "disable":
    case "enable":
      return said(await accounts[operation.kind](userId));
    case "remove":
    case "restore": {
      const deletedAt = operation.kind === "remove" ? "now()" : "null";
      await database.run({
        text: `update users set deleted_at = ${deletedAt} where id = $1::uuid`,
        values: [userId],
      });
      return "done";
    }
  }
}

async function refresh(
  sessions: Realm["sessions"],
  { session, generation }: Operation & { readonly kind: "refresh" },
): Promise<Outcome> {
  const rotation = await sessions.rotate(tokens.make(session, generation));
  if (rotation === undefined) return "none";
  const isRight =
    rotation.id === session &&
    (!("refreshToken" in rotation) || rotation.refreshToken === tokens.make(session, generation + 1));
  return isRight ? rotation.kind : "another token";
}

function said(isDone: boolean): Outcome {
  return isDone ? "done" : "none";
}

/** Puts round trips in front of statements, within a transaction too, so that operations mix in many ways. */
function paced(database: Runs, pace: readonly number[]): Runs {
  const rest = pace.values();
  const slowed = ({ run }: Pick<Runs, "run">): Runs["run"] => {
    return async (statement) => {
      const trips = rest.next().value ?? 0;
      for (let at = 0; at < trips; at += 1) await run({ text: "select 1", values: [] });
      return run(statement);
    };
  };
  const run = slowed(database);
  return {
    run,
    inOrder: oneByOne(run),
    transaction: (work) => database.transaction((tx) => work({ ...tx, run: slowed(tx) })),
  };
}
