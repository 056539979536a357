import type { Match } from "./match.ts";
import { isOurIndex } from "./pairing.ts";

/** Says which indexes of somebody else's were never finished: they cost writes and serve no question. Nothing is done. */
export function invalidIndexes(match: Match): readonly string[] {
  const { table, indexes } = match;
  return indexes
    .filter(({ name, valid }) => !valid && !isOurIndex(match, name))
    .map(
      ({ name }) =>
        `The index "${name}" of "${table.name}" is not valid, and migrate did not make it: it was left by a build or a REINDEX that was cut off. Drop it, or build it again.`,
    );
}
