import type { ForeignKey, Index, OptionsCheck, Table } from "@lucent/core";

import type { LiveNames } from "../../src/model/change.ts";
import type { GradedChange } from "../../src/model/graded.ts";
import type { Live } from "../../src/model/live.ts";
import type { Group } from "../../src/model/step.ts";
import { render } from "../../src/render.ts";
import { column, desiredOf, id, indexOn, liveOf, tableOf } from "../world/tables.ts";

/** A change as `grade` found it: safe, and of few rows, unless a test says otherwise. */
export type Said = Partial<GradedChange> & { readonly change: GradedChange["change"] };

/** Tables that are there under their own names, unless a test says otherwise. */
export function namesIn(live: Live, renamed: Readonly<Record<string, string>> = {}): LiveNames {
  const table = (name: string): string | undefined => {
    const before = renamed[name] ?? name;
    return live.tables.has(before) ? before : undefined;
  };
  return {
    table,
    column: (of, name) => (live.tables.get(table(of) ?? "")?.columns.has(name) === true ? name : undefined),
  };
}

/** What is there, and what is asked for: posts and users, unless a test says otherwise. */
export interface Scene {
  readonly live?: Live;
  readonly tables?: readonly Table[];
  readonly renamed?: Readonly<Record<string, string>>;
}

/** The groups of some changes. */
export function groupsFor(changes: readonly Said[], scene: Scene = {}): readonly Group[] {
  const { live = liveOf(posts, users), tables = [posts, users], renamed } = scene;
  const graded = changes.map((change): GradedChange => ({
    hazard: "safe",
    rows: undefined,
    online: false,
    ...change,
  }));
  return render(
    { changes: graded, refusals: [], warnings: [] },
    { desired: desiredOf(...tables), live, names: namesIn(live, renamed) },
  );
}

export const users: Table = tableOf("users");
export const posts: Table = tableOf("posts", {
  columns: [id, column("title"), column("author", { type: "uuid" })],
});
export const foreignKey: ForeignKey = {
  name: "posts_author_fkey",
  column: "author",
  references: "users",
  onDelete: "cascade",
};
export const check: OptionsCheck = { name: "posts_title_check", column: "title", options: ["a", "it's"] };
export const index: Index = indexOn("posts_title_idx", ["title"]);

/** The mode and the statements of each group. */
export const shape = (groups: readonly Group[]): unknown =>
  groups.map(({ mode, steps }) => [mode, ...steps.flatMap(({ statements }) => statements)]);
