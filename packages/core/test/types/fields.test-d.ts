import {
  type Collection,
  type CreateOf,
  defineCollection,
  defineConfig,
  defineFields,
  type DocumentOf,
  type FieldName,
  type FieldRuleContext,
  type Json,
  type RichText,
  type SortKey,
  start,
  type UpdateOf,
  type ValidateContext,
  type WhereOf,
} from "@lucent/core";
import { eq } from "drizzle-orm";
import { expectTypeOf } from "vitest";

const orders = defineCollection({
  slug: "orders",
  fields: {
    title: { type: "text", required: true, searchable: true, previousName: "name" },
    tags: { type: "multiselect", options: ["a", "b"], index: true },
    sureTags: { type: "multiselect", options: ["a", "b"], required: true },
    story: { type: "richtext" },
    lines: {
      type: "array",
      maxItems: 5,
      fields: {
        sku: { type: "text", required: true },
        count: { type: "integer", required: true, default: 1 },
        note: { type: "text" },
        colors: { type: "multiselect", options: ["red", "green"] },
        parts: { type: "array", fields: { on: { type: "date" } } },
        meta: { type: "json" },
      },
    },
    secret: { type: "password", required: true },
    pin: { type: "password" },
    margin: { type: "number", hidden: true },
    hiddenMeta: { type: "json", hidden: true },
    customer: { type: "relationship", to: "orders", onDelete: "cascade" },
    readers: { type: "relationship", to: "orders", hasMany: true },
    sureReaders: { type: "relationship", to: "orders", hasMany: true, required: true, minItems: 1 },
  },
  softDelete: true,
  clientId: true,
  indexes: [{ fields: ["title", "customer"], unique: true }],
  previousSlug: "purchases",
  access: {
    read: ({ user }) => ({ "customer.title": user?.id ?? "x", tags: { contains: "a" } }),
    readDeleted: ({ user }) => user !== null,
  },
});
type Orders = typeof orders;

interface Line {
  readonly sku: string;
  readonly count: number;
  readonly note: string | null;
  readonly colors: readonly ("red" | "green")[] | null;
  readonly parts: readonly { readonly on: string | null }[] | null;
  readonly meta: Json;
}

// A document: lists of references are never null, passwords and hidden fields are not there, deletedAt may be.
expectTypeOf<DocumentOf<Orders>>().toEqualTypeOf<{
  readonly id: string;
  readonly deletedAt?: string | null;
  readonly title: string;
  readonly tags: readonly ("a" | "b")[] | null;
  readonly sureTags: readonly ("a" | "b")[];
  readonly story: RichText | null;
  readonly lines: readonly Line[] | null;
  readonly customer: string | null;
  readonly readers: readonly string[];
  readonly sureReaders: readonly string[];
}>();

// A create: with the secrets, and with an id where clients may bring one.
expectTypeOf<CreateOf<Orders>["secret"]>().toEqualTypeOf<string>();
expectTypeOf<CreateOf<Orders>["pin"]>().toEqualTypeOf<string | null | undefined>();
expectTypeOf<CreateOf<Orders>["margin"]>().toEqualTypeOf<number | null | undefined>();
expectTypeOf<CreateOf<Orders>["id"]>().toEqualTypeOf<string | undefined>();
expectTypeOf<CreateOf<Orders>["readers"]>().toEqualTypeOf<readonly string[] | undefined>();
expectTypeOf<"deletedAt">().not.toExtend<keyof CreateOf<Orders>>();
const least = { title: "a", sureTags: [], secret: "b", sureReaders: ["c"] } as const;
least satisfies CreateOf<Orders>;
// @ts-expect-error a required password must be there
({ title: "a", sureTags: [], sureReaders: ["c"] }) satisfies CreateOf<Orders>;
// @ts-expect-error a required list of references must be there
({ title: "a", sureTags: [], secret: "b" }) satisfies CreateOf<Orders>;
// @ts-expect-error not one of the options
({ ...least, tags: ["c"] }) satisfies CreateOf<Orders>;
// An entry may leave out what is not required, or has a default.
({ ...least, lines: [{ sku: "a" }, { sku: "b", count: 2, parts: [{}] }] }) satisfies CreateOf<Orders>;
// @ts-expect-error an entry without what it requires
({ ...least, lines: [{ count: 1 }] }) satisfies CreateOf<Orders>;
// @ts-expect-error an entry's value of another kind
({ ...least, lines: [{ sku: 1 }] }) satisfies CreateOf<Orders>;
// @ts-expect-error a field that entries do not have
({ ...least, lines: [{ sku: "a", size: 1 }] }) satisfies CreateOf<Orders>;
// @ts-expect-error one id is no list
({ ...least, readers: "a" }) satisfies CreateOf<Orders>;
// @ts-expect-error several ids are not one
({ ...least, customer: ["a"] }) satisfies CreateOf<Orders>;
// @ts-expect-error rich text is a tree
({ ...least, story: "text" }) satisfies CreateOf<Orders>;

// An update: hidden fields can be set, passwords can't.
expectTypeOf<UpdateOf<Orders>["margin"]>().toEqualTypeOf<number | null | undefined>();
({ tags: ["a"], story: { type: "doc" }, readers: [], lines: [{ sku: "a" }] }) satisfies UpdateOf<Orders>;
// @ts-expect-error a password is set by a create
({ secret: "a" }) satisfies UpdateOf<Orders>;
// @ts-expect-error an id is not changed
({ id: "a" }) satisfies UpdateOf<Orders>;

// Names: what can be selected, and what has an order.
expectTypeOf<FieldName<Orders>>().toEqualTypeOf<
  | "id"
  | "deletedAt"
  | "title"
  | "tags"
  | "sureTags"
  | "story"
  | "lines"
  | "customer"
  | "readers"
  | "sureReaders"
>();
expectTypeOf<SortKey<Orders>>().toEqualTypeOf<
  "id" | "deletedAt" | "title" | "customer" | "-id" | "-deletedAt" | "-title" | "-customer"
>();

// Filters.
type OrdersWhere = WhereOf<Orders>;
({
  tags: { contains: "a", notContains: "b", any: ["a"], all: ["a", "b"], exists: true },
}) satisfies OrdersWhere;
({ readers: { contains: "x" }, story: { exists: true }, lines: { exists: false } }) satisfies OrdersWhere;
({ deletedAt: { exists: true } }) satisfies OrdersWhere;
({ "customer.title": { like: "a" }, "readers.customer.title": "a" }) satisfies OrdersWhere;
({ and: [{ "customer.title": "a" }, { not: { tags: { any: ["b"] } } }] }) satisfies OrdersWhere;
// @ts-expect-error not one of the options
({ tags: { contains: "c" } }) satisfies OrdersWhere;
// @ts-expect-error a list has no bare form
({ tags: "a" }) satisfies OrdersWhere;
// @ts-expect-error a list is not equal to a value
({ readers: { eq: "a" } }) satisfies OrdersWhere;
// @ts-expect-error rich text is only asked for existence
({ story: { eq: {} } }) satisfies OrdersWhere;
// @ts-expect-error a password is not filtered by
({ secret: "a" }) satisfies OrdersWhere;
// @ts-expect-error not even for existence
({ pin: { exists: true } }) satisfies OrdersWhere;
// @ts-expect-error nor is a hidden field
({ margin: { gt: 1 } }) satisfies OrdersWhere;
// @ts-expect-error nor a path into one
({ "hiddenMeta.a": 1 }) satisfies OrdersWhere;
// @ts-expect-error a path of a field that refers to nothing
({ "title.a": 1 }) satisfies OrdersWhere;
// @ts-expect-error a path into an array
({ "lines.sku": "a" }) satisfies OrdersWhere;

// A collection that says nothing of the kind has none of it.
const plain = defineCollection({ slug: "plain", fields: { name: { type: "text" } } });
expectTypeOf<DocumentOf<typeof plain>>().toEqualTypeOf<{
  readonly id: string;
  readonly name: string | null;
}>();
expectTypeOf<"id">().not.toExtend<keyof CreateOf<typeof plain>>();
expectTypeOf(plain).toEqualTypeOf<Collection<"plain", (typeof plain)["fields"], false, false, false>>();
// @ts-expect-error nothing to follow
({ "name.a": 1 }) satisfies WhereOf<typeof plain>;
// @ts-expect-error nothing is marked as deleted
({ deletedAt: { exists: true } }) satisfies WhereOf<typeof plain>;
plain satisfies Collection;
orders satisfies Collection;

// A field's own check gets its own value, its rules get the caller, and both leave the literal types alone.
const checked = defineCollection({
  slug: "checked",
  fields: defineFields({
    name: {
      type: "text",
      required: true,
      validate: (value, context) => {
        expectTypeOf(value).toEqualTypeOf<string>();
        expectTypeOf(context).toEqualTypeOf<ValidateContext>();
        return value === context.collection ? "common" : true;
      },
    },
    size: {
      type: "integer",
      validate: async (value) => {
        expectTypeOf(value).toEqualTypeOf<number>();
        return value % 2 === 0;
      },
    },
    kind: {
      type: "select",
      options: ["x", "y"],
      access: {
        read: ({ user, field, operation, id }) => {
          expectTypeOf(field).toEqualTypeOf<string>();
          expectTypeOf(operation).toEqualTypeOf<"create" | "read" | "update" | "delete">();
          expectTypeOf(id).toEqualTypeOf<string | undefined>();
          return user === null ? { name: "public" } : true;
        },
        create: false,
        update: async () => null,
      },
    },
    many: {
      type: "relationship",
      to: "checked",
      hasMany: true,
      validate: (ids) => {
        expectTypeOf(ids).toEqualTypeOf<readonly string[]>();
        return ids.length !== 2;
      },
    },
    one: {
      type: "relationship",
      to: "checked",
      validate: (id) => {
        expectTypeOf(id).toEqualTypeOf<string>();
        return true;
      },
    },
  }),
  access: { read: ({ user }) => (user === null ? { kind: "x" } : true) },
  hooks: {
    beforeCreate: [
      ({ data, user }) => {
        expectTypeOf(data.kind).toEqualTypeOf<"x" | "y" | null | undefined>();
        expectTypeOf(data.name).toEqualTypeOf<string | undefined>();
        return { ...data, name: user?.id ?? "nobody" };
      },
    ],
    afterUpdate: [
      ({ doc }) => {
        expectTypeOf(doc.many).toEqualTypeOf<readonly string[]>();
      },
    ],
  },
});
expectTypeOf<DocumentOf<typeof checked>>().toEqualTypeOf<{
  readonly id: string;
  readonly name: string;
  readonly size: number | null;
  readonly kind: "x" | "y" | null;
  readonly many: readonly string[];
  readonly one: string | null;
}>();

// The same without defineFields takes types at the parameters.
defineCollection({
  slug: "typed",
  fields: {
    name: { type: "text", validate: (value: string) => value !== "" },
    kind: {
      type: "select",
      options: ["x", "y"],
      access: { read: ({ user }: FieldRuleContext) => user !== null },
    },
  },
  access: { read: ({ user }) => (user === null ? { kind: "x" } : true) },
  hooks: {
    afterCreate: [
      ({ doc }) => {
        expectTypeOf(doc.kind).toEqualTypeOf<"x" | "y" | null>();
      },
    ],
  },
});

// Without either, rules still know their options, in every form; only hooks lose the types of documents.
defineCollection({
  slug: "untyped",
  fields: {
    name: { type: "text", validate: (value) => value !== "" },
    kind: { type: "select", options: ["x", "y"], access: { read: ({ user }) => user !== null } },
    tags: { type: "multiselect", options: ["x", "y"] },
  },
  timestamps: true,
  defaultSort: ["-createdAt", "name"],
  access: {
    read: ({ user }) => user !== null || { kind: "x" },
    create: ({ user }) => user === null || { or: [{ kind: { eq: "x" } }, { kind: { in: ["x", "y"] } }] },
    update: async ({ user }) => (user === null ? null : { not: { tags: { any: ["x"] } } }),
    delete: () => ({ kind: "x" }),
  },
  hooks: { beforeCreate: [({ data, user }) => ({ ...data, name: user?.id ?? "nobody" })] },
});
const named = { name: { type: "text" }, kind: { type: "select", options: ["x"] } } as const;
const loose = { ...named.name, validate: (value: string) => value !== "" } as const;
// @ts-expect-error not one of the options
defineCollection({ slug: "a", fields: { ...named, loose }, access: { read: () => ({ kind: "z" }) } });
// @ts-expect-error unknown field
defineCollection({ slug: "a", fields: { ...named, loose }, access: { read: () => ({ nme: "a" }) } });

// Mistakes in definitions.
const slug = "a";
// @ts-expect-error the value of the check is of another kind
defineCollection({ slug, fields: { a: { type: "integer", validate: (text: string) => text === "" } } });
// @ts-expect-error a rule that does not exist
defineCollection({ slug, fields: { a: { type: "text", validate: () => "wrong" } } });
const refers = { b: { type: "relationship", to: "a" } } as const;
// @ts-expect-error an array's entry refers to nothing
defineCollection({ slug, fields: { a: { type: "array", fields: refers } } });
// @ts-expect-error nor has it a password
defineCollection({ slug, fields: { a: { type: "array", fields: { b: { type: "password" } } } } });
// @ts-expect-error a number has one value
defineCollection({ slug, fields: { a: { type: "number", hasMany: true } } });
const many = { type: "relationship", to: "a", hasMany: true } as const;
// @ts-expect-error a list of references can't cascade
defineCollection({ slug, fields: { a: { ...many, onDelete: "cascade" } } });
const secret = { type: "text", hidden: true } as const;
// @ts-expect-error a hidden field gives no order
defineCollection({ slug, fields: { secret }, defaultSort: "secret" });
const several = { type: "multiselect", options: ["x"] } as const;
// @ts-expect-error a list has no order
defineCollection({ slug, fields: { several }, defaultSort: "-several" });

// Tables: what is stored in a column of its own.
const { drizzle, tables } = await start(defineConfig({ collections: [orders, plain] }));
expectTypeOf(tables.orders.$inferSelect).toEqualTypeOf<{
  id: string;
  deletedAt: Date | null;
  title: string;
  tags: ("a" | "b")[] | null;
  sureTags: ("a" | "b")[];
  story: RichText | null;
  lines: readonly Line[] | null;
  secret: string;
  pin: string | null;
  margin: number | null;
  hiddenMeta: Exclude<Json, null> | null;
  customer: string | null;
}>();
void drizzle
  .update(tables.orders)
  .set({ deletedAt: new Date(), tags: ["b"] })
  .where(eq(tables.orders.id, "a"));
// @ts-expect-error a list of references is no column
void tables.orders.readers;
