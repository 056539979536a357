import type { Table } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { everyKind } from "../world/collection-model.ts";

function tableOf(collection: Parameters<typeof describe>[0]["collections"][number]): Table | undefined {
  const others = [{ slug: "people", fields: {} }].filter(({ slug }) => slug !== collection.slug);
  return describe({ collections: [collection, ...others] }).tables[0];
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
      { name: "relationship", type: "uuid", nullable: true },
      { name: "created_at", type: "timestamp(3) with time zone", nullable: false, default: "now()" },
      { name: "updated_at", type: "timestamp(3) with time zone", nullable: false, default: "now()" },
    ],
    primaryKey: { name: "things_pkey", column: "id" },
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
    checks: [{ name: "things_select_check", column: "select", options: ["a", "b"] }],
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
