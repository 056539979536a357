import { defineCollection } from "@lucent/core";

import { scriptedHooks } from "./scripted-hooks.ts";

/** The hooks of orders. */
export const ofOrders = scriptedHooks();
/** The hooks of events. */
export const ofEvents = scriptedHooks(["beforeOperation", "beforeCreate", "afterCreate", "afterCommit"]);

const orders = defineCollection({
  slug: "orders",
  fields: { name: { type: "text", required: true, unique: true }, total: { type: "integer" } },
  access: { read: true, create: true, update: true, delete: true },
  hooks: ofOrders.hooks,
});

const events = defineCollection({
  slug: "events",
  fields: { name: { type: "text", required: true, unique: true } },
  access: { read: true, create: ({ user }) => user !== null },
  hooks: ofEvents.hooks,
});

/** What has no hooks: its writes need no transaction of their own. */
const plain = defineCollection({
  slug: "plain",
  fields: { name: { type: "text", required: true, unique: true }, count: { type: "integer", default: 0 } },
  access: { read: true, create: true, update: true, delete: true },
});

/** Orders and events with hooks, and what has none. */
export const trade = [orders, events, plain] as const;
