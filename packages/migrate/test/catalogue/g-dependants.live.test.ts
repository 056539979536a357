import type { ColumnType } from "@lucent/core";
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

const posts = tableOf("posts");
const typed = (type: ColumnType, changes: Parameters<typeof column>[1] = {}) =>
  tableOf("posts", { columns: [id, column("title", { type, ...changes })] });
const insert = (...values: readonly (string | null)[]) =>
  `insert into posts (id, title) values ${values.map((value) => `(gen_random_uuid(), ${value === null ? "null" : `'${value}'`})`).join(", ")}`;

const changed = ["changeType posts.title"];

describe("types and what hangs on them", () => {
  const dependants: readonly (readonly [string, string, RegExp])[] = [
    [
      "a view",
      "create view shown as select title from posts; create view over as select * from shown",
      /shown/,
    ],
    ["a materialized view", "create materialized view shown as select title from posts", /shown/],
    ["a policy", "create policy mine on posts using (title <> 'x')", /mine/],
    [
      "a trigger",
      `create function touched() returns trigger language plpgsql as $f$ begin return new; end $f$;
      create trigger touch before update of title on posts for each row execute function touched()`,
      /touch/,
    ],
    [
      "a publication",
      "alter table posts replica identity full; create publication partly for table posts where (title <> 'x')",
      /partly/,
    ],
    [
      "somebody's generated column",
      "alter table posts add shout text generated always as (upper(title)) stored",
      /shout/,
    ],
  ];

  it.each(dependants)("G16 G17 G18 G19 G20 does not change a type under %s", async (_what, data, name) => {
    const { plan } = await scenario(here, {
      start: [posts],
      data: `${insert("12")}; ${data}`,
      to: [typed("bigint")],
      expect: { refusals: ["DEPENDENT_OBJECT posts.title"] },
    });
    expect(plan.refusals[0]?.message).toMatch(name);
  });

  it("G21 does not change a partitioned table's types", async () => {
    await here.apply([posts]);
    await here.script(`alter table posts rename to posts_old; alter table posts_old drop constraint posts_pkey;
      create table posts (id uuid not null, title text, constraint posts_pkey primary key (id)) partition by hash (id);
      create table posts_0 partition of posts for values with (modulus 1, remainder 0)`);
    await scenario(here, {
      to: [typed("bigint")],
      expect: { refusals: [expect.stringMatching(/^UNSUPPORTED posts/)] },
    });
  });

  it("G22 takes everything along that hangs on a column", async () => {
    const whole = (type: ColumnType) =>
      tableOf("posts", {
        columns: [id, column("title", { type, nullable: false, default: { value: "7" } }), column("other")],
        indexes: [unique("posts", "title"), indexOn("posts_title_other_idx", ["title", "other"])],
      });
    await scenario(here, {
      start: [whole("numeric")],
      data: `${insert("1", "2")}; comment on column posts.title is 'by hand'; alter table posts alter title set statistics 500;
        grant update (title) on posts to public; create index by_hand on posts (title desc, other)`,
      to: [whole("bigint")],
      expect: { steps: expect.arrayContaining(changed) },
    });
    expect(await here.sql("select indexname from pg_indexes where tablename = 'posts' order by 1")).toEqual([
      ["by_hand"],
      ["posts_pkey"],
      ["posts_title_key"],
      ["posts_title_other_idx"],
    ]);
    await here.sql("insert into posts (id) values (gen_random_uuid())");
    expect(await here.sql("select title::text from posts order by 1")).toEqual([["1"], ["2"], ["7"]]);
    expect(
      await here.sql(
        "select col_description(attrelid, attnum), attstattarget::int from pg_attribute where attrelid = 'posts'::regclass and attname = 'title'",
      ),
    ).toEqual([["by hand", 500]]);
  });

  const author = column("author", { type: "uuid" });
  const people = (name: string) => tableOf(name, { columns: [id] });

  it("G25 makes a list of references of one, and keeps the column", async () => {
    const single = tableOf("posts", {
      columns: [id, author],
      foreignKeys: [reference("posts", "author", { references: "users" })],
    });
    const links = tableOf("posts_author_links", {
      columns: [
        column("owner_id", { type: "uuid", nullable: false }),
        column("target_id", { type: "uuid", nullable: false }),
        column("position", { type: "integer", nullable: false }),
      ],
      primaryKey: { name: "posts_author_links_pkey", columns: ["owner_id", "target_id"] },
      indexes: [indexOn("posts_author_links_target_id_idx", ["target_id"])],
      foreignKeys: [
        reference("posts_author_links", "owner_id", { references: "posts", onDelete: "cascade" }),
        reference("posts_author_links", "target_id", { references: "users" }),
      ],
    });
    await scenario(here, {
      start: [people("users"), single],
      data: `insert into users (id) select gen_random_uuid() from generate_series(1, 7);
        insert into posts (id, author) select gen_random_uuid(), (array(select id from users))[n % 7 + 1] from generate_series(1, 100) n;
        insert into posts (id) values (gen_random_uuid())`,
      to: [people("users"), tableOf("posts", { columns: [id] }), links],
      expect: { steps: expect.arrayContaining([expect.stringMatching(/^fillLinks /)]) },
    });
    expect(
      await here.sql(
        "select count(*)::int, bool_and(author = target_id), min(position)::int, max(position)::int from posts p join posts_author_links l on l.owner_id = p.id",
      ),
    ).toEqual([[100, true, 0, 0]]);
  });

  it("G26 refuses another target that lacks some of the rows, and keeps the old reference", async () => {
    const to = (references: string) =>
      tableOf("posts", {
        columns: [id, author],
        foreignKeys: [reference("posts", "author", { references })],
      });
    await scenario(here, {
      start: [people("users"), people("teams"), to("users")],
      data: `insert into users (id) select gen_random_uuid() from generate_series(1, 3); insert into teams (id) select id from users limit 1;
        insert into posts (id, author) select gen_random_uuid(), id from users`,
      to: [people("users"), people("teams"), to("teams")],
      expect: { refusals: ["ORPHAN_ROWS posts.author 2"] },
    });
    await here.sql("insert into teams (id) select id from users on conflict do nothing");
    await scenario(here, {
      to: [people("users"), people("teams"), to("teams")],
      expect: { steps: ["addForeignKey posts.posts_author_fkey"] },
    });
    expect(
      await here.sql(
        "select confrelid::regclass::text from pg_constraint where conname = 'posts_author_fkey'",
      ),
    ).toEqual([["teams"]]);
  });
});
