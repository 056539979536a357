import { type Collection, describe, permissionsOf, type User } from "@lucent/core";
import { expect, test } from "vitest";

/** What a caller may do with the collection `things` of these. */
async function permissions(things: Partial<Collection>, user: User | null = null) {
  const { collections } = describe({ collections: [{ slug: "things", fields: {}, ...things }] });
  const found = (await permissionsOf(collections, user)).get("things");
  if (found === undefined) throw new TypeError("the collection is missing");
  return found;
}

test.each<[string, NonNullable<Collection["access"]>["read"], string]>([
  ["true", true, "granted"],
  ["false", false, "denied"],
  ["nothing", undefined, "denied"],
  ["null", () => null, "denied"],
  ["a filter", () => ({ id: { exists: true } }), "conditional"],
  ["true at last", async () => Promise.resolve(true), "granted"],
  ["something that never comes", () => new Promise(() => undefined), "unknown"],
  ["a filter that is none", () => ({ unknown: 1 }), "unknown"],
  [
    "a failure",
    () => {
      throw new TypeError("no database");
    },
    "unknown",
  ],
  ["a failure at last", () => Promise.reject(new TypeError("no database")), "unknown"],
])("a rule that says %s is told apart from the others", async (_, rule, expected) => {
  const names = ["read", "create", "update", "delete", "readDeleted"];
  const access = Object.fromEntries(names.map((name) => [name, rule]));
  expect(await permissions({ access, softDelete: true })).toMatchObject({
    list: expected,
    one: expected,
    create: expected,
    createByRoute: expected,
    update: expected,
    delete: expected,
    readDeleted: expected,
  });
});

test("rules hear who asks, what for, and of which document", async () => {
  const heard: unknown[] = [];
  const rule = ({
    user,
    operation,
    id,
  }: {
    user: User | null;
    operation: string;
    id: string | undefined;
  }) => {
    heard.push([user?.id, operation, id === undefined ? "all" : "one"]);
    return true;
  };
  await permissions({ access: { read: rule, create: rule, update: rule, delete: rule } }, { id: "7" });
  expect(heard).toStrictEqual([
    ["7", "read", "all"],
    ["7", "read", "one"],
    ["7", "create", "all"],
    ["7", "create", "all"],
    ["7", "update", "one"],
    ["7", "delete", "one"],
  ]);
});

test("fields have rules of their own, and what is hidden or the server's is denied", async () => {
  const { fields } = await permissions({
    fields: {
      open: { type: "text" },
      shut: { type: "text", access: { read: false, create: false } },
      own: { type: "text", access: { read: ({ user }) => user !== null && { id: user.id } } },
      secret: { type: "text", hidden: true },
      hash: { type: "password" },
    },
    access: { read: true },
    timestamps: true,
    softDelete: true,
  });
  expect(Object.fromEntries(fields)).toStrictEqual({
    id: { read: "granted", create: "denied", update: "denied" },
    open: { read: "granted", create: "granted", update: "granted" },
    shut: { read: "denied", create: "denied", update: "granted" },
    own: { read: "denied", create: "granted", update: "granted" },
    secret: { read: "denied", create: "granted", update: "granted" },
    hash: { read: "denied", create: "granted", update: "granted" },
    createdAt: { read: "granted", create: "denied", update: "denied" },
    updatedAt: { read: "granted", create: "denied", update: "denied" },
    deletedAt: { read: "denied", create: "denied", update: "denied" },
  });
});

test("a key may do what it was made for, whatever the rules say", async () => {
  const all = { read: true, create: true, update: true, delete: true } as const;
  const found = await permissions({ access: all }, { id: "1", scopes: ["things:read"] });
  expect(found).toMatchObject({ list: "granted", create: "denied", update: "denied", delete: "denied" });
});

test("strangers make accounts by the route for it alone", async () => {
  const plugin = { name: "accounts", options: ["auth"] };
  const collection = { slug: "things", fields: {}, auth: true, access: { create: true } } as const;
  const { collections } = describe({ collections: [collection], plugins: [plugin] });
  const found = (await permissionsOf(collections, null)).get("things");
  expect(found).toMatchObject({ create: "granted", createByRoute: "denied" });
});
