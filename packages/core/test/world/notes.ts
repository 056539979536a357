import { defineCollection } from "@lucent/core";

import { scriptedHooks } from "./scripted-hooks.ts";

/** The hooks of notes. */
export const ofNotes = scriptedHooks();

/** What can be deleted and restored, with something of everything that hooks meet. */
export const notes = defineCollection({
  slug: "notes",
  softDelete: true,
  timestamps: true,
  fields: {
    title: { type: "text", required: true, maxLength: 20 },
    slug: { type: "text", required: true, unique: true },
    views: { type: "integer", default: 7 },
    editor: { type: "text", access: { create: false, update: false } },
    secret: { type: "text", hidden: true },
    at: { type: "date" },
    next: { type: "relationship", to: "notes" },
  },
  access: { read: true, create: true, update: true, delete: true, readDeleted: true },
  hooks: ofNotes.hooks,
});
