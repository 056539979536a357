import type { Undisturbed } from "./undisturbed.ts";

/** Whether every message is to be struck, and not a choice of them. */
export const isLong: boolean = process.env["LUCENT_LONG"] === "1";

/** How long a test may take, in milliseconds. */
export const slowest: number = isLong ? 7_200_000 : 240_000;

/**
 * Every place of a run: in front of each message, and behind the last one. Of the questions of a snapshot, which are all
 * the same to who is killed, the first one stands for all.
 */
export function allPlaces({ messages }: Undisturbed): readonly number[] {
  let isReading = false;
  const places = messages.flatMap((text, at) => {
    const wasReading = isReading && messages[at - 1]?.startsWith(snapshot) === false;
    isReading = text.startsWith(snapshot) || (isReading && text !== "rollback");
    return isReading && wasReading ? [] : [at];
  });
  return [...places, messages.length];
}

const snapshot = "begin isolation level repeatable read read only";

const writes = /^(?:insert|update|delete|set lock_timeout)\b.*\blucent_(?:managed|migration)/s;

/**
 * In front of all that commits or writes down what was done, of what is done outside a transaction, and behind the last
 * message. Anywhere else a transaction is open, or nothing has happened since.
 */
export function stepPlaces({ messages }: Undisturbed): readonly number[] {
  const lasting = messages.flatMap((text, at) =>
    text === "commit" || writes.test(text) || /^(?:create|drop) .*\bconcurrently\b/.test(text) ? [at] : [],
  );
  return [...lasting, messages.length];
}

/** The place of the first message that begins so. */
export function placeOf({ messages }: Undisturbed, beginning: string): number {
  const at = messages.findIndex((text) => text.startsWith(beginning));
  if (at === -1) throw new TypeError(`no message begins with ${beginning}`);
  return at;
}
