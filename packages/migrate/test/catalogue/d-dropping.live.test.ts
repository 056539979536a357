import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { reference, unique } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const full = tableOf("posts", { columns: [id, column("title"), column("subtitle")] });
const posts = tableOf("posts");
const rows = `insert into posts (id, title, subtitle)
  select gen_random_uuid(), n::text, case when n < 4 then 's' || n end from generate_series(1, 10) n`;
const dropping = (...names: readonly string[]) => ({ dropOrphaned: true, drop: new Set(names) });

describe("dropping and keeping", () => {
  it("D01 keeps a field that is gone, and says what it holds", async () => {
    const { plan } = await scenario(here, { start: [full], data: rows, to: [posts], expect: "current" });
    expect(plan.warnings.join("\n")).toMatch(/posts.*subtitle.*3/);
  });

  it("D01 lets rows be written beside a kept field that was required, unique, a reference and a choice", async () => {
    await scenario(here, {
      start: [
        tableOf("users"),
        tableOf("posts", {
          columns: [
            id,
            column("title"),
            column("subtitle", { nullable: false }),
            column("author", { type: "uuid", nullable: false }),
          ],
          indexes: [unique("posts", "subtitle")],
          foreignKeys: [reference("posts", "author", { references: "users" })],
          checks: [{ name: "posts_subtitle_check", column: "subtitle", options: ["a", "b"] }],
        }),
      ],
      data: `insert into users (id) values ('00000000-0000-7000-8000-000000000001');
        insert into posts (id, subtitle, author) values (gen_random_uuid(), 'a', '00000000-0000-7000-8000-000000000001')`,
      to: [tableOf("users"), posts],
      expect: { steps: expect.any(Array) },
    });
    await here.sql("insert into posts (id, title) values (gen_random_uuid(), 'x'), (gen_random_uuid(), 'y')");
    expect(await here.sql("select subtitle from posts where subtitle is not null")).toEqual([["a"]]);
    await here.sql("delete from users");
  });

  it("D02 drops nothing that is not named", async () => {
    const { plan } = await scenario(here, {
      start: [full],
      data: rows,
      to: [posts],
      decisions: dropping(),
      expect: { refusals: ["DATA_LOSS posts.subtitle 3"] },
    });
    expect(plan.refusals[0]?.ways.join()).toMatch(/--drop posts\.subtitle/);
  });

  it("D03 drops what is named, and nothing beside it", async () => {
    const more = tableOf("posts", { columns: [id, column("title"), column("subtitle"), column("other")] });
    await scenario(here, {
      start: [more],
      data: rows,
      to: [tableOf("posts", { columns: [id, column("title"), column("other")] })],
      decisions: dropping("posts.subtitle"),
      expect: { steps: ["dropColumn posts.subtitle"] },
    });
    expect(await here.sql("select count(title)::int, count(*)::int from posts")).toEqual([[10, 10]]);
  });

  it("D03 drops nothing where dropping is not allowed at all", async () => {
    await scenario(here, {
      start: [full],
      data: rows,
      to: [posts],
      decisions: { drop: new Set(["posts.subtitle"]) },
      expect: "current",
    });
  });

  it("D04 drops an empty column where dropping is allowed", async () => {
    const { plan } = await scenario(here, {
      start: [full],
      data: "insert into posts (id, title) values (gen_random_uuid(), 'x')",
      to: [posts],
      decisions: dropping(),
      expect: { steps: ["dropColumn posts.subtitle"] },
    });
    expect(plan.warnings.join("\n")).toMatch(/without a value/);
  });

  it("D05 drops a collection only by its name", async () => {
    const comments = tableOf("comments");
    const data = "insert into comments (id) select gen_random_uuid() from generate_series(1, 10)";
    const { plan } = await scenario(here, {
      start: [posts, comments],
      data,
      to: [posts],
      decisions: dropping(),
      expect: { refusals: ["DATA_LOSS comments 10"] },
    });
    expect(plan.refusals[0]?.ways.join()).toMatch(/--drop comments/);
    await scenario(here, {
      to: [posts],
      decisions: dropping("comments"),
      expect: { steps: ["dropTable comments"] },
    });
    expect(await here.sql("select to_regclass('comments')::text")).toEqual([[null]]);
  });

  it("D06 D07 D08 never touches what others made, whatever is allowed", async () => {
    await scenario(here, {
      before: `create table app_users (id int primary key, name text not null); insert into app_users select n, 'x' from generate_series(1, 1000) n;
        create table parted (id int, at date) partition by range (at);
        create table parted_2026 partition of parted for values from ('2026-01-01') to ('2027-01-01');
        create extension citext; create table mails (mail citext)`,
      start: [posts],
      to: [posts],
      decisions: dropping("app_users", "parted", "parted_2026", "mails", "app_users.name", "posts"),
      expect: "current",
    });
    expect(await here.sql("select count(*)::int from app_users")).toEqual([[1000]]);
  });

  it("D09 drops nothing that a newer release made", async () => {
    const [older, newer] = [[posts], [full, tableOf("comments")]];
    await here.apply(older);
    await here.apply(newer);
    await here.script(rows);
    await scenario(here, {
      to: older,
      decisions: dropping(),
      expect: { refusals: ["NEWER_SCHEMA comments 0", "NEWER_SCHEMA posts.subtitle 3"] },
    });
    await scenario(here, { to: older, expect: "current" });
  });

  it("D10 does not drop a column under a view", async () => {
    const { plan } = await scenario(here, {
      start: [full],
      data: `${rows}; create view shown as select subtitle from posts; create view over as select * from shown`,
      to: [posts],
      decisions: dropping("posts.subtitle"),
      expect: { refusals: ["DEPENDENT_OBJECT posts.subtitle"] },
    });
    expect(plan.refusals[0]?.message).toMatch(/shown/);
  });

  it("D11 does not drop a table that somebody else's table refers to", async () => {
    const { plan } = await scenario(here, {
      start: [posts, tableOf("comments")],
      data: "create table likes (comment uuid references comments (id))",
      to: [posts],
      decisions: dropping("comments"),
      expect: { refusals: ["DEPENDENT_OBJECT comments"] },
    });
    expect(plan.refusals[0]?.message).toMatch(/likes/);
  });

  it("D12 drops two tables that refer to each other", async () => {
    const to = (from: string, target: string) =>
      tableOf(from, {
        columns: [id, column("other", { type: "uuid" })],
        foreignKeys: [reference(from, "other", { references: target })],
      });
    await scenario(here, {
      start: [posts, to("a", "b"), to("b", "a")],
      data: `insert into a (id) values ('00000000-0000-7000-8000-000000000001'); insert into b (id, other) select gen_random_uuid(), id from a;
        update a set other = (select id from b)`,
      to: [posts],
      decisions: dropping("a", "b"),
      expect: { steps: expect.arrayContaining(["dropTable a", "dropTable b"]) },
    });
    expect(await here.sql("select to_regclass('a')::text, to_regclass('b')::text")).toEqual([[null, null]]);
  });

  it("D14 takes a field of the same name and another type for a change of type", async () => {
    await scenario(here, {
      start: [full],
      data: "insert into posts (id, subtitle) values (gen_random_uuid(), '12')",
      to: [tableOf("posts", { columns: [id, column("title"), column("subtitle", { type: "bigint" })] })],
      decisions: dropping("posts.subtitle"),
      expect: { steps: ["changeType posts.subtitle"] },
    });
    expect(await here.sql("select subtitle::int from posts")).toEqual([[12]]);
  });

  it("D15 does not drop a unique index that somebody else's foreign key needs", async () => {
    const { plan } = await scenario(here, {
      start: [tableOf("posts", { indexes: [unique("posts", "title")] })],
      data: "create table likes (post text references posts (title))",
      to: [posts],
      expect: { refusals: ["DEPENDENT_OBJECT posts.posts_title_key"] },
    });
    expect(plan.refusals[0]?.message).toMatch(/likes/);
  });

  it("D16 does not drop a column that a publication filters on", async () => {
    const { plan } = await scenario(here, {
      start: [full],
      data: `${rows}; alter table posts replica identity full; create publication partly for table posts where (subtitle is not null)`,
      to: [posts],
      decisions: dropping("posts.subtitle"),
      expect: { refusals: ["DEPENDENT_OBJECT posts.subtitle"] },
    });
    expect(plan.refusals[0]?.message).toMatch(/partly/);
  });

  it("D18 drops an index that nobody asks for any more, concurrently", async () => {
    const { plan } = await scenario(here, {
      start: [tableOf("posts", { indexes: [indexOn("posts_title_idx", ["title"])] })],
      data: "insert into posts (id, title) values (gen_random_uuid(), 'x')",
      to: [posts],
      expect: {
        steps: ["renameIndex posts.posts_title_idx", expect.stringMatching(/^dropIndex posts\.lucent_old_/)],
      },
    });
    expect(plan.groups.map(({ mode }) => mode)).toEqual(["transaction", "alone"]);
    expect(plan.groups[1]?.steps[0]?.statements[0]).toMatch(/drop index concurrently/i);
  });
});
