import { literal } from "../quote.ts";
import type { Context } from "./context.ts";

/** A table or a column that gets another name. */
interface Renamed {
  readonly from: string;
  readonly words: string;
}

/**
 * Names the functions whose body has the old name of something in it: the server follows a rename in views, checks and
 * policies, but does not look into functions. One sentence for each such rename.
 */
export async function functionWarnings({ difference, runner }: Context): Promise<readonly string[]> {
  const renamed = difference.changes.flatMap((change): readonly Renamed[] => {
    if (change.kind === "renameTable") return [{ from: change.from, words: `"${change.from}"` }];
    if (change.kind !== "renameColumn") return [];
    return [{ from: change.from, words: `"${change.table.name}"."${change.from}"` }];
  });
  if (renamed.length === 0) return [];
  const names = renamed.map(({ from }, at) => `(${at}, ${literal(from)})`).join(", ");
  const rows = await runner.run({
    text: `select w.at, pg_catalog.string_agg(distinct n.nspname || '.' || p.proname, ', ')
      from (values ${names}) as w(at, name)
      join pg_catalog.pg_proc p on p.prosrc ~ ('\\m' || w.name || '\\M')
      join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname not in ('c', 'internal')
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and p.proname !~ '^lucent_sync_'
        and not exists (select from pg_catalog.pg_depend d
          where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
      group by w.at order by w.at`,
    values: [],
  });
  return rows.map(([at, functions]) => {
    const words = renamed[Number(at)]?.words ?? "";
    return `${words} gets another name, and these functions have the old one in their body, which stays as it is: ${String(functions)}.`;
  });
}
