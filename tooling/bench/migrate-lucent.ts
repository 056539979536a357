import { openDatabase, type Table } from "@lucent/core";

// oxlint-disable-next-line no-restricted-imports -- the bench times one stage, which the package does not export
import { apply } from "../../packages/migrate/src/apply.ts";
// oxlint-disable-next-line no-restricted-imports -- as above
import { desiredSchema } from "../../packages/migrate/src/desired.ts";
// oxlint-disable-next-line no-restricted-imports -- as above
import { noDecisions } from "../../packages/migrate/src/model/decisions.ts";
// oxlint-disable-next-line no-restricted-imports -- as above
import { makePlan } from "../../packages/migrate/src/plan.ts";

/** Migrates one database over and over. */
export interface Migrator {
  /** Makes what is missing; answers the seconds that it took. */
  create(): Promise<number>;
  /**
   * Plans over a connection of its own; answers the statements that it sent.
   * @param groups How many there have to be in the plan. Default 0: there is nothing to do.
   */
  plan(groups?: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens a database that is to have these tables. */
export function migrator(url: string, tables: readonly Table[]): Migrator {
  const { database, close } = openDatabase({ collections: [], database: { url } }, {});
  const request = { desired: desiredSchema({ tables }), decisions: noDecisions };
  return {
    async create() {
      const started = performance.now();
      const options = { dryRun: false, waitMs: 60_000 };
      const outcome = await apply(database, { ...request, data: [], production: false }, options);
      if (outcome.kind !== "applied") throw new TypeError(`creating the tables: ${outcome.kind}`);
      return (performance.now() - started) / 1_000;
    },
    plan: (expected = 0) =>
      database.session(async (session) => {
        let statements = 0;
        const runner = {
          run(statement: Parameters<typeof session.run>[0]) {
            statements += 1;
            return session.run(statement);
          },
        };
        const { groups, refusals } = await makePlan(runner, request);
        const found = groups.length + refusals.length;
        if (found !== expected)
          throw new TypeError(`a plan has ${found} groups and refusals, not ${expected}`);
        return statements;
      }),
    close,
  };
}
