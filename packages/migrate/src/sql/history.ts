import type { Row, Runner } from "@lucent/core";

import { identifier, literal } from "../quote.ts";

/** The schema that a run works in, and where to ask. Unqualified names would lead elsewhere in a session of ours. */
export interface Place {
  readonly runner: Runner;
  readonly schema: string;
}

/** One run, as it was written down. */
export interface HistoryRun {
  /** "plan", "data", "file" or "baseline". */
  readonly kind: string;
  readonly name: string | undefined;
  readonly outcome: string;
  readonly production: boolean;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** A file that was begun or applied. */
export interface HistoryFile {
  readonly name: string;
  readonly hash: string;
  readonly isDone: boolean;
  /** Hashes of those of its steps that are done. */
  readonly steps: ReadonlySet<string>;
}

/** Whether a production process ever migrated this database; `false` where nobody wrote anything down. */
export async function wasMigratedInProduction(place: Place): Promise<boolean> {
  if (!(await hasTable(place, "lucent_migrations"))) return false;
  const [[found] = []] = await place.runner.run({
    text: `select exists (select from ${table(place, "lucent_migrations")} where production)`,
    values: [],
  });
  return found === true;
}

/** The last runs, newest first. */
export async function lastRuns(place: Place, limit: number): Promise<readonly HistoryRun[]> {
  if (!(await hasTable(place, "lucent_migrations"))) return [];
  const rows = await place.runner.run({
    text: `select kind, name, outcome, production,
        pg_catalog.to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      from ${table(place, "lucent_migrations")} order by started_at desc, id limit $1`,
    values: [limit],
  });
  return rows.map(([kind, name, outcome, production, startedAt]) => ({
    kind: String(kind),
    name: typeof name === "string" ? name : undefined,
    outcome: String(outcome),
    production: production === true,
    startedAt: String(startedAt),
  }));
}

/** Hash of the tables that the last finished run led to. */
export async function lastConfiguration(place: Place): Promise<string | undefined> {
  if (!(await hasTable(place, "lucent_migrations"))) return undefined;
  const [[configuration] = []] = await place.runner.run({
    text: `select configuration from ${table(place, "lucent_migrations")}
      where outcome = 'done' and kind <> 'baseline' and configuration is not null order by started_at desc, id limit 1`,
    values: [],
  });
  return typeof configuration === "string" ? configuration : undefined;
}

/** The names of the tables that migrate made or adopted, its own among them. */
export async function managedTables(place: Place): Promise<readonly string[]> {
  if (!(await hasTable(place, "lucent_managed"))) return [];
  const rows = await place.runner.run({
    text: `select id from ${table(place, "lucent_managed")} order by id`,
    values: [],
  });
  return rows.map(([name]) => String(name));
}

/** Every file that was begun, once for each content that it had. */
export async function recordedFiles(place: Place): Promise<readonly HistoryFile[]> {
  if (!(await hasTable(place, "lucent_migrations"))) return [];
  const rows = await place.runner.run({
    text: `select m.name, m.hash, pg_catalog.bool_or(m.outcome = 'done'),
        pg_catalog.array_to_string(pg_catalog.array_agg(distinct s.hash) filter (where s.outcome = 'done'), ' ')
      from ${table(place, "lucent_migrations")} m
        left join ${table(place, "lucent_migration_steps")} s on s.migration = m.id
      where m.kind = 'file' and m.name is not null group by m.name, m.hash order by m.name, m.hash`,
    values: [],
  });
  return rows.map(fileOf);
}

function fileOf([name, hash, isDone, steps]: Row): HistoryFile {
  const hashes = typeof steps === "string" && steps !== "" ? steps.split(" ") : [];
  return { name: String(name), hash: String(hash), isDone: isDone === true, steps: new Set(hashes) };
}

/** The version of the server, such as 180004. */
export async function serverVersion(runner: Runner): Promise<number> {
  const [[version] = []] = await runner.run({
    text: "select pg_catalog.current_setting('server_version_num')::integer",
    values: [],
  });
  return Number(version);
}

async function hasTable({ runner, schema }: Place, name: string): Promise<boolean> {
  const [[found] = []] = await runner.run({
    text: `select exists (select from pg_catalog.pg_class c
      where c.relname = ${literal(name)} and c.relkind = 'r'
        and c.relnamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = ${literal(schema)}))`,
    values: [],
  });
  return found === true;
}

function table({ schema }: Place, name: string): string {
  return `${identifier(schema)}.${identifier(name)}`;
}

/** Those of these indexes that are unfinished and written down as ours: what an interrupted build left. */
export async function unfinishedIndexes(place: Place, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const rows = await place.runner.run({
    text: `select c.relname::text from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_class t on t.oid = i.indrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = ${literal(place.schema)}
        join ${table(place, "lucent_managed")} m on m.id = t.relname
      where not i.indisvalid and c.relname in (${names.map(literal).join(", ")})
        and 'index ' || c.relname = any (m.objects)`,
    values: [],
  });
  return rows.map(([name]) => String(name));
}

/** Removes an unfinished index without keeping others from the table. */
export function dropUnfinished(schema: string, index: string): string {
  return `drop index concurrently ${identifier(schema)}.${identifier(index)}`;
}
