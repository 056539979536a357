import type { Table } from "@lucent/core";

import { delayed } from "./delayed.ts";
import { median, print, spread, timed } from "./measure.ts";
import { analyze, freshDatabase } from "./migrate-database.ts";
import { migrator } from "./migrate-lucent.ts";
import { benchTables } from "./migrate-tables.ts";

const many = 1_000;
const roundTripMs = 20;

/** R02: plans with nothing to do while each round trip takes as long as to another data centre. */
export async function planFarAway(server: string, runs: number): Promise<void> {
  const url = await freshDatabase(server, "bench_migrate_far");
  const near = migrator(url, benchTables(many));
  await near.create();
  await near.close();
  await analyze(url);
  const line = await delayed(url, roundTripMs);
  const far = migrator(line.url, benchTables(many));
  try {
    const times = await repeated(runs, () => far.plan());
    print(`R02 ${many} tables, ${roundTripMs} ms a round trip: plan ${spread(times)}`);
  } finally {
    await far.close();
    await line.stop();
  }
}

/** R03: one column more in one of many tables. */
export async function addOneColumn(server: string, runs: number): Promise<void> {
  const url = await freshDatabase(server, "bench_migrate_more");
  let tables = benchTables(many);
  const first = migrator(url, tables);
  await first.create();
  await analyze(url);
  const idle = await repeated(runs, () => first.plan());
  await first.close();
  const planned: number[] = [];
  const applied: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    tables = tables.map((table, at) => (at === 0 ? withColumn(table, `more_${run}`) : table));
    const next = migrator(url, tables);
    planned.push(await timed(() => next.plan(1)));
    applied.push(await timed(() => next.create()));
    await next.close();
  }
  print(`R03 one column more in ${many} tables: plan ${spread(planned)}, apply ${spread(applied)}`);
  print(`  a plan takes ${(median(planned) - median(idle)).toFixed(0)} ms more than with nothing to do`);
}

/** R04: nothing to do in one table of very many columns and indexes. */
export async function planOneWideTable(server: string, runs: number): Promise<void> {
  const url = await freshDatabase(server, "bench_migrate_wide");
  const [table] = benchTables(1);
  if (table === undefined) throw new TypeError("there is no table");
  const names = Array.from({ length: 1_490 }, (_, at) => `wide_${at}`);
  const wide = names.reduce(withColumn, {
    ...table,
    indexes: names.slice(0, 198).map((name) => ({
      name: `bench_${name}_idx`,
      columns: [{ name, descending: false }],
      unique: false,
    })),
  });
  const lucent = migrator(url, [wide]);
  try {
    await lucent.create();
    await analyze(url);
    const times = await repeated(runs, () => lucent.plan());
    print(
      `R04 one table of ${wide.columns.length} columns and ${wide.indexes.length} indexes: plan ${spread(times)}`,
    );
  } finally {
    await lucent.close();
  }
}

function withColumn(table: Table, name: string): Table {
  return { ...table, columns: [...table.columns, { name, type: "text", nullable: true }] };
}

async function repeated(runs: number, work: () => Promise<unknown>): Promise<readonly number[]> {
  await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) times.push(await timed(work));
  return times;
}
