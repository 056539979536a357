import type { Database, Runner, Transaction } from "@lucent/core";

/** Sends a message of a run, or does something else with it. */
export type Post = <T>(text: string, send: () => Promise<T>) => Promise<T>;

/**
 * The same database, but every message of a run goes through `post`: those of its one connection, and of the
 * transactions of its data migrations with their beginning and their end. Connections that only look are left alone.
 */
export function posted(database: Database, post: Post): Database {
  let isOpen = false;
  return wrap(database);

  function wrap(each: Database): Database {
    return {
      ...each,
      session(work) {
        if (isOpen) return each.session(work);
        isOpen = true;
        return each.session((runner) => work(through(runner, post)));
      },
      transaction: (work) =>
        post("begin", () =>
          each.transaction(async (tx) => {
            const result = await work(inTransaction(tx, post));
            await post("commit", () => Promise.resolve());
            return result;
          }),
        ),
      tracked: (watch) => wrap(each.tracked(watch)),
    };
  }
}

function through(runner: Runner, post: Post): Runner {
  return { run: (statement) => post(statement.text, () => runner.run(statement)) };
}

function inTransaction(tx: Transaction, post: Post): Transaction {
  return {
    ...through(tx, post),
    drizzle: tx.drizzle,
    objects: (statement) => tx.objects(statement),
    savepoint: (work) => tx.savepoint((inner) => work(inTransaction(inner, post))),
  };
}

/** Numbers messages from 0 on, and calls `strike` instead of sending the one at `place`. */
export function heldAt(place: number, strike: () => Promise<void>): Post {
  let next = 0;
  return async (_text, send) => {
    const at = next;
    next += 1;
    if (at === place) await strike();
    return send();
  };
}

/** The same, but that message is on its way when `strike` is called. */
export function strikeBehind(place: number, strike: () => void): Post {
  let next = 0;
  return (_text, send) => {
    if (next === place) setImmediate(() => setImmediate(() => setImmediate(strike)));
    next += 1;
    return send();
  };
}
