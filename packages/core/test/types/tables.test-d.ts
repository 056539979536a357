import { type Json, type Lucent, start } from "@lucent/core";
import { and, count, desc, eq, gt, like, sql } from "drizzle-orm";
import { expectTypeOf } from "vitest";

import { config } from "./world.ts";

const { drizzle, tables } = await start(config);
const { kinds, people } = tables;
const posts = tables["blog-posts"];
type Held = Exclude<Json, null>;

expectTypeOf(kinds).not.toBeAny();
expectTypeOf(kinds.$inferSelect).toEqualTypeOf<{
  id: string;
  createdAt: Date;
  updatedAt: Date;
  text: string | null;
  textarea: string | null;
  email: string | null;
  number: number | null;
  integer: number | null;
  decimal: string | null;
  boolean: boolean | null;
  date: Date | null;
  select: "red" | "green" | null;
  json: Held | null;
  relationship: string | null;
  sureText: string;
  sureJson: Held;
  sureSelect: "on" | "off";
}>();

// The id and the timestamps fill themselves in; the defaults of fields are Lucent's, not the table's.
expectTypeOf<typeof posts.$inferInsert>().toEqualTypeOf<{
  id?: string | undefined;
  title: string;
  status: "draft" | "published";
  views: number;
  note?: string | null | undefined;
  author?: string | null | undefined;
}>();
expectTypeOf<{ sureText: "a"; sureJson: 1; sureSelect: "on" }>().toExtend<typeof kinds.$inferInsert>();

expectTypeOf(await drizzle.select().from(people).where(eq(people.name, "a"))).toEqualTypeOf<
  { id: string; name: string | null }[]
>();
expectTypeOf(
  await drizzle
    .select({ author: people.name, posts: count() })
    .from(posts)
    .innerJoin(people, eq(posts.author, people.id))
    .where(and(gt(posts.views, 1), like(posts.title, "a%"), eq(posts.status, "draft")))
    .groupBy(people.name)
    .orderBy(desc(posts.views)),
).toEqualTypeOf<{ author: string | null; posts: number }[]>();
// The parts of a joined row are named by their tables.
const joined = await drizzle.select().from(people).leftJoin(posts, eq(posts.author, people.id));
expectTypeOf(joined).not.toBeAny();
expectTypeOf(joined[0]?.people).toEqualTypeOf<{ id: string; name: string | null } | undefined>();
expectTypeOf(joined[0]?.blog_posts?.views).toEqualTypeOf<number | undefined>();
void drizzle.insert(people).values({ name: sql`upper('a')` });
void drizzle
  .update(kinds)
  .set({ updatedAt: new Date(), json: { a: [1] } })
  .where(eq(kinds.id, "a"));

// @ts-expect-error unknown column
void posts.subtitle;
// @ts-expect-error without timestamps there is no such column
void posts.createdAt;
// @ts-expect-error unknown collection
void tables.places;
// @ts-expect-error not one of the options
eq(posts.status, "gone");
// @ts-expect-error a value of another kind
gt(posts.views, "1");
// @ts-expect-error required columns must be there
void drizzle.insert(posts).values({ title: "a" });
// @ts-expect-error a required column is not null
void drizzle.update(posts).set({ title: null });

// An engine that is not known by type still has its tables.
expectTypeOf<Lucent["tables"][string]>().not.toBeAny();
