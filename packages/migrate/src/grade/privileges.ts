import type { Change } from "../model/change.ts";
import type { Refusal } from "../model/refusal.ts";
import { identifier, literal } from "../quote.ts";
import type { Context } from "./context.ts";
import { needsValues } from "./required.ts";

/** Changes whose verdict depends on rows. */
const asking: readonly Change["kind"][] = [
  "fillColumn",
  "changeType",
  "setNotNull",
  "createIndex",
  "replaceIndex",
  "addCheck",
  "replaceCheck",
  "addForeignKey",
  "replaceForeignKey",
  "validate",
  "fillLinks",
  "orphanColumn",
  "orphanTable",
  "expand",
  "contract",
  "refuse",
];

/**
 * Tables whose rows can't be counted, because a policy hides some or the role may not read them, and tables that may not
 * be referred to. To be asked first: a question to such rows would fail, and fail everything after it.
 */
export async function privileges(context: Context): Promise<readonly Refusal[]> {
  const { live, runner } = context;
  const tables = askedTables(context);
  if (tables.size === 0) return [];
  const named = [...tables].map((name) => `(${literal(name)})`).join(", ");
  const text = `select w.name, pg_catalog.row_security_active(c.oid),
      pg_catalog.has_table_privilege(c.oid, 'select'), pg_catalog.has_table_privilege(c.oid, 'references')
    from (values ${named}) as w(name)
    join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(${literal(`${identifier(live.schema)}.`)} || pg_catalog.quote_ident(w.name))
    order by 1`;
  const referred = new Set(referredTables(context));
  const rows = await runner.run({ text, values: [] });
  return rows.flatMap(([name, isHidden, mayRead, mayRefer]) => {
    const table = String(name);
    return [
      ...(isHidden === true ? [hidden(table)] : []),
      ...(mayRead === true ? [] : [missing(table, "SELECT")]),
      ...(mayRefer === true || !referred.has(table) ? [] : [missing(table, "REFERENCES")]),
    ];
  });
}

function askedTables(context: Context): ReadonlySet<string> {
  const { changes, names } = context.difference;
  const found = changes
    .filter(
      (change) => asking.includes(change.kind) || (change.kind === "addColumn" && needsValues(change.column)),
    )
    .flatMap((change) => [
      ...("table" in change ? [names.table(change.table.name)] : []),
      ...("owner" in change ? [names.table(change.owner.name)] : []),
      ...(change.kind === "orphanTable" ? [change.name] : []),
      ...(change.kind === "refuse" ? [change.count?.table] : []),
    ]);
  return new Set([...found, ...referredTables(context)].filter((name) => name !== undefined));
}

function referredTables({ difference: { changes, names } }: Context): readonly string[] {
  return changes
    .flatMap((change) => {
      if ("foreignKey" in change) return [change.foreignKey.references];
      if (change.kind === "createTable" || change.kind === "fillLinks")
        return change.table.foreignKeys.map(({ references }) => references);
      return [];
    })
    .map((name) => names.table(name))
    .filter((name) => name !== undefined);
}

function hidden(table: string): Refusal {
  return {
    code: "NO_PRIVILEGE",
    object: table,
    message: `A policy hides rows of "${table}" from the role, so that they can't be counted.`,
    ways: ["Connect as a role with BYPASSRLS.", `Take FORCE ROW LEVEL SECURITY from "${table}".`],
  };
}

function missing(table: string, right: "SELECT" | "REFERENCES"): Refusal {
  return {
    code: "NO_PRIVILEGE",
    object: table,
    message: `The role lacks the privilege ${right} on "${table}", which the changes need.`,
    ways: [`Grant ${right} on "${table}" to the role.`],
  };
}
