import * as fc from "fast-check";
import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";

import { compare, type Pair, type Sequence, sequences } from "./two-world/compare.ts";
import { leaks } from "./two-world/leaks.ts";
import { type DrawnCollection, schema } from "./two-world/schema.ts";
import { type Leak, startWorld } from "./two-world/world.ts";

const sequencesPerSchema = 50;
// Where leaks are looked for: some need what a schema may not have, such as soft delete. The same each time.
const mostSchemas = 10;
const leakSeed = 1;
const schemas = process.env["LUCENT_LONG"] === "1" ? 400 : 4;
// Set LUCENT_SEED to the seed of a failed schema, and that schema is the first one.
const firstSeed = Number(process.env["LUCENT_SEED"] ?? Date.now() % 2 ** 31);

beforeEach(() => {
  // Timers stay as they are: the driver needs them.
  vi.useFakeTimers({ toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test(
  `T-ORA-19: ${schemas * sequencesPerSchema} sequences are answered alike in two worlds that differ in what may not be read`,
  async () => {
    let changes = 0;
    for (let at = 0; at < schemas; at += 1) {
      const found = await runSchema(firstSeed + at, { runs: sequencesPerSchema });
      changes += found.changes;
      if (found.report !== undefined) throw new Error(found.report);
    }
    // Otherwise there would be nothing to find.
    expect(changes).toBeGreaterThan(schemas * sequencesPerSchema);
  },
  schemas * 60_000,
);

test.each(leaks)(
  "the comparison finds $name",
  async ({ leak }) => {
    let report: string | undefined;
    for (let at = 0; at < mostSchemas && report === undefined; at += 1) {
      ({ report } = await runSchema(leakSeed + at, { runs: sequencesPerSchema, leak, isFirstEnough: true }));
    }
    expect(report).toContain("in one world, and");
  },
  mostSchemas * 20_000,
);

interface Run {
  readonly runs: number;
  readonly leak?: Leak;
  /** Whether the first difference will do as it is found. */
  readonly isFirstEnough?: boolean;
}

interface Outcome {
  /** In how many places the second worlds were otherwise. */
  readonly changes: number;
  /** What differed, if anything did. */
  readonly report: string | undefined;
}

/** One schema, in two databases, and many sequences one after the other. */
async function runSchema(seed: number, { leak = {}, ...run }: Run): Promise<Outcome> {
  const [drawn = []] = fc.sample(schema, { seed, numRuns: 1 });
  const server = inject("databaseUrl");
  const pair: Pair = [await startWorld(server, drawn, leak), await startWorld(server, drawn, leak)];
  try {
    return await runSequences(pair, drawn, { seed, ...run });
  } finally {
    await Promise.all(pair.map((world) => world.stop()));
  }
}

async function runSequences(
  pair: Pair,
  drawn: readonly DrawnCollection[],
  { seed, runs, isFirstEnough = false }: Run & { readonly seed: number },
): Promise<Outcome> {
  let changes = 0;
  const property = fc.asyncProperty(sequences(drawn), async (sequence: Sequence) => {
    changes += sequence.worlds.changes;
    await compare(pair, sequence);
  });
  const details = await fc.check(property, { seed, numRuns: runs, endOnFailure: isFirstEnough });
  if (!details.failed) return { changes, report: undefined };
  const difference = details.errorInstance instanceof Error ? details.errorInstance.message : "";
  return {
    changes,
    report: `LUCENT_SEED=${seed} repeats this.\n${difference}\n${fc.defaultReportMessage(details)}`,
  };
}
