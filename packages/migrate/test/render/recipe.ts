import type { Column, ForeignKey, OptionsCheck, Table } from "@lucent/core";

import type { GradedChange } from "../../src/model/graded.ts";
import { column, id, tableOf } from "../world/tables.ts";
import type { Wish } from "./ground.ts";

/** A change of a database with rows. */
export interface Recipe {
  readonly name: string;
  readonly start: readonly Table[];
  /** SQL of somebody else, after the start. */
  readonly rows: string;
  readonly wish: Omit<Wish, "online">;
  /** Asked for after the wish. */
  readonly later?: Omit<Wish, "online">;
  /** A query whose answer is the same before and after, as long as the rows are. */
  readonly keeps?: string;
  /** A query whose answer is true afterwards. */
  readonly holds?: string;
}

/** A column with an id. */
export const reference = (name: string, changes: Partial<Column> = {}): Column =>
  column(name, { type: "uuid", ...changes });
/** A foreign key of a column, written as `table.column`. */
export function key(
  of: string,
  references: string,
  onDelete: ForeignKey["onDelete"] = "restrict",
): ForeignKey {
  const [table = "", name = ""] = of.split(".");
  return { name: `${table}_${name}_fkey`, column: name, references, onDelete };
}
/** A check on a column of posts. */
export const check = (of: string, ...options: readonly string[]): OptionsCheck => ({
  name: `posts_${of}_check`,
  column: of,
  options,
});
/** A table that others refer to. */
export const users: Table = tableOf("users");
/** The table that most recipes are about. */
export const posts = (changes: Partial<Table> = {}): Table => tableOf("posts", changes);
/** Columns beside the id. */
export const withColumns = (...columns: readonly Column[]): readonly Column[] => [id, ...columns];
/** Rows of users. */
export const someUsers: string =
  "insert into users (id, title) select gen_random_uuid(), 'u' || n from generate_series(1, 9) n;";
/** Rows of posts: columns, and values over `n`. */
export const somePosts = (columns: string, values: string): string =>
  `insert into posts (id, ${columns}) select gen_random_uuid(), ${values} from generate_series(1, 40) n;`;
/** Fills empty rows, where there are any. */
export const filled: NonNullable<Wish["how"]> = async (change, runner) => {
  if (change.kind === "addColumn") return { backfill: true };
  if (change.kind !== "setNotNull") return {};
  const [[empty] = []] = await runner.run({
    text: `select exists (select from public.posts where ${change.column.name} is null)`,
    values: [],
  });
  return empty === true ? { backfill: true } : {};
};
/** Drops what nobody asks for. */
export const dropped = (): Partial<GradedChange> => ({ drop: true, hazard: "destructive" });

/** What most recipes keep. */
export const titles: string = "select array_agg(title order by id) from posts";
