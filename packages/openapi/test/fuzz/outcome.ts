import type { Exchange } from "./judge.ts";
import { curlLine } from "./parts.ts";
import type { Answered } from "./wire.ts";

/** What became of many requests. */
export interface Outcome {
  /** Each kind of fault once: what is wrong, how often, and the first request that showed it. */
  readonly faults: readonly string[];
  /** How many fitted the document. */
  readonly fitting: number;
  /** How many of those were a success. */
  readonly accepted: number;
  /** How many the document refused. */
  readonly misfitting: number;
  /** How often an operation was asked with a request that fits, and how often it was a success, by its name. */
  readonly operations: ReadonlyMap<string, Tally>;
  /** How often requests that fit were refused, by operation, code and what `errors` says. */
  readonly refusals: ReadonlyMap<string, number>;
}

/** Requests that fit, to one operation. */
export interface Tally {
  readonly fitting: number;
  readonly accepted: number;
}

/** Counts what becomes of requests. */
export class Tallies {
  readonly #faults = new Map<string, { count: number; readonly line: string }>();
  readonly #operations = new Map<string, Tally>();
  readonly #refusals = new Map<string, number>();
  #misfitting = 0;

  /** Something is wrong with an answer. */
  fault(fault: string, { request, answer }: Exchange): void {
    const known = this.#faults.get(fault);
    if (known !== undefined) known.count += 1;
    else {
      const line = `${curlLine(request)}\n    ${answer.status} ${answer.body.slice(0, 1_000)}`;
      this.#faults.set(fault, { count: 1, line });
    }
  }

  /** A request was answered. Of those that were spoilt it is not known what should become of them. */
  answered({ parts, answer, misfits }: Exchange, isSpoilt: boolean): void {
    if (misfits.length > 0) this.#misfitting += 1;
    if (misfits.length > 0 || isSpoilt) return;
    const name = `${parts.method} ${parts.described.template}`;
    const { fitting, accepted } = this.#operations.get(name) ?? { fitting: 0, accepted: 0 };
    const isAccepted = answer.status < 400;
    this.#operations.set(name, { fitting: fitting + 1, accepted: accepted + (isAccepted ? 1 : 0) });
    if (isAccepted) return;
    const reason = `${name} ${reasonOf(answer)}`;
    this.#refusals.set(reason, (this.#refusals.get(reason) ?? 0) + 1);
  }

  outcome(): Outcome {
    const tallies = [...this.#operations.values()];
    return {
      faults: [...this.#faults].map(([fault, { count, line }]) => `${fault} (${count} times)\n    ${line}`),
      fitting: tallies.reduce((sum, { fitting }) => sum + fitting, 0),
      accepted: tallies.reduce((sum, { accepted }) => sum + accepted, 0),
      misfitting: this.#misfitting,
      operations: this.#operations,
      refusals: this.#refusals,
    };
  }
}

function reasonOf({ status, body }: Answered): string {
  if (body === "") return `${status} without a body`;
  const { code, errors = [] } = JSON.parse(body) as {
    readonly code: string;
    readonly errors?: readonly { readonly path: string; readonly rule: string }[];
  };
  return [
    String(status),
    code,
    ...errors.map(({ path, rule }) => `${path.replaceAll(/\d+/g, "N")}:${rule}`),
  ].join(" ");
}
