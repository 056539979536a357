import type { Collection } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type CommandRun, type World, world } from "../world/database.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const users: Collection = { slug: "users", fields: { name: { type: "text" } } };

function posts(fields: Collection["fields"], changes: Partial<Collection> = {}): Collection {
  return { slug: "posts", fields, ...changes };
}

const author = posts({ author: { type: "relationship", to: "users" } });
const writers: Collection["fields"] = {
  writers: { type: "relationship", to: "users", hasMany: true, previousName: "author" },
};

async function migrate(...collections: readonly Collection[]): Promise<CommandRun> {
  const ran = await here.command(collections);
  expect(ran, "the command").toMatchObject({ code: 0 });
  return ran;
}

async function referring(): Promise<void> {
  await here.script(`insert into users (id, name) select gen_random_uuid(), 'u' || n from generate_series(1, 3) n;
    insert into posts (id, author) select gen_random_uuid(), id from users`);
}

describe("a list of references", () => {
  it("that a renamed field becomes says nothing of a table that never was", async () => {
    await migrate(users, author);
    await referring();
    const { errors } = await migrate(users, posts(writers));
    expect(errors.join("\n")).not.toContain("made anew");
    expect(errors.join("\n")).toMatch(
      /"posts_writers_links" gets the references .* as they are at that moment/,
    );
    expect(await here.sql("select count(*)::integer from posts_writers_links")).toEqual([[3]]);
  });

  it("that is new in a renamed collection says nothing either", async () => {
    await migrate(users, posts({ title: { type: "text" } }));
    const fields: Collection["fields"] = { tags: { type: "relationship", to: "users", hasMany: true } };
    const { errors } = await migrate(users, { slug: "articles", previousSlug: "posts", fields });
    expect(errors.join("\n")).not.toContain("made anew");
  });

  it("whose previous name is nothing's says so", async () => {
    await migrate(users, posts({ title: { type: "text" } }));
    const { errors } = await migrate(users, posts({ title: { type: "text" }, ...writers }));
    expect(errors.join("\n")).toContain('"posts_writers_links" is made anew');
  });

  it("that is a single reference again is said to keep what it holds for itself", async () => {
    const list = posts({ author: { type: "relationship", to: "users", hasMany: true } });
    await migrate(users, author);
    await referring();
    await migrate(users, list);
    await here.sql("delete from posts_author_links");
    const { errors } = await migrate(users, author);
    expect(errors.join("\n")).toMatch(/"posts"."author" is a single reference again/);
    expect(await here.sql("select count(author)::integer from posts")).toEqual([[3]]);
    expect((await migrate(users, list)).errors.join("\n")).not.toContain("again, and holds");
  });
});
