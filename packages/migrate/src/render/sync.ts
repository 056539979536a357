import type { Column } from "@lucent/core";

import { identifier, literal } from "../quote.ts";
import { isTemporaryName, syncName } from "../temporary.ts";
import type { Context } from "./context.ts";
import { defaultSql } from "./ddl.ts";

/** Two columns of a table that a trigger keeps equal. */
export interface Sync {
  readonly table: string;
  readonly column: Column;
  readonly old: string;
  readonly next: string;
}

/**
 * A trigger that keeps both names of a column equal, whichever of them is written: of an insert the one that is given,
 * of an update the one that changed. Both columns have the same default, so that what differs from it was given; a
 * default that is another one each time stays with the old column alone.
 */
export function renameSync(sync: Sync, context: Context): readonly string[] {
  const [next, old] = [identifier(sync.next), identifier(sync.old)];
  const { default: fallback, type } = sync.column;
  const absent = isSteady(fallback) ? `(${defaultSql(fallback)})::${type}` : "null";
  return trigger(
    sync,
    [
      "begin",
      "  if tg_op = 'INSERT' then",
      `    if new.${next} is distinct from ${absent} then`,
      `      new.${old} := new.${next};`,
      "    else",
      `      new.${next} := new.${old};`,
      "    end if;",
      `  elsif new.${next} is distinct from old.${next} then`,
      `    new.${old} := new.${next};`,
      `  elsif new.${old} is distinct from old.${old} then`,
      `    new.${next} := new.${old};`,
      "  end if;",
      "  return new;",
      "end",
    ],
    context,
  );
}

/** Whether each row of a statement gets the same default. */
export function isSteady(fallback: Column["default"]): fallback is NonNullable<Column["default"]> {
  return fallback !== undefined && !("call" in fallback && fallback.call === "gen_random_uuid");
}

/**
 * A trigger that writes the column of the new type from the old one. A value that has no counterpart leaves it null:
 * the release that writes the old type must not fail, and `contract` finds the row.
 * @param value The new value, over the old column's quoted name.
 */
export function typeSync(sync: Sync, value: string, context: Context): readonly string[] {
  const [next, old] = [identifier(sync.next), identifier(sync.old)];
  return trigger(
    sync,
    [
      "begin",
      "  begin",
      `    new.${next} := (select ${value} from (select new.${old} as ${old}) as t);`,
      "  exception when others then",
      `    new.${next} := null;`,
      "  end;",
      "  return new;",
      "end",
    ],
    context,
  );
}

function trigger({ table, column }: Sync, body: readonly string[], context: Context): readonly string[] {
  const name = syncName(table, column.name);
  const run = `${context.qualified(name)}()`;
  return [
    // One of that name can only be left from a table that somebody else dropped.
    `create or replace function ${run} returns trigger language plpgsql set search_path = pg_catalog as ${literal(body.join("\n"))}`,
    `create trigger ${identifier(name)} before insert or update on ${context.qualified(table)} for each row execute function ${run}`,
  ];
}

/** Takes the functions of a table's triggers away, which stay behind when it is dropped. */
export function dropSyncFunctions(table: string, context: Context): readonly string[] {
  return [...context.managed(table)].toSorted().flatMap((mark) => {
    const [kind, old = "", next = ""] = mark.split(" ");
    if (kind !== "expand") return [];
    const name = syncName(table, isTemporaryName(next) ? old : next);
    return [`drop function if exists ${context.qualified(name)}()`];
  });
}

/** Takes the trigger away. */
export function dropSync(
  { table, column }: Pick<Sync, "table" | "column">,
  context: Context,
): readonly string[] {
  const name = syncName(table, column.name);
  return [
    `drop trigger ${identifier(name)} on ${context.qualified(table)}`,
    `drop function ${context.qualified(name)}()`,
  ];
}
