import { column, indexOn, tableOf } from "../world/tables.ts";
import {
  reference,
  check,
  users,
  posts,
  withColumns,
  someUsers,
  somePosts,
  dropped,
  titles,
  key,
  type Recipe,
} from "./recipe.ts";

export const orphans: readonly Recipe[] = [
  ...[false, true].map((isDropped): Recipe => ({
    name: `columns that nobody asks for, ${isDropped ? "dropped" : "kept"}`,
    start: [
      users,
      posts({
        columns: withColumns(
          column("title"),
          column("needed", { nullable: false }),
          reference("author"),
          column("kind"),
        ),
        indexes: [indexOn("posts_needed_key", ["needed", "title"], { unique: true })],
        checks: [check("kind", "a")],
        foreignKeys: [key("posts.author", "users", "cascade")],
      }),
    ],
    rows: `${someUsers} ${somePosts("title, needed, author", "'t' || n, n::text, (select id from users limit 1)")}`,
    keeps: titles,
    wish: { tables: [users, posts()], ...(isDropped ? { how: dropped } : {}) },
  })),
  ...[false, true].map((isDropped): Recipe => ({
    name: `tables that refer to each other and that nobody asks for, ${isDropped ? "dropped" : "kept"}`,
    start: [
      users,
      posts(),
      tableOf("a", {
        columns: withColumns(reference("b"), reference("users")),
        foreignKeys: [key("a.b", "b"), key("a.users", "users")],
      }),
      tableOf("b", { columns: withColumns(reference("a")), foreignKeys: [key("b.a", "a")] }),
    ],
    rows: "",
    wish: { tables: [users, posts()], ...(isDropped ? { how: dropped } : {}) },
  })),
];

const linksTable = tableOf("posts_authors_links", {
  columns: [
    reference("owner_id", { nullable: false }),
    reference("target_id", { nullable: false }),
    column("position", { type: "integer", nullable: false }),
  ],
  primaryKey: { name: "posts_authors_links_pkey", columns: ["owner_id", "target_id"] },
  foreignKeys: [
    key("posts_authors_links.owner_id", "posts", "cascade"),
    key("posts_authors_links.target_id", "users"),
  ],
});

export const links: readonly Recipe[] = [
  {
    name: "a reference that becomes a list",
    holds: "select count(*) = 20 and max(position) = 0 from posts_authors_links",
    start: [
      users,
      posts({
        columns: withColumns(column("title"), reference("authors")),
        foreignKeys: [key("posts.authors", "users")],
      }),
    ],
    rows: `${someUsers} ${somePosts("title, authors", "'t' || n, case when n % 2 = 0 then (select id from users limit 1) end")}`,
    keeps: "select array_agg(authors order by id) from posts",
    wish: { tables: [users, posts(), linksTable] },
  },
];
