import type { Watch } from "../contract/database.ts";
import { LucentError } from "../errors.ts";
import type { Query } from "./cancel.ts";
import type { Connection } from "./connection.ts";
import { unavailable } from "./failure.ts";

/** A transaction or a savepoint on one connection. */
export interface Frame {
  readonly open: string;
  readonly keep: string;
  readonly undo: string;
  /** Whether statements can still be part of it. */
  readonly isOpen: () => boolean;
  readonly end: () => void;
  /** Gives its connection up, whose state is not known. */
  readonly spoil: () => void;
  /** Sends a statement as part of it, unless its request is over. */
  readonly send: <T>(make: (client: Connection["client"]) => Query<T>, watch: Watch) => Promise<T>;
  /** Sends a statement that opens or ends it, and answers its command tag. */
  readonly control: (text: string) => Promise<string>;
  /** Waits for statements that nobody waited for, and rejects with the first failure of any. */
  readonly settled: () => Promise<void>;
  /** A frame within it. */
  readonly savepoint: () => Frame;
}

/** Makes the frame of a transaction. */
export function transactionFrame(connection: Connection): Frame {
  let savepoints = 0;
  const nextName = (): string => `s${(savepoints += 1)}`;
  return frame({
    connection,
    open: "begin",
    keep: "commit",
    undo: "rollback",
    isOutside: () => true,
    nextName,
  });
}

interface FrameParts extends Pick<Frame, "open" | "keep" | "undo"> {
  readonly connection: Connection;
  /** Whether what it lies in is open. */
  readonly isOutside: () => boolean;
  readonly nextName: () => string;
}

function frame({ connection, isOutside, nextName, ...texts }: FrameParts): Frame {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let isEnded = false;
  const isOpen = (): boolean => !isEnded && isOutside();
  return {
    ...texts,
    isOpen,
    end() {
      isEnded = true;
    },
    spoil: connection.spoil,
    send(make, { signal, onStatement }) {
      const refusal = refusalOf(connection, signal);
      if (refusal !== undefined) {
        failure ??= { error: refusal };
        return Promise.reject(refusal);
      }
      onStatement?.();
      const sent = connection.settle(make(connection.client), signal);
      const done: Promise<void> = sent
        .then(
          () => undefined,
          (error: unknown) => void (failure ??= { error }),
        )
        .finally(() => running.delete(done));
      running.add(done);
      return sent;
    },
    async control(text) {
      if (connection.isBroken()) throw unavailable("the connection was lost");
      const { command } = await connection.settle(connection.client.unsafe(text), undefined);
      return command;
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
      if (failure !== undefined) throw failure.error;
    },
    savepoint() {
      const name = nextName();
      return frame({
        connection,
        open: `savepoint ${name}`,
        keep: `release savepoint ${name}`,
        undo: `rollback to savepoint ${name}; release savepoint ${name}`,
        isOutside: isOpen,
        nextName,
      });
    },
  };
}

function refusalOf(connection: Connection, signal: AbortSignal | undefined): LucentError | undefined {
  if (connection.isBroken()) return unavailable("the connection was lost");
  return signal?.aborted === true ? unavailable("the request was cancelled") : undefined;
}

const kept: ReadonlySet<string> = new Set(["COMMIT", "RELEASE"]);

/** Runs `work` inside a frame: keeps what it did, or undoes it when it throws. */
export async function runFrame<T>(current: Frame, work: () => Promise<T>): Promise<T> {
  await current.control(current.open);
  let result: T;
  try {
    result = await work();
    await current.settled();
  } catch (error) {
    current.end();
    await undo(current);
    throw error;
  }
  current.end();
  // Postgres answers COMMIT in a failed transaction with ROLLBACK, and not with an error.
  const tag = await current.control(current.keep);
  if (!kept.has(tag)) {
    throw new LucentError("INTERNAL", { cause: new TypeError("Postgres had given the transaction up") });
  }
  return result;
}

async function undo(current: Frame): Promise<void> {
  try {
    await current.control(current.undo);
  } catch {
    current.spoil();
  }
}
