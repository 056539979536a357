import type { Runner } from "@lucent/core";

import { literal } from "../quote.ts";

/** Rows for which an expression is tried. */
export interface Attempt {
  /** The table, qualified. */
  readonly relation: string;
  /** The expression, over the table's columns by their bare names. */
  readonly expression: string;
  /** The one column that the expression may name, in quotes; by default it may name them all. */
  readonly only?: string;
  /** SQL of what tells a row, as a text; or `null`. */
  readonly key: string;
}

/** For which rows the expression fails. */
export interface Failures {
  /** Exact up to `attemptLimit`. */
  readonly count: number;
  readonly samples: readonly string[];
  /**
   * SQLSTATE of an expression that is wrong in itself, whatever the row; or `"query"` for one that asks other rows, which
   * a select takes, but no change of type, no trigger and no check.
   */
  readonly broken: string | undefined;
}

/** Failing rows that are counted exactly: each costs a subtransaction. */
const attemptLimit = 10_000;

/**
 * Evaluates an expression for each row of a table, and changes nothing. A failure of a plain select would end the
 * transaction, and not say which row it was; the answer comes out of a block in a setting of the transaction, which no
 * other session sees. No value and no message of the server leaves the block.
 */
export async function failuresOf(runner: Runner, attempt: Attempt): Promise<Failures> {
  await runner.run({ text: `do ${literal(block(attempt))}`, values: [] });
  const [[answer] = []] = await runner.run({
    text: "select pg_catalog.current_setting('lucent.attempts')",
    values: [],
  });
  const [count = "", broken = "", ...samples] = String(answer).split(" ");
  return { count: Number(count), samples, broken: broken === "-" ? undefined : broken };
}

/** Under a name that nobody writes into an expression: the statement that it is meant for knows none either. */
function rowsOf({
  relation,
  only,
}: Pick<Attempt, "relation"> & { readonly only: string | undefined }): string {
  const rows = only === undefined ? relation : `(select ctid, ${only} from ${relation})`;
  return `${rows} as lucent_rows`;
}

function block({ relation, expression, key, only }: Attempt): string {
  const all = `select pg_catalog.count(${expression}) from ${rowsOf({ relation, only })}`;
  const one = `select ${expression} from ${rowsOf({ relation, only })} where lucent_rows.ctid = $1`;
  return `
declare
  attempt_row record;
  attempt_failed bigint := 0;
  attempt_keys text := '';
  attempt_state text := '-';
  attempt_plan json;
begin
  begin
    execute ${literal(all)};
    execute ${literal(`explain (format json, costs off) ${all}`)} into attempt_plan;
    if attempt_plan::text ~ '"(Init|Sub)Plan"' then
      attempt_state := 'query';
    end if;
  exception when others then
    if sqlstate like '42%' or sqlstate like '0A%' or sqlstate like '25%' then
      attempt_state := sqlstate;
    else
      for attempt_row in select r.ctid as place, ${key} as key from ${relation} as r loop
        begin
          execute ${literal(one)} using attempt_row.place;
        exception when others then
          attempt_failed := attempt_failed + 1;
          if attempt_failed <= 3 and attempt_row.key is not null then
            attempt_keys := attempt_keys || ' ' || attempt_row.key;
          end if;
          exit when attempt_failed >= ${attemptLimit};
        end;
      end loop;
      if attempt_failed = 0 then
        attempt_state := sqlstate;
      end if;
    end if;
  end;
  perform pg_catalog.set_config('lucent.attempts', attempt_failed || ' ' || attempt_state || attempt_keys, true);
end`;
}
