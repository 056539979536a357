import type { Plugin, Table } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import type { BootError } from "../../src/errors.ts";

const table = (name: string, more: Partial<Table> = {}): Table => ({
  name,
  owner: "plugin queue",
  columns: [{ name: "id", type: "uuid", nullable: false }],
  primaryKey: { name: `${name}_pkey`, columns: ["id"] },
  indexes: [],
  foreignKeys: [],
  checks: [],
  ...more,
});
const withTables = (...tables: readonly Table[]): Plugin => ({ name: "queue", tables: () => tables });
const posts = { slug: "posts", fields: { title: { type: "text" } } } as const;

test("a blueprint keeps the collections in order, the plugins and the configuration", () => {
  const plugin: Plugin = { name: "queue" };
  const config = { collections: [posts, { slug: "tags", fields: {} }], plugins: [plugin] };
  const blueprint = describe(config);
  expect([...blueprint.collections.keys()]).toStrictEqual(["posts", "tags"]);
  expect(blueprint.prefix).toBe("/api");
  expect(blueprint.plugins).toStrictEqual([plugin]);
  expect(blueprint.config).toBe(config);
  expect(blueprint.tables.map(({ name }) => name)).toStrictEqual(["posts", "tags"]);
});

test("a blueprint and its collections are frozen", () => {
  const blueprint = describe({ collections: [posts] });
  expect(Object.isFrozen(blueprint)).toBe(true);
  expect(Object.isFrozen(blueprint.collections.get("posts"))).toBe(true);
});

test("a field lookup finds own fields only, whatever a client sends as a name", () => {
  const fields = describe({ collections: [posts] }).collections.get("posts")?.fields;
  expect(["id", "title"].map((name) => fields?.has(name))).toStrictEqual([true, true]);
  expect(
    ["__proto__", "constructor", "toString", "createdAt"].map((name) => fields?.get(name)),
  ).toStrictEqual([undefined, undefined, undefined, undefined]);
});

test("the default order ends with the id in the direction of the key before it", () => {
  const order = (more: object) =>
    describe({ collections: [{ ...posts, ...more }] })
      .collections.get("posts")
      ?.defaultSort.map(({ field, descending }) => `${descending ? "-" : ""}${field.name}`);
  expect(order({})).toStrictEqual(["id"]);
  expect(order({ timestamps: true })).toStrictEqual(["-createdAt", "-id"]);
  expect(order({ defaultSort: "title" })).toStrictEqual(["title", "id"]);
  expect(order({ defaultSort: ["title", "-id"] })).toStrictEqual(["title", "-id"]);
  expect(order({ timestamps: true, defaultSort: ["title", "-updatedAt"] })).toStrictEqual([
    "title",
    "-updatedAt",
    "-id",
  ]);
});

test("the tables of a plugin come behind those of the collections and see the model", () => {
  const seen: string[] = [];
  const plugin: Plugin = {
    name: "queue",
    tables: (model) => {
      seen.push(...model.collections.keys(), model.prefix);
      return [table("lucent_jobs")];
    },
  };
  const { tables } = describe({ collections: [posts], plugins: [plugin], api: { prefix: "/v1" } });
  expect(tables.map(({ name }) => name)).toStrictEqual(["posts", "lucent_jobs"]);
  expect(seen).toStrictEqual(["posts", "/v1"]);
});

test("a plugin table outside its own name space is refused", () => {
  expect(() => describe({ collections: [], plugins: [withTables(table("jobs"))] })).toThrow(
    'plugin queue asks for the table "jobs"; names of plugin tables start with "lucent_".',
  );
});

test("two names that meet in the database are refused, across collections, indexes and plugins", () => {
  const author = { type: "relationship", to: "posts" } as const;
  const config = {
    collections: [
      { slug: "posts", fields: { author } },
      { slug: "posts-author-id-idx", fields: {} },
      { slug: "posts-pkey", fields: {} },
    ],
    plugins: [withTables(table("lucent_jobs"), table("lucent_jobs"))],
  };
  const clash = (one: string, other: string, name: string) =>
    `${one} and ${other} both need the database name "${name}": rename one.`;
  try {
    describe(config);
    expect.unreachable();
  } catch (error) {
    expect((error as BootError).problems).toStrictEqual([
      clash("collection posts", "collection posts-author-id-idx", "posts_author_id_idx"),
      clash("collection posts", "collection posts-pkey", "posts_pkey"),
      clash("plugin queue", "plugin queue", "lucent_jobs"),
      clash("plugin queue", "plugin queue", "lucent_jobs_pkey"),
    ]);
  }
});

test("two indexes of one collection that would get one name are refused, not dropped", () => {
  const fields = {
    author: { type: "relationship", to: "posts" },
    authorId: { type: "text", index: true },
  } as const;
  expect(() => describe({ collections: [{ slug: "posts", fields }] })).toThrow("posts_author_id_idx");
});

test("R-MG-4 a table of references meets other tables and their indexes by name", () => {
  const many = { type: "relationship", to: "posts", hasMany: true } as const;
  const collections = [
    { slug: "posts", fields: { tags: many } },
    { slug: "posts-tags-links", fields: {} },
    { slug: "posts-tags", fields: { links: { type: "text", index: true } as const } },
    { slug: "posts-tags-links-pkey", fields: {} },
  ];
  try {
    describe({ collections });
    expect.unreachable();
  } catch (error) {
    expect((error as BootError).problems).toStrictEqual([
      'collection posts and collection posts-tags-links both need the database name "posts_tags_links": rename one.',
      'collection posts and collection posts-tags-links both need the database name "posts_tags_links_pkey": rename one.',
      'collection posts-tags-links and collection posts-tags-links-pkey both need the database name "posts_tags_links_pkey": rename one.',
    ]);
  }
});

test("R-MG-4 names stay apart and within 63 bytes when they are cut", () => {
  const long = "a".repeat(40);
  const many = { type: "relationship", to: long, hasMany: true } as const;
  const fields = { [`${long}Tags`]: many, [`${long}Tagz`]: many };
  const { tables } = describe({ collections: [{ slug: long, fields }] });
  const names = tables.flatMap(({ name, primaryKey, indexes, foreignKeys }) =>
    [{ name }, primaryKey, ...indexes, ...foreignKeys].map((each) => each.name),
  );
  expect(tables).toHaveLength(3);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => Buffer.byteLength(name) > 63)).toStrictEqual([]);
});

test("columns and constraints that meet inside a table of a plugin are refused", () => {
  const id = { name: "id", type: "uuid", nullable: false } as const;
  const check = { name: "lucent_jobs_pkey", column: "id", options: ["a"] };
  const jobs = table("lucent_jobs", { columns: [id, id], checks: [check] });
  expect(() => describe({ collections: [], plugins: [withTables(jobs)] })).toThrow(
    [
      'plugin queue needs the column "lucent_jobs"."id" twice: rename one of its fields.',
      'plugin queue needs the constraint "lucent_jobs_pkey" twice: rename one of its fields.',
    ].join("\n"),
  );
});

test("a model says what is hidden, what is searched, and where lists of references lie", () => {
  const fields = {
    title: { type: "text", searchable: true },
    note: { type: "text", hidden: true },
    secret: { type: "password", required: true },
    tags: { type: "relationship", to: "posts", hasMany: true, maxItems: 7 },
    author: { type: "relationship", to: "posts" },
  } as const;
  const model = describe({ collections: [{ slug: "posts", fields, softDelete: true, clientId: true }] });
  const found = model.collections.get("posts");
  expect(found?.softDelete).toBe(true);
  expect(found?.clientId).toBe(true);
  expect(found?.deletedAt).toBe(found?.fields.get("deletedAt"));
  expect(found?.deletedAt).toMatchObject({ column: "deleted_at", serverOwned: true, nullable: true });
  expect(found?.searchFields.map(({ name }) => name)).toStrictEqual(["title"]);
  expect(
    [...(found?.fields.values() ?? [])].filter(({ hidden }) => hidden).map(({ name }) => name),
  ).toStrictEqual(["note", "secret"]);
  expect(found?.fields.get("tags")).toMatchObject({
    nullable: false,
    target: "posts",
    links: {
      table: "posts_tags_links",
      owner: "owner_id",
      target: "target_id",
      position: "position",
      maxItems: 7,
    },
  });
  expect(found?.fields.get("author")).toMatchObject({ nullable: true, target: "posts", links: undefined });
});
