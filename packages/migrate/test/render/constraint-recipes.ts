import { column, indexOn, tableOf } from "../world/tables.ts";
import {
  reference,
  check,
  users,
  posts,
  withColumns,
  someUsers,
  somePosts,
  titles,
  key,
  type Recipe,
} from "./recipe.ts";

export const types: readonly Recipe[] = [
  {
    name: "another type, past a default",
    start: [posts({ columns: withColumns(column("title"), column("size", { default: { value: "1" } })) })],
    rows: somePosts("title, size", "'t' || n, n::text"),
    keeps: "select array_agg(size::text order by id) from posts",
    wish: {
      tables: [
        posts({
          columns: withColumns(
            column("title"),
            column("size", { type: "bigint", nullable: false, default: { value: "2" } }),
          ),
          indexes: [indexOn("posts_size_idx", ["size"])],
        }),
      ],
      how: (change) =>
        change.kind === "changeType"
          ? { using: '"size"::bigint', loses: `"size" = 'x'`, hazard: "rewrite" }
          : {},
    },
  },
  {
    name: "a list of one's own options, with its index",
    start: [
      posts({
        columns: withColumns(column("title"), column("kind")),
        checks: [check("kind", "a", "b")],
        indexes: [indexOn("posts_kind_idx", ["kind"])],
      }),
    ],
    rows: somePosts("title, kind", "'t' || n, case when n % 2 = 0 then 'a' end"),
    keeps: titles,
    wish: {
      tables: [
        posts({
          columns: withColumns(column("title"), column("kind", { type: "text[]" })),
          checks: [check("kind", "a", "b")],
          indexes: [indexOn("posts_kind_idx", ["kind"], { method: "gin" })],
        }),
      ],
      how: (change) =>
        change.kind === "changeType"
          ? { using: 'case when "kind" is not null then array["kind"] end', hazard: "rewrite" }
          : {},
    },
  },
];

export const indexes: readonly Recipe[] = [
  {
    name: "new indexes",
    start: [posts()],
    rows: somePosts("title", "'t' || n"),
    wish: {
      tables: [
        posts({
          indexes: [
            indexOn("posts_title_key", ["title"], { unique: true }),
            indexOn("posts_words_idx", [], { method: "gin", words: ["title"] }),
            indexOn("posts_id_idx", ["id"], { whereNull: "title" }),
          ],
        }),
      ],
    },
  },
  {
    name: "another definition of an index",
    start: [posts({ indexes: [indexOn("posts_title_idx", ["title"])] })],
    rows: somePosts("title", "'t' || n"),
    wish: { tables: [posts({ indexes: [indexOn("posts_title_idx", ["title", "id"], { unique: true })] })] },
  },
  {
    name: "an index that nobody asks for",
    start: [posts({ indexes: [indexOn("posts_title_idx", ["title"])] })],
    rows: somePosts("title", "'t' || n"),
    wish: { tables: [posts()] },
  },
];

export const constraints: readonly Recipe[] = [
  {
    name: "options",
    start: [posts()],
    rows: somePosts("title", "'a'"),
    wish: { tables: [posts({ checks: [check("title", "a", "b")] })] },
  },
  {
    name: "other options, and none",
    start: [
      posts({
        columns: withColumns(column("title"), column("kind")),
        checks: [check("title", "a", "b"), check("kind", "x")],
      }),
    ],
    rows: somePosts("title", "'a'"),
    wish: {
      tables: [
        posts({ columns: withColumns(column("title"), column("kind")), checks: [check("title", "a")] }),
      ],
    },
  },
  {
    name: "references of a column that is there, and of a new one, and to itself",
    start: [users, posts({ columns: withColumns(column("title"), reference("author")) })],
    rows: `${someUsers} ${somePosts("title, author", "'t' || n, (select id from users limit 1)")}`,
    keeps: "select array_agg(author order by id) from posts",
    wish: {
      tables: [
        users,
        posts({
          columns: withColumns(
            column("title"),
            reference("author"),
            reference("editor"),
            reference("parent"),
          ),
          indexes: [indexOn("posts_author_idx", ["author"])],
          foreignKeys: [
            key("posts.author", "users", "set null"),
            key("posts.editor", "users"),
            key("posts.parent", "posts", "cascade"),
          ],
        }),
      ],
    },
  },
  {
    name: "another action, another table, and no reference any more",
    start: [
      users,
      tableOf("people"),
      posts({
        columns: withColumns(column("title"), reference("a"), reference("b"), reference("c")),
        foreignKeys: [key("posts.a", "users"), key("posts.b", "users"), key("posts.c", "users")],
      }),
    ],
    rows: `${someUsers} ${somePosts("title, a, c", "'t' || n, (select id from users limit 1), null")}`,
    keeps: "select array_agg(a order by id) from posts",
    wish: {
      tables: [
        users,
        tableOf("people"),
        posts({
          columns: withColumns(column("title"), reference("a"), reference("b"), reference("c")),
          foreignKeys: [key("posts.a", "users", "cascade"), key("posts.b", "people")],
        }),
      ],
    },
  },
  {
    name: "constraints that were never proved",
    start: [
      users,
      posts({
        columns: withColumns(column("title"), reference("author")),
        checks: [check("title", "a")],
        foreignKeys: [key("posts.author", "users")],
      }),
    ],
    rows: `${someUsers} ${somePosts("title, author", "'a', (select id from users limit 1)")}
      alter table posts drop constraint posts_title_check, drop constraint posts_author_fkey;
      alter table posts add constraint posts_title_check check (title = any (array['a']::text[])) not valid;
      alter table posts add constraint posts_author_fkey foreign key (author) references users (id) on delete restrict not valid;`,
    wish: {
      tables: [
        users,
        posts({
          columns: withColumns(column("title"), reference("author")),
          checks: [check("title", "a")],
          foreignKeys: [key("posts.author", "users")],
        }),
      ],
    },
  },
];
