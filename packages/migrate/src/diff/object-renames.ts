import type { Change } from "../model/change.ts";
import { waitingName } from "../temporary.ts";
import type { Match } from "./match.ts";
import { changing, type Pairing } from "./pairing.ts";
import { inOrder } from "./renames.ts";

type RenameObject = Extract<Change, { readonly kind: "renameObject" }>;

/** Indexes, primary keys and other constraints whose names follow a rename of what they are on. */
export function objectRenames(matches: readonly Match[], pairing: Pairing): readonly RenameObject[] {
  return [
    ...relationRenames(matches, pairing),
    ...matches.flatMap((match) => constraintRenames(match, pairing)),
  ];
}

/** In one order for all tables, since their names share one space. */
function relationRenames(matches: readonly Match[], { relations }: Pairing): readonly RenameObject[] {
  if (relations.size === 0) return [];
  const tables = new Map<string, Pick<RenameObject, "table" | "object">>();
  for (const { table } of matches) {
    tables.set(table.primaryKey.name, { table, object: "constraint" });
    for (const { name } of table.indexes) tables.set(name, { table, object: "index" });
  }
  return inOrder(relations).flatMap(({ name, from, waits }): readonly RenameObject[] => {
    const known = tables.get(name);
    if (known === undefined) return [];
    const through = waits ? waitingName(known.object, from) : undefined;
    return [{ kind: "renameObject", ...known, from, to: name, through }];
  });
}

/** Names of checks and foreign keys only need to differ within their table. */
function constraintRenames(match: Match, pairing: Pairing): readonly RenameObject[] {
  const { constraints, similar } = pairing.of(match);
  const renames = new Map([...changing(constraints), ...changing(similar)]);
  return inOrder(renames).map(({ name, from, waits }) => ({
    kind: "renameObject",
    table: match.table,
    object: "constraint",
    from,
    to: name,
    through: waits ? waitingName("constraint", from) : undefined,
  }));
}
