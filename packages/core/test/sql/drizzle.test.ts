import { getTableConfig } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";

import { isId } from "../../src/blueprint/value.ts";
import { drizzleTable } from "../../src/sql/drizzle.ts";
import { everyKind, modelOf } from "../world/collection-model.ts";

const { name, columns } = getTableConfig(
  drizzleTable(
    modelOf(
      { ...everyKind, ownName: { type: "text", required: true } },
      { slug: "blog-posts", timestamps: true, softDelete: true },
      [{ slug: "things", fields: {} }],
    ),
  ),
);
const column = (named: string) => columns.find((each) => each.name === named);

test("every field with a column has one of its type; a list of references has none", () => {
  expect(name).toBe("blog_posts");
  expect(columns.map((each) => `${each.name} ${each.getSQLType()}`)).toStrictEqual([
    "id uuid",
    "text text",
    "textarea text",
    "email text",
    "number double precision",
    "integer bigint",
    "decimal numeric",
    "boolean boolean",
    "date timestamp(3) with time zone",
    "select text",
    "json jsonb",
    "multiselect text[]",
    "richtext jsonb",
    "array jsonb",
    "password text",
    "relationship uuid",
    "own_name text",
    "created_at timestamp(3) with time zone",
    "updated_at timestamp(3) with time zone",
    "deleted_at timestamp(3) with time zone",
  ]);
});

test("what is required can't be null, and what the server sets has a default, but when a row was deleted", () => {
  expect(columns.filter(({ notNull }) => notNull).map((each) => each.name)).toStrictEqual([
    "id",
    "own_name",
    "created_at",
    "updated_at",
  ]);
  expect(columns.filter(({ hasDefault }) => hasDefault).map((each) => each.name)).toStrictEqual([
    "id",
    "created_at",
    "updated_at",
  ]);
  expect(isId(String(column("id")?.defaultFn?.()))).toBe(true);
});

test("a moment goes in and comes out as a Date, in the first century too", () => {
  const date = column("date");
  const early = new Date("0099-12-31T23:59:59.999Z");
  expect(date?.mapToDriverValue(early)).toBe("0099-12-31T23:59:59.999Z");
  expect(date?.mapFromDriverValue("0099-12-31 23:59:59.999+00")).toStrictEqual(early);
});
