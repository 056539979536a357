import type { Session } from "../../src/operation/session.ts";

function used(): never {
  throw new TypeError("nothing was going to be sent to a database");
}

/** A session for what must not send anything. */
export const unusedSession: Session = {
  reader: { run: used, objects: used },
  get drizzle() {
    return used();
  },
  isTransaction: false,
  transact: used,
  afterCommit: used,
  explained: used,
  nested: () => unusedSession,
};
