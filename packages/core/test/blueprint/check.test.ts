import type { Config, Plugin } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { BootError } from "../../src/errors.ts";

/** What `describe` says about a configuration, one sentence per problem. */
function problemsOf(config: unknown): readonly string[] {
  try {
    describe(config as Config);
    return [];
  } catch (error) {
    if (error instanceof BootError) return error.problems;
    throw error;
  }
}

const post = { slug: "posts", fields: { title: { type: "text" } } } as const;
const plugin = (name: string, more: Partial<Plugin> = {}): Plugin => ({ name, ...more });

test.each<[string, unknown, string]>([
  [
    "an unknown key of the configuration",
    { collections: [], colections: [] },
    'The configuration has the unknown key "colections"; it takes collections, database, api, plugins, hooks, logger, secret.',
  ],
  [
    "an unknown key of database",
    { collections: [], database: { uri: "x" } },
    'database has the unknown key "uri"; it takes url, max, statementTimeout, prepare.',
  ],
  [
    "an unknown key of api",
    { collections: [], api: { path: "/x" } },
    'api has the unknown key "path"; it takes prefix, url, allowedHosts, bodyLimit, cors, trustProxy, rateLimit, requestLog, hstsPreload.',
  ],
  [
    "an unknown key of a collection",
    { collections: [{ ...post, timestamp: true }] },
    'Collection "posts" has the unknown key "timestamp"; it takes slug, fields, access, hooks, timestamps, softDelete, clientId, defaultSort, indexes, previousSlug, description, deprecated.',
  ],
  [
    "a description that is none",
    { collections: [{ ...post, description: ["text"] }] },
    'Collection "posts" has a description without a text.',
  ],
  [
    "a collection that is deprecated by a text",
    { collections: [{ ...post, deprecated: "since 2" }] },
    'Collection "posts" has a deprecated that is neither true nor false.',
  ],
  [
    "an unknown access rule",
    { collections: [{ ...post, access: { list: true } }] },
    'Collection "posts" access has the unknown key "list"; it takes read, create, update, delete, readDeleted.',
  ],
  [
    "an unknown hook",
    { collections: [{ ...post, hooks: { onCreate: [] } }] },
    'Collection "posts" hooks has the unknown key "onCreate"; it takes beforeOperation, beforeRead, afterRead, beforeCreate, afterCreate, beforeUpdate, afterUpdate, beforeDelete, afterDelete, afterCommit.',
  ],
  [
    "a rule about deleted rows that nothing keeps",
    { collections: [{ ...post, access: { readDeleted: true } }] },
    'Collection "posts" has the rule readDeleted, which needs softDelete: true.',
  ],
  [
    "an index without fields",
    { collections: [{ ...post, indexes: [{ fields: [] }] }] },
    'Collection "posts": an index needs 1 to 32 fields.',
  ],
  [
    "an index with an unknown key",
    { collections: [{ ...post, indexes: [{ fields: ["title"], where: "x" }] }] },
    'Collection "posts": an index has the unknown key "where"; it takes fields, unique.',
  ],
  [
    "an index over an unknown field",
    { collections: [{ ...post, indexes: [{ fields: ["title", "toString"] }] }] },
    'Collection "posts": an index names "toString", which can\'t be indexed together with others.',
  ],
  [
    "an index over a timestamp that is not kept",
    { collections: [{ ...post, indexes: [{ fields: ["createdAt"] }] }] },
    'Collection "posts": an index names "createdAt", which can\'t be indexed together with others.',
  ],
  [
    "an index over one field twice",
    { collections: [{ ...post, indexes: [{ fields: ["title", "title"] }] }] },
    'Collection "posts": an index names "title" twice.',
  ],
  [
    "a former slug outside the grammar",
    { collections: [{ ...post, previousSlug: 'x"; drop table users; --' }] },
    'Collection "posts": previousSlug must match ^[a-z][a-z0-9-]{0,47}$.',
  ],
  [
    "a former slug that is in use",
    { collections: [post, { slug: "tags", fields: {}, previousSlug: "posts" }] },
    'Collection "tags": previousSlug names "posts", which is a collection of its own.',
  ],
  [
    "a former slug of two collections",
    {
      collections: [
        { ...post, previousSlug: "old" },
        { slug: "tags", fields: {}, previousSlug: "old" },
      ],
    },
    'Two collections have the previousSlug "old".',
  ],
  [
    "a former field name outside the grammar",
    { collections: [{ slug: "posts", fields: { a: { type: "text", previousName: "b c" } } }] },
    'Collection "posts": the previousName of the field "a" must match ^[a-z][A-Za-z0-9]{0,47}$.',
  ],
  [
    "a former field name that is in use",
    {
      collections: [
        { slug: "posts", fields: { a: { type: "text", previousName: "b" }, b: { type: "text" } } },
      ],
    },
    'Collection "posts": the field "a" has the previousName "b", which is a field of its own.',
  ],
  [
    "a former field name of two fields",
    {
      collections: [
        {
          slug: "posts",
          fields: { a: { type: "text", previousName: "c" }, b: { type: "text", previousName: "c" } },
        },
      ],
    },
    'Collection "posts": two fields have the previousName "c".',
  ],
  ["a slug used twice", { collections: [post, post] }, 'Two collections have the slug "posts".'],
  [
    "a field name outside the grammar",
    { collections: [{ slug: "posts", fields: { Title: { type: "text" } } }] },
    'Collection "posts": the field name "Title" must match ^[a-z][A-Za-z0-9]{0,47}$.',
  ],
  [
    "an unknown default order",
    { collections: [{ ...post, defaultSort: "-size" }] },
    'Collection "posts": defaultSort names "size", which can\'t be sorted by.',
  ],
  [
    "a default order by a timestamp that is not kept",
    { collections: [{ ...post, defaultSort: "createdAt" }] },
    'Collection "posts": defaultSort names "createdAt", which can\'t be sorted by.',
  ],
  [
    "a default order by JSON",
    { collections: [{ slug: "posts", fields: { meta: { type: "json" } }, defaultSort: ["meta"] }] },
    'Collection "posts": defaultSort names "meta", which can\'t be sorted by.',
  ],
  [
    "a default order of an inherited name",
    { collections: [{ ...post, defaultSort: "toString" }] },
    'Collection "posts": defaultSort names "toString", which can\'t be sorted by.',
  ],
  [
    "a plugin listed twice",
    { collections: [], plugins: [plugin("a"), plugin("a")] },
    'The plugin "a" is listed twice.',
  ],
  [
    "a plugin without the one it needs",
    { collections: [], plugins: [plugin("a", { after: ["b"] })] },
    'The plugin "a" needs the plugin "b": add it.',
  ],
  [
    "plugins in the wrong order",
    { collections: [], plugins: [plugin("a", { after: ["b"] }), plugin("b")] },
    'List the plugin "b" before "a".',
  ],
])("%s is refused", (_, config, message) => {
  expect(problemsOf(config)).toStrictEqual([message]);
});

test.each([
  { type: "richtext" },
  { type: "array", fields: { a: { type: "text" } } },
  { type: "multiselect", options: ["a"] },
  { type: "password" },
  { type: "relationship", to: "posts", hasMany: true },
])("a default order by %o, and an index over it, are refused", (f) => {
  const collection = { slug: "posts", fields: { f }, defaultSort: "f", indexes: [{ fields: ["f"] }] };
  expect(problemsOf({ collections: [collection] })).toStrictEqual([
    'Collection "posts": defaultSort names "f", which can\'t be sorted by.',
    'Collection "posts": an index names "f", which can\'t be indexed together with others.',
  ]);
});

test("a default order by a hidden field is refused, an index over it is taken", () => {
  const fields = { f: { type: "text", hidden: true } };
  expect(
    problemsOf({ collections: [{ slug: "posts", fields, defaultSort: "f", indexes: [{ fields: ["f"] }] }] }),
  ).toStrictEqual(['Collection "posts": defaultSort names "f", which can\'t be sorted by.']);
});

test("the keys of an index may be what the server owns, where the collection keeps it", () => {
  const indexes = [{ fields: ["title", "createdAt", "updatedAt", "deletedAt", "id"], unique: true }];
  expect(
    problemsOf({ collections: [{ ...post, timestamps: true, softDelete: true, indexes }] }),
  ).toStrictEqual([]);
});

test("a default order of more than three keys is refused", () => {
  const fields = { a: { type: "text" }, b: { type: "text" }, c: { type: "text" }, d: { type: "text" } };
  expect(
    problemsOf({ collections: [{ slug: "posts", fields, defaultSort: ["a", "b", "c", "d"] }] }),
  ).toStrictEqual(['Collection "posts": defaultSort takes at most 3 keys.']);
});

test.each(["", "posts", "/", "/api/", "/API", "/a//b", "/a b", "/ä", "/../x"])(
  "the prefix %o is refused",
  (prefix) => {
    expect(problemsOf({ collections: [], api: { prefix } })).toStrictEqual([
      'api.prefix must look like "/api" or "/api/v1": lower-case letters, digits and hyphens.',
    ]);
  },
);

test.each(["/api", "/api/v1", "/a-b/2", "/0"])("the prefix %o is taken", (prefix) => {
  expect(describe({ collections: [], api: { prefix } }).prefix).toBe(prefix);
});

test.each([
  "",
  "Posts",
  "1posts",
  "-posts",
  "blog_posts",
  "posts/x",
  "pösts",
  "constructor()",
  "a".repeat(49),
])("the slug %o is outside the grammar", (slug) => {
  expect(problemsOf({ collections: [{ slug, fields: {} }] })).toStrictEqual([
    `The slug "${slug}" must match ^[a-z][a-z0-9-]{0,47}$.`,
  ]);
});

test.each(["batch", "files", "health", "docs", "openapi", "lucent", "lucent-users", "lucentia"])(
  "the slug %o is reserved",
  (slug) => {
    expect(problemsOf({ collections: [{ slug, fields: {} }] })).toStrictEqual([
      `The slug "${slug}" is reserved.`,
    ]);
  },
);

test.each(["id", "createdAt", "updatedAt", "deletedAt", "constructor", "prototype", "and", "or", "not"])(
  "the field name %o is reserved",
  (name) => {
    const fields = { [name]: { type: "text" } };
    expect(problemsOf({ collections: [{ slug: "posts", fields }] })).toStrictEqual([
      `Collection "posts": the field name "${name}" is reserved.`,
    ]);
  },
);

test.each(["select", "from", "user", "order", "a".repeat(48)])("the field name %o is taken", (name) => {
  expect(
    problemsOf({ collections: [{ slug: "posts", fields: { [name]: { type: "text" } } }] }),
  ).toStrictEqual([]);
});

test("everything that is wrong is reported at once, one sentence each", () => {
  const error = (() => {
    try {
      return describe({
        collections: [
          { slug: "Posts", fields: { id: { type: "text" } } },
          { slug: "tags", fields: { name: { type: "select", options: [] } } },
        ],
        api: { prefix: "x" },
        plugins: [plugin("a", { after: ["b"] })],
      });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(BootError);
  const { problems, message } = error as BootError;
  expect(problems).toStrictEqual([
    'api.prefix must look like "/api" or "/api/v1": lower-case letters, digits and hyphens.',
    'The slug "Posts" must match ^[a-z][a-z0-9-]{0,47}$.',
    'Collection "Posts": the field name "id" is reserved.',
    'Collection "tags": the field "name" needs at least one option.',
    'The plugin "a" needs the plugin "b": add it.',
  ]);
  expect(message).toBe(problems.join("\n"));
});
