import { randomUUID } from "node:crypto";

import type { Transaction } from "@lucent/core";

import { tableIn } from "../apply/history.ts";
import type { Session } from "../apply/session.ts";
import { migrations } from "../bookkeeping.ts";
import { sha256 } from "../hash.ts";
import { literal } from "../quote.ts";
import { type Cursors, readCursors, writeCursors } from "./cursors.ts";

/** The row of one data migration. */
export interface DataRecord {
  /** Writes down that it runs. Answers where its batches go on. */
  readonly begin: () => Promise<Cursors>;
  /**
   * Stores where its batches go on, in the transaction of a step.
   * @throws TypeError when another process stored something else meanwhile: the step must be undone.
   */
  readonly store: (tx: Transaction, before: Cursors, after: Cursors) => Promise<void>;
  /** Writes down how it ended. */
  readonly finish: (outcome: "done" | "failed") => Promise<void>;
}

interface RecordWorld {
  readonly session: Session;
  readonly schema: string;
  readonly production: boolean;
}

/** Keeps the row of one data migration. */
export function record(name: string, { session, schema, production }: RecordWorld): DataRecord {
  const table = tableIn(schema, migrations.name);
  let id: string = randomUUID();
  return {
    async begin() {
      const [[known, cursor] = []] = await session.run({
        text: `select id::text, cursor from ${table}
          where kind = 'data' and name = $1 and outcome <> 'done' order by started_at desc limit 1`,
        values: [name],
      });
      if (typeof known !== "string") {
        await session.run({
          text: `insert into ${table} (id, kind, name, hash, outcome, production)
            values ($1::uuid, 'data', $2, $3, 'running', $4)`,
          values: [id, name, sha256(name), production],
        });
        return new Map();
      }
      id = known;
      const text = `update ${table} set outcome = 'running', finished_at = null where id = $1::uuid`;
      await session.run({ text, values: [id] });
      return readCursors(cursor);
    },
    async store(tx, before, after) {
      const [stored] = await tx.run({
        text: `update ${table} set cursor = $2::text
          where id = $1::uuid and outcome = 'running' and cursor is not distinct from $3::text returning 1`,
        values: [id, writeCursors(after), before.size === 0 ? null : writeCursors(before)],
      });
      if (stored === undefined) throw new TypeError("another process runs the same data migration");
    },
    async finish(outcome) {
      await session.finish(`update ${table}
        set outcome = ${literal(outcome)}, finished_at = pg_catalog.now() where id = ${literal(id)}`);
    },
  };
}
