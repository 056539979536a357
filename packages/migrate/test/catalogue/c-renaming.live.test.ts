import { BootError } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { desiredSchema } from "../../src/desired.ts";
import { type World, world } from "../world/database.ts";
import { choice, reference, unique } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const posts = tableOf("posts");
const headline = column("headline", { previousName: "title" });
const renamed = tableOf("posts", { columns: [id, headline] });
const threeRows =
  "insert into posts (id, title) select gen_random_uuid(), 'title ' || n from generate_series(1, 3) n";

/** The attribute number of a column of `posts`, and what it holds. */
async function held(name: string): Promise<readonly unknown[]> {
  const [[number] = []] = await here.sql(
    `select attnum::int from pg_attribute where attrelid = 'posts'::regclass and attname = '${name}'`,
  );
  const rows = await here.sql(`select ${name}::text from posts order by 1`);
  return [number, rows.map(([value]) => value)];
}

describe("renaming", () => {
  it("C01 renames a field with its values", async () => {
    await scenario(here, {
      start: [posts],
      data: threeRows,
      to: [renamed],
      expect: { steps: ["renameColumn posts.headline"] },
    });
    expect(await held("headline")).toEqual([2, ["title 1", "title 2", "title 3"]]);
  });

  it("C02 guesses no rename: it adds the one, keeps the other, and says so", async () => {
    const { plan } = await scenario(here, {
      start: [posts],
      data: threeRows,
      to: [tableOf("posts", { columns: [id, column("headline")] })],
      expect: { steps: ["addColumn posts.headline"] },
    });
    expect(plan.warnings.join("\n")).toMatch(/posts.*title.*3/);
    expect(plan.warnings.join("\n")).toMatch(/previous name/);
    expect(await held("title")).toEqual([2, ["title 1", "title 2", "title 3"]]);
  });

  it("C03 renames a field and changes its type in one transaction", async () => {
    const { plan } = await scenario(here, {
      start: [posts],
      data: `${threeRows}; alter table posts alter title type varchar(100)`,
      to: [renamed],
      expect: { steps: ["renameColumn posts.headline", "changeType posts.headline"] },
    });
    expect(plan.groups).toHaveLength(1);
    expect(await held("headline")).toEqual([2, ["title 1", "title 2", "title 3"]]);
  });

  it("C04 does not even rename where a value is missing", async () => {
    await scenario(here, {
      start: [posts],
      data: `${threeRows}; update posts set title = null where title = 'title 2'`,
      to: [tableOf("posts", { columns: [id, { ...headline, nullable: false }] })],
      expect: { refusals: ["NULLS_PRESENT posts.headline 1"] },
    });
  });

  it("C05 does nothing about a rename that was made", async () => {
    await here.apply([posts]);
    await here.script(threeRows);
    await here.apply([renamed]);
    await scenario(here, { to: [renamed], expect: "current" });
    await scenario(here, {
      to: [tableOf("posts", { columns: [id, column("headline")] })],
      expect: "current",
    });
    await scenario(here, { to: [renamed], expect: "current" });
  });

  it("C05 makes a new field of a name that once belonged to a renamed one", async () => {
    await here.apply([posts]);
    await here.apply([renamed]);
    const both = tableOf("posts", { columns: [id, headline, column("title")] });
    await scenario(here, { to: [both], expect: { steps: ["addColumn posts.title"] } });
    await scenario(here, { to: [both], expect: "current" });
  });

  it("C06 adds a field whose previous name is not there, and says so", async () => {
    const { plan } = await scenario(here, {
      start: [tableOf("posts", { columns: [id] })],
      to: [renamed],
      expect: { steps: ["addColumn posts.headline"] },
    });
    expect(plan.warnings.join("\n")).toMatch(/title/);
  });

  it("C07 refuses a rename to a field that is there", async () => {
    await scenario(here, {
      start: [tableOf("posts", { columns: [id, column("title"), column("headline")] })],
      data: "insert into posts (id, title, headline) values (gen_random_uuid(), 'a', 'b'), (gen_random_uuid(), 'c', null)",
      to: [renamed],
      expect: { refusals: ["AMBIGUOUS_RENAME posts.headline 2"] },
    });
  });

  it("C08 swaps two fields", async () => {
    const { plan } = await scenario(here, {
      start: [tableOf("posts", { columns: [id, column("a"), column("b")] })],
      data: "insert into posts (id, a, b) values (gen_random_uuid(), '1', '2')",
      to: [
        tableOf("posts", {
          columns: [id, column("a", { previousName: "b" }), column("b", { previousName: "a" })],
        }),
      ],
      expect: { steps: expect.any(Array) },
    });
    expect(plan.groups).toHaveLength(1);
    expect(await here.sql("select a, b from posts")).toEqual([["2", "1"]]);
  });

  it("C09 renames along a chain", async () => {
    await scenario(here, {
      start: [tableOf("posts", { columns: [id, column("a"), column("b")] })],
      data: "insert into posts (id, a, b) values (gen_random_uuid(), '1', '2')",
      to: [
        tableOf("posts", {
          columns: [id, column("b", { previousName: "a" }), column("c", { previousName: "b" })],
        }),
      ],
      expect: { steps: ["renameColumn posts.c", "renameColumn posts.b"] },
    });
    expect(await here.sql("select b, c from posts")).toEqual([["1", "2"]]);
  });

  it("C10 tells names apart that differ by an underscore alone", async () => {
    await scenario(here, {
      start: [tableOf("posts", { columns: [id, column("username")] })],
      data: "insert into posts (id, username) values (gen_random_uuid(), 'x')",
      to: [tableOf("posts", { columns: [id, column("user_name", { previousName: "username" })] })],
      expect: { steps: ["renameColumn posts.user_name"] },
    });
    expect(await here.sql("select user_name from posts")).toEqual([["x"]]);
  });

  const users = tableOf("users");
  const author = column("author", { type: "uuid" });
  const withAuthor = (name: string) =>
    tableOf(name, {
      columns: [id, column("title"), author],
      indexes: [unique(name, "title"), indexOn(`${name}_author_id_idx`, ["author", "id"])],
      foreignKeys: [reference(name, "author", { references: "users" })],
    });
  const commentsOn = (name: string) =>
    tableOf("comments", {
      columns: [id, column("on", { type: "uuid", nullable: false })],
      foreignKeys: [reference("comments", "on", { references: name })],
    });
  const related = `insert into users (id) values ('00000000-0000-7000-8000-000000000001');
    insert into posts (id, title, author) select gen_random_uuid(), n::text, '00000000-0000-7000-8000-000000000001' from generate_series(1, 3) n;
    insert into comments (id, "on") select gen_random_uuid(), id from posts`;
  const articles = { ...withAuthor("articles"), previousName: "posts" };

  it("C11 renames a collection with all that has its name", async () => {
    const { plan } = await scenario(here, {
      start: [users, withAuthor("posts"), commentsOn("posts")],
      data: related,
      to: [users, articles, commentsOn("articles")],
      expect: {
        steps: [
          "renameTable articles",
          "renameIndex articles.articles_author_id_idx",
          "renameConstraint articles.articles_pkey",
          "renameIndex articles.articles_title_key",
          "renameConstraint articles.articles_author_fkey",
        ],
      },
    });
    expect(plan.groups).toHaveLength(1);
    expect(await here.sql(`select count(*)::int from comments c join articles a on a.id = c."on"`)).toEqual([
      [3],
    ]);
    expect(await here.sql("select relname from pg_class where relname like '%posts%'")).toEqual([]);
  });

  it("C12 renames a collection and a field of it, and adds a reference to it", async () => {
    await scenario(here, {
      start: [users, withAuthor("posts")],
      data: related.split("insert into comments")[0] ?? "",
      to: [
        users,
        {
          ...articles,
          columns: [id, headline, author],
          indexes: [unique("articles", "headline"), indexOn("articles_author_id_idx", ["author", "id"])],
        },
        commentsOn("articles"),
      ],
      expect: {
        steps: expect.arrayContaining([
          "renameTable articles",
          "renameColumn articles.headline",
          "createTable comments",
        ]),
      },
    });
    expect(await here.sql("select headline from articles order by 1")).toEqual([["1"], ["2"], ["3"]]);
    expect(
      await here.sql(
        "select confrelid::regclass::text from pg_constraint where conname = 'comments_on_fkey'",
      ),
    ).toEqual([["articles"]]);
  });

  const hung = `create view shown as select id, title from posts where title is not null;
    create materialized view kept as select title from posts;
    create index foreign_part on posts (id) where title is not null;
    alter table posts add shout text generated always as (upper(title)) stored, add constraint foreign_check check (length(title) < 100);
    alter table posts enable row level security;
    create policy mine on posts using (title <> 'secret');
    create function touched() returns trigger language plpgsql as $f$ begin return new; end $f$;
    create trigger touch before update of title on posts for each row when (old.title is distinct from new.title) execute function touched();
    create statistics foreign_statistics on id, title from posts;
    comment on column posts.title is 'said by hand'; grant select (title) on posts to public`;

  it("C13 renames a field with everything that hangs on it", async () => {
    await scenario(here, {
      start: [tableOf("posts", { checks: [choice("posts", "title", ["title 1", "title 2", "title 3"])] })],
      data: `${threeRows}; ${hung}`,
      to: [
        tableOf("posts", {
          columns: [id, headline],
          checks: [choice("posts", "headline", ["title 1", "title 2", "title 3"])],
        }),
      ],
      expect: { steps: ["renameColumn posts.headline", "renameConstraint posts.posts_headline_check"] },
    });
    expect(await here.sql("select title from shown order by 1")).toEqual([
      ["title 1"],
      ["title 2"],
      ["title 3"],
    ]);
    await here.sql("update posts set headline = 'title 1'");
    expect(await here.sql("select distinct shout from posts")).toEqual([["TITLE 1"]]);
  });

  it("C14 says which functions may mention a renamed field", async () => {
    const { plan } = await scenario(here, {
      start: [posts],
      data: `${threeRows}; create function titles() returns setof text language plpgsql as $f$ begin return query select title from posts; end $f$`,
      to: [renamed],
      expect: { steps: ["renameColumn posts.headline"] },
    });
    expect(plan.warnings.join("\n")).toMatch(/titles/);
  });

  it("C16 refuses a rename to the name of somebody else's column", async () => {
    await scenario(here, {
      start: [posts],
      data: `${threeRows}; alter table posts add headline text`,
      to: [renamed],
      expect: { refusals: ["NAME_TAKEN posts.headline"] },
    });
  });

  it("C17 refuses two that were the same before, without asking the database", () => {
    const two = [id, headline, column("subject", { previousName: "title" })];
    expect(() => desiredSchema({ tables: [tableOf("posts", { columns: two })] })).toThrow(BootError);
    const tables = ["a", "b"].map((name) => tableOf(name, { previousName: "posts" }));
    expect(() => desiredSchema({ tables })).toThrow(/both say that they were "posts"/);
  });

  it("C18 renames a collection under somebody else's view", async () => {
    await scenario(here, {
      start: [posts],
      data: `${threeRows}; create view shown as select * from posts`,
      to: [tableOf("articles", { previousName: "posts" })],
      expect: { steps: ["renameTable articles", "renameConstraint articles.articles_pkey"] },
    });
    expect(await here.sql("select count(*)::int from shown")).toEqual([[3]]);
  });
});
