import { endings, type State } from "./model.ts";
import type { Operation, Outcome } from "./operation.ts";

/** An operation and what came of it. */
export interface Event {
  readonly operation: Operation;
  readonly outcome: Outcome;
}

/**
 * The states to which operations at the same time may have led, with these outcomes: some order of them must explain all
 * (linearizability). Empty where none does.
 */
export function explanations(
  state: State,
  events: readonly Event[],
  isAlone = events.length === 1,
): readonly State[] {
  if (events.length === 0) return [state];
  return events.flatMap(({ operation, outcome }, at) => {
    const rest = events.toSpliced(at, 1);
    return endings(state, operation, { started: outcome, isAlone })
      .filter((ending) => ending.outcome === outcome)
      .flatMap((ending) => explanations(ending.state, rest, isAlone));
  });
}
