import type { Table } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { applyTo, type World, world } from "../world/database.ts";
import { choice, reference, unique } from "../world/parts.ts";
import { as } from "../world/roles.ts";
import { planOf, scenario, shownRefusals } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const users = tableOf("users", { columns: [id] });
const posts = tableOf("posts", { columns: [id, column("title"), column("author", { type: "uuid" })] });
const child = `insert into posts (id, title) values (gen_random_uuid(), 'parent');
  create table children (extra int default 5) inherits (posts);
  insert into children (id, title) values (gen_random_uuid(), 'child'), (gen_random_uuid(), null)`;

describe("a table that inherits from ours", () => {
  it("N06 counts its missing values, which a required field would not allow either", async () => {
    await here.apply([posts]);
    await here.script(child);
    const required = tableOf("posts", {
      columns: [id, column("title", { nullable: false }), column("author", { type: "uuid" })],
    });
    const refused = await here.apply([required]);
    expect(shownRefusals(planOf(refused))).toEqual(["NULLS_PRESENT posts.title 1"]);
    await here.sql("update children set title = 'x' where title is null");
    expect(await here.apply([required])).toMatchObject({ kind: "applied" });
    await expect(here.sql("insert into children (id) values (gen_random_uuid())")).rejects.toMatchObject({
      code: expect.any(String),
    });
  });

  it("N06 fills its missing values too, where that was decided", async () => {
    const required = tableOf("posts", {
      columns: [
        id,
        column("title", { nullable: false, default: { value: "d" } }),
        column("author", { type: "uuid" }),
      ],
    });
    await here.apply([posts]);
    await here.script(child);
    expect(await here.apply([required], { decisions: { backfill: new Set(["posts.title"]) } })).toMatchObject(
      {
        kind: "applied",
      },
    );
    expect(await here.sql("select title, extra::int from children order by 1")).toEqual([
      ["child", 5],
      ["d", 5],
    ]);
  });

  it("N06 does not count its rows for a unique index, which is over ours alone", async () => {
    await here.apply([posts]);
    await here.script(`${child}; update children set title = 'parent'`);
    const outcome = await here.apply([
      tableOf("posts", { columns: posts.columns, indexes: [unique("posts", "title")] }),
    ]);
    expect(outcome).toMatchObject({ kind: "applied" });
  });

  it("N06 does not count its rows for a reference, which is from ours alone", async () => {
    await here.apply([users, posts]);
    await here.script(`${child}; update children set author = gen_random_uuid()`);
    const outcome = await here.apply([
      users,
      tableOf("posts", {
        columns: posts.columns,
        foreignKeys: [reference("posts", "author", { references: "users" })],
      }),
    ]);
    expect(outcome).toMatchObject({ kind: "applied" });
  });

  it("N06 counts no row of it as a target of a reference", async () => {
    await here.apply([users, posts]);
    await here.script(`create table admins () inherits (users); insert into admins (id) values (gen_random_uuid());
      insert into posts (id, author) select gen_random_uuid(), id from users`);
    const outcome = await here.apply([
      users,
      tableOf("posts", {
        columns: posts.columns,
        foreignKeys: [reference("posts", "author", { references: "users" })],
      }),
    ]);
    expect(shownRefusals(planOf(outcome))).toEqual(["ORPHAN_ROWS posts.author 1"]);
  });

  it("N06 counts its values that a list of options or another type would not allow", async () => {
    await here.apply([posts]);
    await here.script(child);
    const listed = tableOf("posts", {
      columns: posts.columns,
      checks: [choice("posts", "title", ["parent"])],
    });
    expect(shownRefusals(planOf(await here.apply([listed])))).toEqual(["CHECK_VIOLATED posts.title 1"]);
    const typed = tableOf("posts", {
      columns: [id, column("title", { type: "bigint" }), column("author", { type: "uuid" })],
    });
    expect(shownRefusals(planOf(await here.apply([typed])))).toEqual(["CAST_FAILS posts.title 2"]);
  });

  it("N06 drops a column of both, and keeps what that one has more", async () => {
    await here.apply([posts]);
    await here.script(child);
    const outcome = await here.apply([tableOf("posts", { columns: [id, column("title")] })], {
      decisions: { dropOrphaned: true, drop: new Set(["posts.author"]) },
    });
    expect(outcome).toMatchObject({ kind: "applied" });
    expect(await here.sql("select count(*)::int, sum(extra)::int from children")).toEqual([[2, 10]]);
  });

  it("N06 does not drop the table under it", async () => {
    await here.apply([users, posts]);
    await here.script(child);
    const outcome = await here.apply([users], {
      decisions: { dropOrphaned: true, drop: new Set(["posts"]) },
    });
    expect(shownRefusals(planOf(outcome))).toEqual(["DEPENDENT_OBJECT posts"]);
  });
});

const hung = `
  create view shown as select id, title from posts;
  create materialized view kept as select count(*) as n from posts;
  create function touched() returns trigger language plpgsql as $f$ begin return new; end $f$;
  create trigger touch before insert on posts for each row execute function touched();
  alter table posts enable row level security;
  create policy mine on posts for select using (id is not null);
  grant select on posts to public; grant update (body) on posts to public;
  comment on table posts is 'a table'; comment on column posts.title is 'a title';
  create statistics of_posts on id, body from posts; create publication all_posts for table posts;
  alter table posts alter body set statistics 500, set (fillfactor = 80);
  create index by_hand on posts (lower(body)); create table foreign_table (post uuid references posts (id) on delete cascade)`;

describe("what people hang on a table", () => {
  it("N01 is the same behind renames, rules, references and indexes of a large table", async () => {
    const columns = [id, column("title"), column("body"), column("author", { type: "uuid" })];
    await here.apply([users, tableOf("posts", { columns })]);
    await here.script(`insert into users (id) select gen_random_uuid() from generate_series(1, 9);
      insert into posts (id, title, body, author)
        select gen_random_uuid(), n::text, 'k', (array(select id from users))[n % 9 + 1] from generate_series(1, 12000) n`);
    await here.sql("analyze posts");
    const to: Table = tableOf("articles", {
      previousName: "posts",
      columns: [
        id,
        column("headline", { previousName: "title", nullable: false }),
        column("body", { nullable: false }),
        column("author", { type: "uuid" }),
      ],
      indexes: [unique("articles", "headline"), indexOn("articles_author_idx", ["author"])],
      foreignKeys: [reference("articles", "author", { references: "users" })],
      checks: [choice("articles", "body", ["k", "l"])],
    });
    await scenario(here, {
      data: hung,
      to: [users, to],
      expect: { steps: expect.arrayContaining(["renameTable articles", "renameColumn articles.headline"]) },
    });
  });

  it("N01 stays where a type changes that nothing of it mentions", async () => {
    const before = tableOf("posts", { columns: [id, column("title"), column("body"), column("number")] });
    await scenario(here, {
      start: [before],
      data: `insert into posts (id, number) values (gen_random_uuid(), '7'); ${hung}`,
      to: [
        tableOf("posts", {
          columns: [id, column("title"), column("body"), column("number", { type: "bigint" })],
        }),
      ],
      expect: { steps: ["changeType posts.number"] },
    });
  });

  it("N01 does not take away the index that tells replicas which row is meant", async () => {
    const keyed = tableOf("posts", {
      columns: [id, column("title", { nullable: false })],
      indexes: [unique("posts", "title")],
    });
    await scenario(here, {
      start: [keyed],
      data: "alter table posts replica identity using index posts_title_key",
      to: [tableOf("posts", { columns: keyed.columns })],
      expect: { refusals: ["DEPENDENT_OBJECT posts.posts_title_key"] },
    });
  });
});

describe("tables of other roles", () => {
  it("N03 says that a reference needs a table of another role, before anything is done", async () => {
    await here.apply([users, posts]);
    await as(here, { grants: ["all"] }, async (database, role) => {
      await here.script(`grant select on all tables in schema public to ${role}; alter table posts owner to ${role};
        alter table lucent_managed owner to ${role}; alter table lucent_migrations owner to ${role};
        alter table lucent_migration_steps owner to ${role}`);
      const before = await here.dump();
      const outcome = await applyTo(database, [
        users,
        tableOf("posts", {
          columns: posts.columns,
          foreignKeys: [reference("posts", "author", { references: "users" })],
        }),
      ]);
      expect(shownRefusals(planOf(outcome))).toEqual(["NO_PRIVILEGE users"]);
      expect(await here.dump()).toEqual(before);
    });
  });

  it("N02 gives no privilege, and takes none away, where it alters a table", async () => {
    await as(here, { grants: ["usage"] }, async (_database, role) => {
      await here.apply([posts]);
      await here.script(
        `grant select on posts to ${role} with grant option; grant insert (title) on posts to ${role}`,
      );
      await scenario(here, {
        to: [tableOf("posts", { columns: [...posts.columns, column("body")] })],
        expect: { steps: ["addColumn posts.body"] },
      });
      expect(
        await here.sql(
          `select has_column_privilege('${role}', 'posts', 'title', 'insert'), has_column_privilege('${role}', 'posts', 'body', 'insert')`,
        ),
      ).toEqual([[true, false]]);
    });
  });
});

describe("what is beside the schema", () => {
  it("N05 ignores temporary tables, toast tables and objects of other schemas under the same names", async () => {
    await here.apply([posts]);
    await here.script(`create schema beside; create table beside.posts (other int); create table beside.pages (other int);
      create index posts_title_idx on beside.posts (other); create type beside.pages_kind as enum ('a')`);
    await here.database.session(async (other) => {
      const temporary = Array.from({ length: 20 }, (_, at) => `create temp table t${at} (big text)`).join(
        ";",
      );
      await other.run({ text: `${temporary}; create temp table posts (other int)`, values: [] });
      await scenario(here, {
        to: [
          tableOf("posts", { columns: posts.columns, indexes: [indexOn("posts_title_idx", ["title"])] }),
          tableOf("pages"),
        ],
        expect: { steps: ["createTable pages", "buildIndex posts.posts_title_idx"] },
      });
    });
  });
});
