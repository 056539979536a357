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
    'The configuration has the unknown key "colections"; it takes collections, database, api, plugins, logger, secret.',
  ],
  [
    "an unknown key of database",
    { collections: [], database: { uri: "x" } },
    'database has the unknown key "uri"; it takes url, max, statementTimeout, prepare.',
  ],
  [
    "an unknown key of api",
    { collections: [], api: { path: "/x" } },
    'api has the unknown key "path"; it takes prefix, url, allowedHosts, bodyLimit.',
  ],
  [
    "an unknown key of a collection",
    { collections: [{ ...post, timestamp: true }] },
    'Collection "posts" has the unknown key "timestamp"; it takes slug, fields, access, timestamps, defaultSort.',
  ],
  [
    "an unknown access rule",
    { collections: [{ ...post, access: { list: true } }] },
    'Collection "posts" access has the unknown key "list"; it takes read, create, update, delete.',
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
