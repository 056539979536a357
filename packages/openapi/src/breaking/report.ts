import type { Node } from "./tree.ts";

/** Which way a value goes: what a client sends may not get harder to send, what it gets may not hold anything new. */
export type Direction = "request" | "answer";

/** One schema as it was and as it is. */
export interface Pair {
  readonly old: Node;
  readonly now: Node;
}

/** Collects what breaks clients. What several operations share is said once. */
export interface Report {
  /** Says a sentence about a place. */
  say(node: Node, sentence: string): void;
  /** Whether these two schemas are met for the first time: they may lead back to themselves. */
  meets(pair: Pair, direction: Direction): boolean;
  /**
   * Whether `compare` finds nothing to say, which is found out once for each pair. What is being compared already is taken
   * as fine: it is reported where it is compared.
   */
  isFine(pair: Pair, direction: Direction, compare: (attempt: Report) => void): boolean;
  /** Whether only the first sentence counts. */
  readonly isAttempt: boolean;
  sentences(): readonly string[];
}

/** Makes an empty report. */
export function newReport(): Report {
  return reportOn({ isMet: () => false, broken: new Set() }, false).report;
}

interface Known {
  readonly isMet: (key: string) => boolean;
  /** Pairs with something to say, of every attempt. */
  readonly broken: Set<string>;
}

function reportOn(known: Known, isAttempt: boolean): { readonly report: Report; readonly met: Set<string> } {
  const said = new Set<string>();
  const met = new Set<string>();
  const isMet: Known["isMet"] = (key) => met.has(key) || known.isMet(key);
  const report: Report = {
    say: ({ pointer }, sentence) => void said.add(`${pointer}: ${sentence}`),
    meets(pair, direction) {
      if (isAttempt && said.size > 0) return false;
      const key = keyOf(pair, direction);
      if (isMet(key)) return false;
      met.add(key);
      return true;
    },
    isFine(pair, direction, compare) {
      const key = keyOf(pair, direction);
      if (known.broken.has(key)) return false;
      const attempt = reportOn({ ...known, isMet }, true);
      compare(attempt.report);
      if (attempt.report.sentences().length > 0) {
        known.broken.add(key);
        return false;
      }
      for (const each of attempt.met) met.add(each);
      return true;
    },
    isAttempt,
    sentences: () => [...said],
  };
  return { report, met };
}

function keyOf({ old, now }: Pair, direction: Direction): string {
  return JSON.stringify([old.pointer, now.pointer, direction]);
}
