import { column, indexOn, tableOf } from "../world/tables.ts";
import {
  reference,
  users,
  posts,
  withColumns,
  someUsers,
  somePosts,
  filled,
  titles,
  key,
  type Recipe,
} from "./recipe.ts";

export const creation: readonly Recipe[] = [
  {
    name: "new tables in a circle, and one that refers to itself",
    start: [],
    rows: "",
    wish: {
      tables: [
        tableOf("a", { columns: withColumns(reference("b")), foreignKeys: [key("a.b", "b", "cascade")] }),
        tableOf("b", {
          columns: withColumns(reference("a", { nullable: false }), reference("b")),
          foreignKeys: [key("b.a", "a"), key("b.b", "b", "set null")],
          indexes: [indexOn("b_a_idx", ["a"])],
        }),
      ],
    },
  },
  {
    name: "a new table that refers to two that are there",
    start: [users, posts()],
    rows: someUsers,
    wish: {
      tables: [
        users,
        posts(),
        tableOf("notes", {
          columns: withColumns(reference("users"), reference("posts"), column("kind")),
          foreignKeys: [key("notes.users", "users"), key("notes.posts", "posts", "cascade")],
          checks: [{ name: "notes_kind_check", column: "kind", options: ["it's", "other"] }],
        }),
      ],
    },
  },
];

export const columns: readonly Recipe[] = [
  {
    name: "new columns, with and without a default",
    start: [posts()],
    rows: somePosts("title", "'t' || n"),
    keeps: titles,
    wish: {
      tables: [
        posts({
          columns: withColumns(
            column("title"),
            column("a"),
            column("b", { nullable: false, default: { value: "it's \\ $1" } }),
            column("c", { type: "timestamp(3) with time zone", nullable: false, default: { call: "now" } }),
          ),
        }),
      ],
    },
  },
  {
    name: "new columns, with another value in each row",
    holds: "select count(distinct key) = 40 and count(distinct other) = 40 from posts",
    start: [posts()],
    rows: somePosts("title", "'t' || n"),
    keeps: titles,
    wish: {
      tables: [
        posts({
          columns: withColumns(
            column("title"),
            reference("key", { nullable: false, default: { call: "gen_random_uuid" } }),
            reference("other", { default: { call: "gen_random_uuid" } }),
          ),
        }),
      ],
      how: filled,
    },
  },
  {
    name: "a column that is required",
    start: [posts()],
    rows: somePosts("title", "'t' || n"),
    keeps: titles,
    wish: { tables: [posts({ columns: withColumns(column("title", { nullable: false })) })] },
  },
  {
    name: "a column that is required, whose empty rows get the default",
    start: [
      users,
      posts({
        columns: withColumns(column("title"), reference("author")),
        foreignKeys: [key("posts.author", "users")],
      }),
    ],
    rows: somePosts("title", "case when n % 3 = 0 then 't' || n end"),
    keeps: "select array_agg(coalesce(title, 'none') order by id) from posts",
    wish: {
      tables: [
        users,
        posts({
          columns: withColumns(
            column("title", { nullable: false, default: { value: "none" } }),
            reference("author"),
          ),
          foreignKeys: [key("posts.author", "users")],
        }),
      ],
      how: filled,
    },
  },
  {
    name: "columns that are not required any more, and other defaults",
    start: [
      posts({
        columns: withColumns(
          column("title", { nullable: false, default: { value: "a" } }),
          column("b", { default: { value: "b" } }),
        ),
      }),
    ],
    rows: somePosts("title", "'t' || n"),
    keeps: titles,
    wish: {
      tables: [posts({ columns: withColumns(column("title", { default: { value: "c" } }), column("b")) })],
    },
  },
  {
    name: "a column that somebody else added, as it is asked for",
    start: [posts()],
    rows: "alter table posts add column extra text; create index posts_extra_idx on posts (extra);",
    wish: {
      tables: [
        posts({
          columns: withColumns(column("title"), column("extra")),
          indexes: [indexOn("posts_extra_idx", ["extra"])],
        }),
      ],
    },
  },
];
