import type { Column, Table } from "@lucent/core";

import type { GradedChange } from "../../src/model/graded.ts";
import { column, indexOn, tableOf } from "../world/tables.ts";
import {
  reference,
  check,
  users,
  posts,
  withColumns,
  someUsers,
  somePosts,
  key,
  type Recipe,
} from "./recipe.ts";

export const renames: readonly Recipe[] = [
  {
    name: "a column with an index, options and a reference",
    start: [
      users,
      posts({
        columns: withColumns(column("title"), reference("author")),
        indexes: [indexOn("posts_title_idx", ["title"]), indexOn("posts_author_idx", ["author"])],
        checks: [check("title", "a")],
        foreignKeys: [key("posts.author", "users")],
      }),
    ],
    rows: somePosts("title", "'a'"),
    wish: {
      tables: [
        users,
        posts({
          columns: withColumns(
            column("headline", { previousName: "title", nullable: false }),
            reference("writer", { previousName: "author" }),
          ),
          indexes: [indexOn("posts_headline_idx", ["headline"]), indexOn("posts_writer_idx", ["writer"])],
          checks: [check("headline", "a")],
          foreignKeys: [key("posts.writer", "users")],
        }),
      ],
    },
  },
  {
    name: "columns that exchange their names, with their indexes",
    start: [
      posts({
        columns: withColumns(column("a"), column("b")),
        indexes: [indexOn("posts_a_idx", ["a"]), indexOn("posts_b_idx", ["b"])],
      }),
    ],
    rows: somePosts("a, b", "'a' || n, 'b' || n"),
    wish: {
      tables: [
        posts({
          columns: withColumns(column("a", { previousName: "b" }), column("b", { previousName: "a" })),
          indexes: [indexOn("posts_a_idx", ["a"]), indexOn("posts_b_idx", ["b"])],
        }),
      ],
    },
  },
  {
    name: "a table with references in and out, a column of it, and a new one",
    start: [
      users,
      posts({
        columns: withColumns(column("title"), reference("author")),
        indexes: [indexOn("posts_author_idx", ["author"])],
        foreignKeys: [key("posts.author", "users")],
      }),
      tableOf("notes", {
        columns: withColumns(reference("post")),
        foreignKeys: [key("notes.post", "posts")],
      }),
    ],
    rows: `${someUsers} ${somePosts("title, author", "'t' || n, (select id from users limit 1)")}`,
    wish: {
      tables: [
        users,
        tableOf("articles", {
          previousName: "posts",
          primaryKey: { name: "articles_pkey", columns: ["id"] },
          columns: withColumns(
            column("headline", { previousName: "title" }),
            reference("author"),
            column("extra", { nullable: false, default: { value: "x" } }),
          ),
          indexes: [indexOn("articles_author_idx", ["author"])],
          foreignKeys: [key("articles.author", "users")],
        }),
        tableOf("notes", {
          columns: withColumns(reference("post")),
          foreignKeys: [key("notes.post", "articles", "cascade")],
        }),
      ],
    },
  },
  {
    name: "tables that pass their names on",
    start: [tableOf("a"), tableOf("b"), tableOf("c")],
    rows: "insert into a (id, title) values (gen_random_uuid(), 'a'); insert into b (id, title) values (gen_random_uuid(), 'b');",
    wish: {
      tables: [
        tableOf("a", { previousName: "b" }),
        tableOf("b", { previousName: "a" }),
        tableOf("d", { previousName: "c" }),
        tableOf("c"),
      ],
    },
  },
];

const size = column("size", { nullable: false, default: { value: "1" } });
const sized = (changes: Partial<Column>): Table =>
  posts({
    columns: withColumns(column("title"), { ...size, ...changes }),
    indexes: [indexOn("posts_size_idx", ["size"])],
  });
const headline = posts({
  columns: withColumns(
    column("headline", { previousName: "title", nullable: false, default: { value: "-" } }),
  ),
  indexes: [indexOn("posts_headline_idx", ["headline"])],
  checks: [check("headline", "-", "a")],
});
const asNumber = (): Partial<GradedChange> => ({ using: '"size"::bigint', loses: `"size" = 'x'` });

export const phases: readonly Recipe[] = [
  {
    name: "another name in two phases",
    start: [
      posts({
        columns: withColumns(column("title", { nullable: false, default: { value: "-" } })),
        indexes: [indexOn("posts_title_idx", ["title"])],
        checks: [check("title", "-", "a")],
      }),
    ],
    rows: somePosts("title", "case when n % 2 = 0 then 'a' else '-' end"),
    wish: { tables: [headline], expand: ["posts.headline"] },
    later: { tables: [headline], contract: true },
  },
  {
    name: "another type in two phases",
    start: [sized({})],
    rows: somePosts("title, size", "'t' || n, n::text"),
    keeps: "select array_agg(size::text order by id) from posts",
    wish: { tables: [sized({ type: "bigint" })], expand: ["posts.size"], how: asNumber },
    later: { tables: [sized({ type: "bigint" })], contract: true, how: asNumber },
  },
];
