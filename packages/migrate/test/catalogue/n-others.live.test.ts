import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { applyTo, type World, world } from "../world/database.ts";
import { choice } from "../world/parts.ts";
import { as } from "../world/roles.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const posts = tableOf("posts");
const more = tableOf("posts", {
  columns: [
    id,
    column("title", { default: { value: "x" } }),
    column("kind", { nullable: false, default: { value: "a" } }),
  ],
  indexes: [indexOn("posts_kind_idx", ["kind"])],
  checks: [choice("posts", "kind", ["a", "b"])],
});
const row = "insert into posts (id, title) values (gen_random_uuid(), 'x')";

describe("what is not ours", () => {
  it("N01 is the same afterwards, whatever people hang on a table", async () => {
    await scenario(here, {
      start: [posts],
      data: `${row};
        create view shown as select id, title from posts with check option;
        create materialized view kept as select count(*) as n from posts; create unique index kept_n on kept (n);
        create function touched() returns trigger language plpgsql as $f$ begin return new; end $f$;
        create trigger touch before update of title on posts for each row execute function touched();
        create rule silent as on delete to posts where old.title = 'never' do instead nothing;
        alter table posts enable row level security;
        create policy mine on posts for select using (title <> 'secret');
        grant select on posts to public; grant update (title) on posts to public;
        comment on table posts is 'a table'; comment on column posts.title is 'a title'; comment on constraint posts_pkey on posts is 'a key';
        create statistics of_posts on id, title from posts; create publication all_posts for table posts;
        alter table posts alter title set statistics 500, alter title set storage external, set (fillfactor = 80);
        alter table posts add by_hand int default 7, add constraint by_hand_check check (by_hand > 0);
        create table foreign_table (post uuid references posts (id) on delete cascade);
        create index foreign_index on posts (lower(title)); cluster posts using foreign_index;
        create domain mail as text check (value like '%@%'); create sequence free`,
      to: [more],
      expect: { steps: expect.arrayContaining(["addColumn posts.kind", "setDefault posts.title"]) },
    });
  });

  it("N02 lets default privileges do what they do, and takes none away", async () => {
    await as(here, { grants: ["usage"] }, async (_database, role) => {
      await here.sql(`alter default privileges in schema public grant select on tables to ${role}`);
      await scenario(here, {
        start: [posts],
        to: [posts, tableOf("pages")],
        expect: { steps: ["createTable pages"] },
      });
      expect(
        await here.sql(
          `select has_table_privilege('${role}', 'pages', 'select'), has_table_privilege('${role}', 'pages', 'insert')`,
        ),
      ).toEqual([[true, false]]);
    });
  });

  it("N03 says that a table belongs to another role before anything is done", async () => {
    await here.apply([posts]);
    const grants = `grant all on all tables in schema public to :role`;
    await as(here, { grants: ["all"], more: grants }, async (database) => {
      const before = await here.dump();
      const outcome = await applyTo(database, [more, tableOf("pages")]);
      expect(outcome).toMatchObject({ kind: "refused" });
      expect(
        "plan" in outcome ? outcome.plan.refusals.map(({ code, object }) => `${code} ${object}`) : [],
      ).toContain("NOT_OWNER posts");
      expect(await here.dump()).toEqual(before);
    });
  });

  it("N04 adds a field under a view over all columns", async () => {
    await scenario(here, {
      start: [posts],
      data: `${row}; create view shown as select * from posts`,
      to: [tableOf("posts", { columns: [id, column("title"), column("body")] })],
      expect: { steps: ["addColumn posts.body"] },
    });
    expect(await here.sql("select title from shown")).toEqual([["x"]]);
  });

  it("N05 does not see temporary tables of the same name", async () => {
    await here.apply([posts]);
    await here.database.session(async (runner) => {
      await runner.run({ text: "create temp table posts (other int)", values: [] });
      await runner.run({ text: "create temp table pages (other int)", values: [] });
      await scenario(here, {
        to: [more, tableOf("pages")],
        expect: { steps: expect.arrayContaining(["createTable pages", "addColumn posts.kind"]) },
      });
    });
  });

  it("N06 reaches a table that inherits, and keeps what that one has more", async () => {
    await here.apply([posts]);
    await here.script(
      `${row}; create table children (extra int default 5) inherits (posts); insert into children (id, title) values (gen_random_uuid(), 'child')`,
    );
    const outcome = await here.apply([
      tableOf("posts", { columns: [id, column("title"), column("body", { default: { value: "b" } })] }),
    ]);
    expect(outcome).toMatchObject({ kind: "applied" });
    expect(await here.sql("select title, body, extra::int from children")).toEqual([["child", "b", 5]]);
  });
});
