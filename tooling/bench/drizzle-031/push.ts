import { pushSchema } from "drizzle-kit/api";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import {
  type AnyPgColumn,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  type PgTable,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { Pool } from "pg";

const [, , connectionString = "", count = "0", pushes = "1"] = process.argv;

const columns = {
  id: uuid("id").primaryKey(),
  title: text("title").notNull(),
  slug: text("slug").notNull(),
  body: text("body"),
  status: text("status").notNull().default("draft"),
  rating: doublePrecision("rating"),
  visits: integer("visits").notNull().default(0),
  open: boolean("open").notNull().default(false),
  parent: uuid("parent"),
  createdAt: timestamp("created_at", { precision: 3, withTimezone: true }).notNull().defaultNow(),
};

// The tables of ../migrate-tables.ts, as drizzle spells them.
const ids = new Map<string, AnyPgColumn>();
const tables = Object.fromEntries(
  Array.from({ length: Number(count) }, (_, at) => [
    `bench_${at}`,
    benchTable(`bench_${at}`, `bench_${Math.floor(at / 10)}`),
  ]),
);

function benchTable(name: string, parent: string): PgTable {
  const table = pgTable(name, columns, (self) => [
    uniqueIndex(`${name}_slug_idx`).on(self.slug),
    index(`${name}_parent_idx`).on(self.parent, self.id.desc().nullsFirst()),
    check(`${name}_status_check`, sql`${self.status} in ('draft', 'published')`),
    foreignKey({
      name: `${name}_parent_fkey`,
      columns: [self.parent],
      foreignColumns: [ids.get(parent) ?? self.id],
    }).onDelete("set null"),
  ]);
  ids.set(name, table.id);
  return table;
}

const pool = new Pool({ connectionString, max: 10 });
const database = drizzle(pool);
const times: number[] = [];
let statements = 0;
for (let left = Number(pushes); left > 0; left -= 1) {
  const started = performance.now();
  ({
    statementsToExecute: { length: statements },
  } = await pushSchema(tables, database, ["public"], ["bench_*"]));
  times.push(performance.now() - started);
}
await pool.end();
process.stdout.write(`\npushed 0.31.10 ${statements} ${times.map((each) => each.toFixed(1)).join(" ")}\n`);
