import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { desiredSchema } from "../../src/desired.ts";
import { noDecisions } from "../../src/model/decisions.ts";
import { type Proof, verifyPlan } from "../../src/verify.ts";
import { type World, world } from "../world/database.ts";
import { choice, reference, unique } from "../world/parts.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const users = tableOf("users");
const posts = tableOf("posts", {
  columns: [
    id,
    column("title"),
    column("status", { nullable: false, default: { value: "a" } }),
    column("author", { type: "uuid" }),
  ],
  indexes: [unique("posts", "title"), indexOn("posts_author_id_idx", ["author", "id"])],
  foreignKeys: [reference("posts", "author", { references: "users" })],
  checks: [choice("posts", "status", ["a", "b"])],
});
const later = tableOf("articles", {
  previousName: "posts",
  columns: [
    id,
    column("headline", { previousName: "title", nullable: false }),
    column("status", { nullable: false }),
    column("rating", { type: "bigint" }),
  ],
  checks: [choice("articles", "status", ["a", "b", "c"])],
});

function verify(tables: Parameters<typeof desiredSchema>[0]["tables"]): Promise<Proof> {
  return verifyPlan(here.database, { desired: desiredSchema({ tables }), decisions: noDecisions });
}

describe("verifyPlan", () => {
  it("proves a plan on a copy, and changes nothing", async () => {
    await here.apply([users, posts]);
    await here.sql("insert into posts (id, title) values (gen_random_uuid(), 'x')");
    await here.sql("create index by_hand on posts (lower(title)) where status <> 'b'");
    await here.sql("alter table posts add by_hand text generated always as (upper(title)) stored");
    const before = await here.dump();
    expect(await verify([users, later])).toEqual({
      proved: true,
      reason: expect.stringMatching(/on a copy/),
    });
    expect(await here.dump()).toEqual(before);
  });

  it("proves the first plan of an empty database", async () => {
    expect(await verify([users, posts])).toMatchObject({ proved: true });
  });

  it("says that a refused plan is none to be proved", async () => {
    await here.sql("create table posts (id int)");
    expect(await verify([users, posts])).toEqual({
      proved: false,
      skipped: true,
      reason: "The plan is refused.",
    });
  });

  it("says what can't be copied", async () => {
    await here.apply([users, posts]);
    await here.sql("create table others (id uuid primary key)");
    await here.sql("alter table posts add constraint away foreign key (author) references others (id)");
    const proof = await verify([users, later]);
    expect(proof).toMatchObject({ proved: false, skipped: true });
    expect(proof.reason).toMatch(/"away" of "posts"/);
  });

  it("Q12 says when a copy lacks a type, which is no reason not to run the plan", async () => {
    await here.apply([users, posts]);
    await here.sql("create domain mail as text check (value like '%@%')");
    await here.sql("alter table posts add mail mail");
    const proof = await verify([users, later]);
    expect(proof).toMatchObject({ proved: false, skipped: true });
    expect(proof.reason).toMatch(/No copy of "posts" can be made \(42704\)/);
    expect(await here.apply([users, later])).toMatchObject({ kind: "applied" });
  });
});
