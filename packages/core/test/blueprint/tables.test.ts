import type { Table } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { everyKind } from "../world/collection-model.ts";

type Definition = Parameters<typeof describe>[0]["collections"][number];

function tablesOf(collection: Definition): readonly Table[] {
  const others = [{ slug: "people", fields: {} }].filter(({ slug }) => slug !== collection.slug);
  return describe({ collections: [collection, ...others] }).tables;
}

function tableOf(collection: Definition): Table | undefined {
  return tablesOf(collection)[0];
}

test("a collection with every kind becomes exactly this table", () => {
  expect(tableOf({ slug: "things", fields: everyKind, timestamps: true })).toStrictEqual({
    name: "things",
    owner: "collection things",
    columns: [
      { name: "id", type: "uuid", nullable: false },
      { name: "text", type: "text", nullable: true },
      { name: "textarea", type: "text", nullable: true },
      { name: "email", type: "text", nullable: true },
      { name: "number", type: "double precision", nullable: true },
      { name: "integer", type: "bigint", nullable: true },
      { name: "decimal", type: "numeric", nullable: true },
      { name: "boolean", type: "boolean", nullable: true },
      { name: "date", type: "timestamp(3) with time zone", nullable: true },
      { name: "select", type: "text", nullable: true },
      { name: "json", type: "jsonb", nullable: true },
      { name: "multiselect", type: "text[]", nullable: true },
      { name: "richtext", type: "jsonb", nullable: true },
      { name: "array", type: "jsonb", nullable: true },
      { name: "password", type: "text", nullable: true },
      { name: "relationship", type: "uuid", nullable: true },
      { name: "created_at", type: "timestamp(3) with time zone", nullable: false, default: { call: "now" } },
      { name: "updated_at", type: "timestamp(3) with time zone", nullable: false, default: { call: "now" } },
    ],
    primaryKey: { name: "things_pkey", columns: ["id"] },
    indexes: [
      {
        name: "things_created_at_id_idx",
        columns: [
          { name: "created_at", descending: true },
          { name: "id", descending: true },
        ],
        unique: false,
      },
      {
        name: "things_relationship_created_at_id_idx",
        columns: [
          { name: "relationship", descending: false },
          { name: "created_at", descending: true },
          { name: "id", descending: true },
        ],
        unique: false,
      },
    ],
    foreignKeys: [
      {
        name: "things_relationship_fkey",
        column: "relationship",
        references: "things",
        onDelete: "restrict",
      },
    ],
    checks: [
      { name: "things_select_check", column: "select", options: ["a", "b"] },
      { name: "things_multiselect_check", column: "multiselect", options: ["a", "b", "c"] },
    ],
  });
});

test("required fields hold no null, and a decimal has the precision it was given", () => {
  const fields = {
    title: { type: "text", required: true },
    price: { type: "decimal", precision: 10, scale: 2 },
    weight: { type: "decimal", precision: 4 },
  } as const;
  expect(tableOf({ slug: "goods", fields })?.columns.slice(1)).toStrictEqual([
    { name: "title", type: "text", nullable: false },
    { name: "price", type: "numeric(10,2)", nullable: true },
    { name: "weight", type: "numeric(4,0)", nullable: true },
  ]);
});

test("a unique field has one unique index, an indexed one a plain index, both together only the unique one", () => {
  const fields = {
    code: { type: "text", unique: true },
    city: { type: "text", index: true },
    mail: { type: "email", unique: true, index: true },
  } as const;
  expect(tableOf({ slug: "people", fields })?.indexes).toStrictEqual([
    { name: "people_code_key", columns: [{ name: "code", descending: false }], unique: true },
    { name: "people_city_idx", columns: [{ name: "city", descending: false }], unique: false },
    { name: "people_mail_key", columns: [{ name: "mail", descending: false }], unique: true },
  ]);
});

test("a unique relationship has its unique index and the one that serves lists", () => {
  const fields = { owner: { type: "relationship", to: "people", unique: true } } as const;
  expect(
    tableOf({ slug: "badges", fields })?.indexes.map(({ name, unique }) => [name, unique]),
  ).toStrictEqual([
    ["badges_owner_key", true],
    ["badges_owner_id_idx", false],
  ]);
});

test("a relationship that leads the default order needs no second index", () => {
  const fields = { owner: { type: "relationship", to: "people" } } as const;
  expect(
    tableOf({ slug: "badges", fields, defaultSort: "owner" })?.indexes.map(({ name }) => name),
  ).toStrictEqual(["badges_owner_id_idx"]);
});

test("names in the database are snake_case, and a hyphen of a slug is an underscore", () => {
  const fields = { firstAuthor: { type: "relationship", to: "people" } } as const;
  const table = tableOf({ slug: "blog-posts", fields });
  expect(table?.name).toBe("blog_posts");
  expect(table?.columns.map(({ name }) => name)).toStrictEqual(["id", "first_author"]);
  expect(table?.foreignKeys[0]?.name).toBe("blog_posts_first_author_fkey");
});

test("a list of references is a table of its own, not a column", () => {
  const fields = { tags: { type: "relationship", to: "people", hasMany: true } } as const;
  const [posts, links] = tablesOf({ slug: "blog-posts", fields });
  expect(posts?.columns.map(({ name }) => name)).toStrictEqual(["id"]);
  expect(links).toStrictEqual({
    name: "blog_posts_tags_links",
    owner: "collection blog-posts",
    columns: [
      { name: "owner_id", type: "uuid", nullable: false },
      { name: "target_id", type: "uuid", nullable: false },
      { name: "position", type: "integer", nullable: false },
    ],
    primaryKey: { name: "blog_posts_tags_links_pkey", columns: ["owner_id", "target_id"] },
    indexes: [
      {
        name: "blog_posts_tags_links_target_id_idx",
        columns: [{ name: "target_id", descending: false }],
        unique: false,
      },
    ],
    foreignKeys: [
      {
        name: "blog_posts_tags_links_owner_id_fkey",
        column: "owner_id",
        references: "blog_posts",
        onDelete: "cascade",
      },
      {
        name: "blog_posts_tags_links_target_id_fkey",
        column: "target_id",
        references: "people",
        onDelete: "restrict",
      },
    ],
    checks: [],
  });
});

test("what deleting a target does is the foreign key's action", () => {
  const fields = {
    a: { type: "relationship", to: "people" },
    b: { type: "relationship", to: "people", onDelete: "setNull" },
    c: { type: "relationship", to: "people", onDelete: "cascade" },
    many: { type: "relationship", to: "people", hasMany: true, onDelete: "setNull" },
  } as const;
  const [own, links] = tablesOf({ slug: "posts", fields });
  expect(own?.foreignKeys.map(({ onDelete }) => onDelete)).toStrictEqual(["restrict", "set null", "cascade"]);
  expect(links?.foreignKeys.map(({ onDelete }) => onDelete)).toStrictEqual(["cascade", "cascade"]);
});

test("with soft delete, rows that are marked do not count for a unique index", () => {
  const fields = { code: { type: "text", unique: true }, city: { type: "text", index: true } } as const;
  const table = tableOf({
    slug: "places",
    fields,
    softDelete: true,
    indexes: [{ fields: ["city", "code"], unique: true }],
  });
  expect(table?.columns.at(-1)).toStrictEqual({
    name: "deleted_at",
    type: "timestamp(3) with time zone",
    nullable: true,
  });
  expect(table?.indexes.map(({ name, whereNull }) => [name, whereNull])).toStrictEqual([
    ["places_code_key", "deleted_at"],
    ["places_city_idx", undefined],
    ["places_city_code_key", "deleted_at"],
  ]);
});

test("an index over several fields has their columns in order; one that is there already is left out", () => {
  const fields = { city: { type: "text" }, street: { type: "text" } } as const;
  const table = tableOf({
    slug: "places",
    fields,
    timestamps: true,
    indexes: [
      { fields: ["city", "street"] },
      { fields: ["city", "street"], unique: true },
      { fields: ["createdAt", "id"] },
    ],
  });
  expect(
    table?.indexes.map(({ name, unique, columns }) => [name, unique, columns.map((each) => each.name)]),
  ).toStrictEqual([
    ["places_created_at_id_idx", false, ["created_at", "id"]],
    ["places_city_street_idx", false, ["city", "street"]],
    ["places_city_street_key", true, ["city", "street"]],
  ]);
});

test("an indexed multiselect and searchable text have GIN indexes", () => {
  const fields = {
    tags: { type: "multiselect", options: ["a"], index: true },
    title: { type: "text", searchable: true },
    longBody: { type: "textarea", searchable: true },
    note: { type: "text" },
  } as const;
  expect(tableOf({ slug: "posts", fields })?.indexes).toStrictEqual([
    {
      name: "posts_tags_idx",
      columns: [{ name: "tags", descending: false }],
      unique: false,
      method: "gin",
    },
    { name: "posts_search", columns: [], unique: false, method: "gin", words: ["title", "long_body"] },
  ]);
});

test("former names go with what had them", () => {
  const fields = {
    heading: { type: "text", previousName: "title" },
    labels: { type: "relationship", to: "people", hasMany: true, previousName: "tagList" },
    people: { type: "relationship", to: "people", hasMany: true },
  } as const;
  const tables = tablesOf({ slug: "posts", fields, previousSlug: "old-posts" });
  expect(tables.map(({ name, previousName }) => [name, previousName])).toStrictEqual([
    ["posts", "old_posts"],
    ["posts_labels_links", "old_posts_tag_list_links"],
    ["posts_people_links", "old_posts_people_links"],
    ["people", undefined],
  ]);
  expect(tables[0]?.columns[1]).toStrictEqual({
    name: "heading",
    type: "text",
    nullable: true,
    previousName: "title",
  });
});
