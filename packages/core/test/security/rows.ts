import type { World } from "./world.ts";

/** A row of posts as the tests make it, around the engine. */
export interface Post {
  readonly id: string;
  readonly title: string;
  readonly [column: string]: string | number | boolean | null;
}

/** The id of the nth row of a kind: the same in every run. */
export function nthId(kind: "post" | "tag" | "contact", at: number): string {
  const kinds = { post: "1", tag: "2", contact: "3" };
  return `018f4e1c-000${kinds[kind]}-7000-8000-${at.toString(16).padStart(12, "0")}`;
}

const day = 86_400_000;

/** A moment that only depends on its place, so that two worlds agree. */
export function nthDate(at: number): string {
  return new Date(Date.UTC(2026, 0, 1) + at * day).toISOString();
}

/** Inserts posts; what they do not say is null, and their times are those of their place. */
export async function insertPosts({ sql }: Pick<World, "sql">, posts: readonly Post[]): Promise<void> {
  for (const [at, post] of posts.entries()) {
    const row = { created_at: nthDate(at), updated_at: nthDate(at), ...post };
    await sql`insert into posts ${sql(row)}`;
  }
}

/** The table behind a list of references, and its columns. */
export const links = { tags: "posts_tags_links", related: "posts_related_links" } as const;

/** Stores a list of references. */
export async function insertLinks(
  { sql }: Pick<World, "sql">,
  field: keyof typeof links,
  [owner, targets]: readonly [owner: string, targets: readonly string[]],
): Promise<void> {
  const rows = targets.map((target_id, position) => ({ owner_id: owner, target_id, position }));
  await sql`insert into ${sql(links[field])} ${sql(rows)}`;
}
