import { isLucentError } from "@lucent/core";

import type { Outcome } from "../model/outcome.ts";
import type { Step } from "../model/step.ts";
import { codeOf } from "./code.ts";

/** An outcome that ends a run before its plan is done. */
export type Ended = Extract<Outcome, { readonly kind: "failed" | "locked" }>;

/** Codes of a table in use: by waiting for too long, and by waiting for each other. */
const busy: ReadonlySet<string> = new Set(["55P03", "40P01"]);

const meanings: ReadonlyMap<string, string> = new Map([
  ["22001", "a value is too long"],
  ["22003", "a number is too large"],
  ["22P02", "a value is not of the type"],
  ["23502", "a row has no value"],
  ["23503", "a row refers to one that is not there"],
  ["23505", "two rows have the same value"],
  ["23514", "a row has a value that the check refuses"],
  ["25006", "the database is read-only"],
  ["25P01", "the connection was lost in between"],
  ["28P01", "the user or the password is wrong"],
  ["2BP01", "another object depends on it"],
  ["3D000", "there is no such database"],
  ["3F000", "there is no such schema"],
  ["40P01", "two sessions waited for each other"],
  ["42501", "the role may not do that"],
  ["42701", "there is a column of that name"],
  ["42P07", "there is a relation of that name"],
  ["53100", "the disk is full"],
  ["53200", "the server ran out of memory or of locks"],
  ["53300", "the server has no connection left"],
  ["54000", "a value is too long for the index"],
  ["54011", "the table has had too many columns"],
  ["55P03", "another session uses the table"],
  ["57014", "it was cancelled, or took longer than it may"],
  ["57P01", "the connection was ended by the server"],
  ["57P03", "the server is starting up"],
  ["CONNECTION_CLOSED", "the connection was lost"],
  ["ECONNREFUSED", "nothing listens there"],
  ["ECONNRESET", "the connection was lost"],
  ["ENOTFOUND", "there is no such host"],
]);

/** Whether a failure only says that a table is in use: the same may go well later. */
export function isBusy(error: unknown): boolean {
  return busy.has(codeOf(error));
}

/** The code with its meaning in a few words, where it has one that is worth saying. */
export function explained(error: unknown): string {
  const code = codeOf(error);
  const meaning = meanings.get(code);
  return meaning === undefined ? code : `${code}: ${meaning}`;
}

/** Whether the server said that it did not do a statement; otherwise the connection was lost and nobody knows. */
export function isAnswer(error: unknown): boolean {
  const code = codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) && !/^(?:08|57P)/.test(code) && code !== "EPIPE";
}

const mostNames = 10;

/** What a run that did not reach its end leaves, by the titles of what it did, as the end of its reason. */
export function kept(titles: readonly string[]): string {
  if (titles.length === 0) return "nothing was changed.";
  const more = titles.length > mostNames ? [`and ${titles.length - mostNames} more`] : [];
  return `what was done before stays: ${[...titles.slice(0, mostNames), ...more].join("; ")}.`;
}

/**
 * The outcome for a failure.
 * @param where What was being done, such as `at "add column …"`.
 * @throws whatever is no failure of the database: a defect.
 */
export function failure(error: unknown, where: string, done: readonly Step[] = []): Ended {
  if (!isLucentError(error)) throw error;
  const stays = kept(done.map(({ title }) => title));
  if (isBusy(error)) {
    const reason = `Another session uses a table that is needed ${where}; ${stays} Run again when it is free.`;
    return { kind: "locked", reason, done };
  }
  return { kind: "failed", reason: `Failed ${where} (${explained(error)}); ${stays}`, done };
}
