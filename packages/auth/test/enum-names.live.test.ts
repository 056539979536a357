import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld, newCredentials } from "./world/auth-world.ts";
import { uniform } from "./world/uniform.ts";

const names = {
  handle: { type: "text", unique: true, maxLength: 10_000 },
  team: { type: "text" },
  seat: { type: "integer" },
} as const;
const indexes = [{ fields: ["team", "seat"], unique: true }] as const;

/** Accounts that nobody may look at before they are one. */
const authors = defineCollection({
  slug: "authors",
  auth: { requireEmailVerification: true },
  fields: names,
  indexes,
  access: { create: true, read: ({ user }) => user !== null },
});

/** Accounts that everybody may look at. */
const bloggers = defineCollection({
  slug: "bloggers",
  auth: { requireEmailVerification: true },
  fields: names,
  indexes,
  access: { create: true, read: true },
});
const collections = [authors, bloggers] as const;

let world: AuthWorld<typeof collections>;

beforeAll(async () => {
  world = await authWorld({ collections, auth: { hash: cheap } });
});
afterAll(() => world.stop());

test.each(["authors", "bloggers"])(
  "T-ENUM-04 a name that is taken is told in the same way for a free address and a taken one (%s)",
  async (slug) => {
    const { email } = newCredentials();
    const first = { handle: "ada", team: "red", seat: 1 };
    expect((await world.register({ email, ...first }, slug)).status).toBe(202);
    for (const taken of [
      { handle: "ada" },
      { team: "red", seat: 1 },
      { handle: "ada", team: "red", seat: 1 },
    ]) {
      const { status, text } = await uniform({
        "free address": () => world.register(taken, slug),
        "taken address": () => world.register({ email, ...taken }, slug),
      });
      expect(status).toBe(409);
      expect(text.includes('"handle"')).toBe(slug === "bloggers" && "handle" in taken);
    }
    // Names that are free, or as long as nobody asks for them, say nothing about an address.
    for (const free of [
      { handle: "bob" },
      { handle: "b".repeat(9_000) },
      { team: "red" },
      { handle: null },
    ]) {
      const answers = await uniform({
        "taken address": () => world.register({ email, ...free }, slug),
        "free address": () => world.register(free, slug),
      });
      expect([answers.status, answers.text]).toStrictEqual([202, "{}"]);
    }
  },
);
