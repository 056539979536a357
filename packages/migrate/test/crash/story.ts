import type { Database, Table } from "@lucent/core";

import { apply, type ApplyOptions } from "../../src/apply.ts";
import { type DataMigration, defineDataMigration } from "../../src/data.ts";
import { desiredSchema } from "../../src/desired.ts";
import { type Decisions, noDecisions } from "../../src/model/decisions.ts";
import type { Outcome } from "../../src/model/outcome.ts";
import { choice, reference, unique } from "../world/parts.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

/** A release: what is asked for, and what was decided. Without anything of Vitest's, because a runner of its own does it. */
export interface Release {
  readonly tables: readonly Table[];
  readonly decisions: Partial<Decisions>;
  readonly data: readonly DataMigration[];
}

const uuid = { type: "uuid" } as const;

/** Where it begins: tables that the engine made, filled with `rows`. */
export const tablesBefore: readonly Table[] = [
  tableOf("users", { indexes: [indexOn("users_title_idx", ["title"])] }),
  tableOf("posts", {
    columns: [
      id,
      ...["title", "kind", "summary", "slug", "legacy"].map((name) => column(name)),
      column("author", uuid),
      column("rank", { type: "bigint" }),
    ],
    indexes: [indexOn("posts_rank_idx", ["rank"]), indexOn("posts_kind_idx", ["kind"])],
    checks: [choice("posts", "kind", ["a", "b"])],
  }),
  tableOf("notes", {
    columns: [id, column("headline"), column("score"), column("owner", uuid)],
    foreignKeys: [reference("notes", "owner", { references: "users" })],
  }),
  tableOf("drafts"),
];

/** Enough posts for the ways in several steps. Each value follows from the number of its row. */
export const rows = `
  insert into users (id, title) select md5('u' || n)::uuid, 'user ' || n from generate_series(1, 200) n;
  insert into posts (id, title, kind, summary, slug, legacy, author, rank)
    select md5('p' || n)::uuid, 'post ' || n, case n % 2 when 0 then 'a' else 'b' end,
      case when n % 3 > 0 then 's' || n end, 'slug-' || n, 'old', md5('u' || n % 200 + 1)::uuid, n
    from generate_series(1, 10500) n;
  insert into notes (id, headline, score, owner) select md5('n' || n)::uuid, 'note ' || n, n::text,
      case when n % 4 > 0 then md5('u' || n % 200 + 1)::uuid end from generate_series(1, 300) n;
  insert into drafts (id, title) select md5('d' || n)::uuid, 'draft ' || n from generate_series(1, 20) n`;

const members = tableOf("members", {
  previousName: "users",
  columns: [id, column("name", { previousName: "title" })],
  indexes: [indexOn("members_name_idx", ["name"])],
});
const posts = tableOf("posts", {
  columns: [
    id,
    column("title"),
    column("kind"),
    column("summary", { nullable: false, default: { value: "none" } }),
    column("slug", { nullable: false }),
    column("author", uuid),
    column("rank", { type: "bigint" }),
    column("pinned", { type: "boolean", nullable: false, default: { value: "false" } }),
    column("token", { ...uuid, nullable: false, default: { call: "gen_random_uuid" } }),
  ],
  indexes: [
    { ...indexOn("posts_kind_idx", ["kind", "title"]) },
    indexOn("posts_title_idx", ["title"]),
    unique("posts", "slug"),
  ],
  foreignKeys: [reference("posts", "author", { references: "members" })],
  checks: [choice("posts", "kind", ["a", "b", "c"])],
});
const notes = tableOf("notes", {
  columns: [id, column("heading", { previousName: "headline" }), column("score", { type: "bigint" })],
});
const owners = tableOf("notes_owner_links", {
  columns: [
    column("owner_id", { ...uuid, nullable: false }),
    column("target_id", { ...uuid, nullable: false }),
    column("position", { type: "integer", nullable: false }),
  ],
  primaryKey: { name: "notes_owner_links_pkey", columns: ["owner_id", "target_id"] },
  indexes: [indexOn("notes_owner_links_target_id_idx", ["target_id"])],
  foreignKeys: [
    reference("notes_owner_links", "owner_id", { references: "notes", onDelete: "cascade" }),
    reference("notes_owner_links", "target_id", { references: "members", onDelete: "cascade" }),
  ],
});
const comments = tableOf("comments", {
  columns: [id, column("text"), column("state"), column("post", uuid)],
  indexes: [indexOn("comments_post_idx", ["post"])],
  foreignKeys: [reference("comments", "post", { references: "posts", onDelete: "cascade" })],
  checks: [choice("comments", "state", ["new", "seen"])],
});

const pageRows = 4_000;

/** Not the same when it is done twice, so that a batch too many shows as well as one too few. */
const shout = defineDataMigration({
  id: "shout",
  async up({ batch, tx }) {
    await batch("titles", async (each, cursor) => {
      const [[last] = []] = await each.run({
        text: `with page as (select id from posts where id > $1::uuid order by id limit ${pageRows}),
            changed as (update posts set title = title || '!' where id in (select id from page))
          select max(id::text) from page`,
        values: [cursor ?? "00000000-0000-0000-0000-000000000000"],
      });
      return typeof last === "string" ? last : undefined;
    });
    await tx((each) =>
      each.run({ text: "update members set name = upper(name) where name <> upper(name)", values: [] }),
    );
  },
});

const decisions: Partial<Decisions> = {
  dropOrphaned: true,
  drop: new Set(["posts.legacy", "notes.owner", "drafts"]),
  backfill: new Set(["posts.summary"]),
  expand: new Set(["notes.heading", "notes.score"]),
};
const tables = [members, posts, notes, owners, comments];

/** Every kind of step but those of the second phase. */
export const release: Release = { tables, decisions, data: [shout] };

/** The second phase, on what `release` leads to. */
export const ending: Release = {
  ...release,
  decisions: { ...decisions, contract: true },
};

/** Runs a release through the engine. */
export function run(
  database: Database,
  { tables: wanted, decisions: decided, data }: Release,
  options: Partial<ApplyOptions> = {},
): Promise<Outcome> {
  const request = {
    desired: desiredSchema({ tables: wanted }),
    decisions: { ...noDecisions, ...decided },
    data,
    production: true,
  };
  return apply(database, request, { dryRun: false, waitMs: 60_000, ...options });
}
