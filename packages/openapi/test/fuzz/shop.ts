import {
  type Config,
  defineCollection,
  type FieldRuleContext,
  type Lucent,
  type RuleContext,
  type User,
} from "@lucent/core";
import { migrate } from "@lucent/migrate";

import { openapi } from "../../src/index.ts";
import { nobody, visitor } from "./accounts.ts";
import { make, serve } from "./application.ts";
import { accounts } from "./guide.ts";
import { Memory } from "./memory.ts";
import type { Fuzzed } from "./run.ts";
import { wire } from "./wire.ts";

/** Stands in columns that nobody reads. */
export const canary = "never-shown-4b1d";
/** Stands in rows that nobody reads. */
const sealed = "never-shown-e07c";

const isAdmin = ({ user }: RuleContext | FieldRuleContext): boolean => user?.["role"] === "admin";
const isKnown = ({ user }: RuleContext | FieldRuleContext): boolean => user !== null;
const isOwn = ({ user }: RuleContext | FieldRuleContext) => (user === null ? false : { id: { eq: user.id } });

const users = defineCollection({
  slug: "users",
  auth: { password: { minLength: 15 }, apiKeys: { admin: (user: User) => user["role"] === "admin" } },
  fields: {
    name: { type: "text", maxLength: 60, searchable: true },
    role: {
      type: "select",
      options: ["member", "admin"],
      default: "member",
      access: { create: isAdmin, update: isAdmin },
    },
    hiddenRank: { type: "text", hidden: true, default: canary },
  },
  access: {
    read: isKnown,
    create: true,
    update: (context) => isAdmin(context) || isOwn(context),
    delete: (context) => isAdmin(context) || isOwn(context),
  },
  softDelete: true,
});

/** Accounts that have to show that their address is theirs. */
const guests = defineCollection({
  slug: "guests",
  auth: { requireEmailVerification: true, apiKeys: false },
  fields: { nickname: { type: "text", required: true, minLength: 2, maxLength: 30, pattern: "^[a-z]+$" } },
  access: { create: true, read: isAdmin },
  timestamps: true,
});

/** Accounts that no stranger makes. */
const staff = defineCollection({
  slug: "staff",
  auth: true,
  fields: { desk: { type: "text" } },
  access: { read: isAdmin, create: isAdmin },
});

const makers = defineCollection({
  slug: "makers",
  description: "Whoever makes what is sold.",
  fields: {
    name: { type: "text", required: true, maxLength: 80, searchable: true },
    phone: { type: "text", maxLength: 40, access: { read: isKnown } },
    founded: { type: "date" },
    parent: { type: "relationship", to: "makers", onDelete: "setNull" },
    // Names that statements have for something of their own.
    d: { type: "text" },
    t: { type: "integer" },
    hiddenMargin: { type: "text", hidden: true, default: canary },
  },
  access: {
    // Goods refer to makers that not everybody sees.
    read: (context) => isAdmin(context) || { name: { neq: "Anvil" } },
    create: isKnown,
    update: isKnown,
    delete: isAdmin,
  },
});

/** A field of every kind, and rules of every kind. */
const goods = defineCollection({
  slug: "goods",
  fields: {
    title: {
      type: "text",
      required: true,
      minLength: 3,
      maxLength: 80,
      searchable: true,
      description: "A heading.",
    },
    code: { type: "text", unique: true, pattern: "^[A-Z]{3}-[0-9]{4}$" },
    text: { type: "textarea", maxLength: 400 },
    mail: { type: "email" },
    state: {
      type: "select",
      options: ["draft", "sold", "open"],
      required: true,
      default: "open",
      access: { update: isAdmin },
    },
    tags: { type: "multiselect", options: ["a", "b", "c"], maxItems: 2 },
    price: { type: "decimal", precision: 8, scale: 2 },
    weight: { type: "decimal" },
    rating: { type: "number", min: 1, max: 5 },
    stock: { type: "integer", min: 0, max: 1_000, default: 1 },
    pinned: { type: "boolean", access: { create: false, update: isAdmin } },
    since: { type: "date" },
    meta: { type: "json", maxBytes: 2_000 },
    story: { type: "richtext" },
    lines: {
      type: "array",
      maxItems: 4,
      fields: {
        sku: { type: "text", required: true, maxLength: 10 },
        count: { type: "integer", min: 1, default: 1 },
        at: { type: "date" },
        kind: { type: "select", options: ["x", "y"] },
        cost: { type: "decimal", precision: 4, scale: 1 },
      },
    },
    maker: { type: "relationship", to: "makers", required: true },
    helpers: { type: "relationship", to: "makers", hasMany: true, maxItems: 3, onDelete: "setNull" },
    letter: { type: "relationship", to: "letters" },
    owner: {
      type: "relationship",
      to: "users",
      onDelete: "setNull",
      access: { create: false, update: false },
    },
    memo: { type: "text", access: { read: () => ({ state: { eq: "open" } }) } },
    note: { type: "text", access: { read: isAdmin, update: isAdmin } },
    gone: { type: "text", deprecated: true },
    hiddenCost: { type: "text", hidden: true, default: canary },
    sum: { type: "integer", writable: false },
  },
  access: {
    read: (context) => isAdmin(context) || { state: { neq: "draft" } },
    create: isKnown,
    update: async (context) => isKnown(context),
    delete: isAdmin,
    readDeleted: isAdmin,
  },
  hooks: { beforeCreate: [({ data, user }) => ({ ...data, ...(user === null ? {} : { owner: user.id }) })] },
  timestamps: true,
  softDelete: true,
  indexes: [{ fields: ["maker", "title"], unique: true }],
});

/** Strangers write these, with ids of their own; whoever is known reads. */
const orders = defineCollection({
  slug: "orders",
  fields: {
    item: { type: "text", required: true, maxLength: 40 },
    good: { type: "relationship", to: "goods", onDelete: "cascade" },
    discount: { type: "integer", access: { create: isAdmin } },
  },
  access: { create: true, read: isKnown, update: false },
  clientId: true,
  deprecated: true,
});

const letters = defineCollection({
  slug: "letters",
  fields: { secretWords: { type: "text" }, hiddenSeal: { type: "text", hidden: true, required: true } },
  // Which nobody can do who does not know of the seal.
  access: { read: isAdmin, create: isAdmin },
});

/** Nothing for anybody. */
const hiddenVaults = defineCollection({ slug: "hidden-vaults", fields: { hiddenNumber: { type: "text" } } });

const config: Config = {
  collections: [users, guests, staff, makers, goods, orders, letters, hiddenVaults],
  api: { rateLimit: true },
};

/**
 * A shop with rules of every kind, hidden fields and collections, and three kinds of accounts.
 * @param plant Puts something wrong into it.
 */
export async function servedShop(
  server: string,
  plant: (config: Config) => Config = (each) => each,
): Promise<Fuzzed> {
  const memory = new Memory();
  const plugins = [migrate(), accounts(memory), openapi({ title: "Shop", view: "caller" })];
  const application = await serve(server, plant({ ...config, plugins }));
  const { engine, port } = application;
  await fill(engine);
  const over = wire(port);
  const scopes = ["goods:read", "goods:create", "makers:read"];
  const visitors = [
    await visitor(engine, over, {
      name: "admin",
      weight: 8,
      slug: "users",
      fields: { name: "Ada", role: "admin" },
    }),
    await visitor(engine, over, { name: "member", weight: 5, slug: "users", fields: { name: "Max" } }),
    await visitor(engine, over, { name: "key", weight: 2, slug: "users", fields: { name: "Kim" }, scopes }),
    await visitor(engine, over, { name: "clerk", weight: 2, slug: "staff", fields: { desk: "7" } }),
    nobody,
  ];
  over.close();
  const names = [
    "hiddenRank",
    "hiddenMargin",
    "hiddenCost",
    "hidden-vaults",
    "hidden_",
    "hiddenNumber",
    "hiddenSeal",
  ];
  return { ...application, name: "the shop", visitors, memory, secrets: { values: [canary, sealed], names } };
}

async function fill(engine: Lucent): Promise<void> {
  const letter = await make(engine, "letters", { secretWords: "for admins", hiddenSeal: canary });
  await make(engine, "hidden-vaults", { hiddenNumber: sealed });
  for (const name of ["Anvil", "Bell", "Crane"]) {
    const maker = await make(engine, "makers", { name, phone: "030" });
    for (const state of ["draft", "open", "sold"]) {
      const good = { title: `${name} ${state}`, state, maker, letter, price: "9.99" };
      await make(engine, "goods", { ...good, memo: "for some", note: "for admins" });
    }
  }
}
