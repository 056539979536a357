import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { alice, ids } from "./security/callers.ts";
import { insertPosts, nthId } from "./security/rows.ts";
import { startWorld, type World } from "./security/world.ts";

let world: World;
const rounds = process.env["LUCENT_LONG"] === "1" ? 500 : 200;
const batch = 20;

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  await world.reset();
});

/** Moves a row to bob while alice writes it; a delay, in round trips to the database, lets now one and now the other win. */
async function race(
  { id, delay }: { readonly id: string; readonly delay: number },
  write: () => Promise<number>,
): Promise<readonly [moved: boolean, status: number]> {
  const move = async () => {
    for (let at = 0; at < delay; at += 1) await world.sql`select 1`;
    return world.sql`update posts set owner = ${ids.bob} where id = ${id} and title = 'before'`;
  };
  const [moved, status] = await Promise.all([move(), write()]);
  return [moved.count === 1, status];
}

test(`T-ACL-08 in ${rounds} races no update lands on a row that had moved to somebody else`, async () => {
  const winners = new Set<boolean>();
  for (let round = 0; round < rounds; round += 1) {
    const id = nthId("post", round);
    if (round % batch === 0) {
      const posts = Array.from({ length: batch }, (_, at) => nthId("post", round + at));
      await insertPosts(
        world,
        posts.map((each) => ({ id: each, title: "before", owner: ids.alice })),
      );
    }
    const body = { title: "after" };
    const [moved, status] = await race({ id, delay: round % 10 }, async () => {
      if (round % 2 === 0) return (await world.as(alice, "PATCH", `/api/posts/${id}`, { body })).status;
      const operations = [{ op: "update", collection: "posts", id, data: body }];
      return (await world.as(alice, "POST", "/api/batch", { body: { operations } })).status;
    });
    winners.add(moved);
    const [row] = await world.sql`select title, owner from posts where id = ${id}`;
    const expected = moved
      ? [404, { title: "before", owner: ids.bob }]
      : [200, { title: "after", owner: ids.alice }];
    expect([status, row]).toStrictEqual(expected);
  }
  expect(winners.size, "both orders were met").toBe(2);
}, 600_000);

test("T-ACL-08 an update that waits for the one that moves the row comes too late", async () => {
  for (const [at, method] of ["PATCH", "DELETE", "PATCH with If-Match"].entries()) {
    const id = nthId("post", at);
    await insertPosts(world, [{ id, title: "before", owner: ids.alice }]);
    const [name = ""] = method.split(" ");
    const tag = (await world.as(alice, "GET", `/api/posts/${id}`)).headers["etag"] ?? "";
    const asked = await world.sql.begin(async (sql) => {
      await sql`update posts set owner = ${ids.bob} where id = ${id}`;
      const waiting = world.as(alice, name, `/api/posts/${id}`, {
        ...(name === "PATCH" ? { body: { title: "after" } } : {}),
        ...(method === name ? {} : { headers: { "if-match": tag } }),
      });
      for (let blocked = 0; blocked === 0;) {
        const [row] = await sql`select count(*)::int as n from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        blocked = Number(row?.["n"]);
      }
      return { waiting };
    });
    expect((await asked.waiting).status).toBe(404);
    const [row] = await world.sql`select title, owner, deleted_at from posts where id = ${id}`;
    expect(row).toMatchObject({ title: "before", owner: ids.bob, deleted_at: null });
  }
});
