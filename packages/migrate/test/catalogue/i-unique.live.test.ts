import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type World, world } from "../world/database.ts";
import { choice, reference, unique } from "../world/parts.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, indexOn, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const plain = tableOf("posts", { columns: [id, column("title"), column("kind")] });
const titled = tableOf("posts", { columns: plain.columns, indexes: [unique("posts", "title")] });
const many = 20_000;
const rows = (count: number) =>
  `insert into posts (id, title, kind) select gen_random_uuid(), n::text, 'k' from generate_series(1, ${count}) n`;

async function stock(...tables: Parameters<World["apply"]>[0]): Promise<void> {
  await here.apply(tables);
  await here.script(rows(many));
  await here.sql("analyze posts");
}

describe("unique", () => {
  it("I01 refuses duplicates with the number of groups and some of the rows, and offers nothing that loses them", async () => {
    await here.apply([plain]);
    await here.script(
      `${rows(2_000)}; update posts set title = '1' where title = '2'; update posts set title = '3' where title in ('4', '5')`,
    );
    const { plan } = await scenario(here, {
      to: [titled],
      expect: { refusals: [expect.stringMatching(/^DUPLICATES posts\.\S+ 2$/)] },
    });
    expect(plan.refusals[0]?.samples?.length).toBeGreaterThan(0);
    expect(plan.refusals[0]?.ways.join()).not.toMatch(/truncate|delete all|--force/i);
  });

  it("I02 builds the index of a large table while others write", async () => {
    await stock(plain);
    const { plan } = await scenario(here, {
      to: [titled],
      expect: { steps: ["buildIndex posts.posts_title_key"] },
    });
    expect(plan.groups.map(({ mode }) => mode)).toEqual(["alone"]);
    expect(plan.groups[0]?.steps[0]?.locks).toEqual([{ table: "posts", mode: "SHARE UPDATE EXCLUSIVE" }]);
    await expect(
      here.sql("insert into posts (id, title) values (gen_random_uuid(), '7')"),
    ).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("I03 lets missing values repeat", async () => {
    await scenario(here, {
      start: [plain],
      data: "insert into posts (id) select gen_random_uuid() from generate_series(1, 5)",
      to: [titled],
      expect: { steps: ["buildIndex posts.posts_title_key"] },
    });
  });

  it("I05 notices another order of columns, and is never without an index", async () => {
    await stock(
      tableOf("posts", {
        columns: plain.columns,
        indexes: [{ ...unique("posts", "title", "kind"), name: "posts_both_key" }],
      }),
    );
    const { plan } = await scenario(here, {
      to: [
        tableOf("posts", {
          columns: plain.columns,
          indexes: [{ ...unique("posts", "kind", "title"), name: "posts_both_key" }],
        }),
      ],
      expect: { steps: expect.any(Array) },
    });
    const kinds = plan.groups.flatMap(({ steps }) => steps.map(({ kind }) => kind));
    expect(kinds.indexOf("buildIndex")).toBeLessThan(kinds.indexOf("dropIndex"));
    expect(await here.sql("select indexdef from pg_indexes where indexname = 'posts_both_key'")).toEqual([
      ["CREATE UNIQUE INDEX posts_both_key ON public.posts USING btree (kind, title)"],
    ]);
  });

  it("I07 takes an equal index over that an earlier name was given to", async () => {
    await here.apply([
      tableOf("posts", {
        columns: plain.columns,
        indexes: [{ ...unique("posts", "title"), name: "posts_old_key" }],
      }),
    ]);
    const before = await here.sql("select oid::text from pg_class where relname = 'posts_old_key'");
    await scenario(here, { to: [titled], expect: { steps: ["renameIndex posts.posts_title_key"] } });
    expect(await here.sql("select oid::text from pg_class where relname = 'posts_title_key'")).toEqual(
      before,
    );
  });

  it("I08 keeps an index over what is not deleted as it is", async () => {
    const soft = tableOf("posts", {
      columns: [...plain.columns, column("deleted_at", { type: "timestamp(3) with time zone" })],
      indexes: [{ ...unique("posts", "title"), whereNull: "deleted_at" }],
    });
    await scenario(here, {
      start: [soft],
      data: "insert into posts (id, title, deleted_at) values (gen_random_uuid(), 'a', null), (gen_random_uuid(), 'a', now()), (gen_random_uuid(), 'a', now())",
      to: [soft],
      expect: "current",
    });
    await scenario(here, {
      to: [tableOf("posts", { columns: soft.columns, indexes: [unique("posts", "title")] })],
      expect: { refusals: [expect.stringMatching(/^DUPLICATES posts\.\S+ 1$/)] },
    });
  });

  it("I09 does not change a primary key", async () => {
    await scenario(here, {
      start: [plain],
      to: [
        tableOf("posts", {
          columns: plain.columns,
          primaryKey: { name: "posts_pkey", columns: ["id", "title"] },
        }),
      ],
      expect: { refusals: [expect.stringMatching(/^UNSUPPORTED posts/)] },
    });
  });
});

const users = tableOf("users", { columns: [id] });
const author = column("author", { type: "uuid" });
const loose = tableOf("posts", { columns: [id, author] });
const bound = (onDelete: "restrict" | "cascade" = "restrict") =>
  tableOf("posts", {
    columns: [id, author],
    indexes: [indexOn("posts_author_id_idx", ["author", "id"])],
    foreignKeys: [reference("posts", "author", { references: "users", onDelete })],
  });
const people = "insert into users (id) select gen_random_uuid() from generate_series(1, 50)";
const written = (count: number) =>
  `${people}; insert into posts (id, author) select gen_random_uuid(), (array(select id from users))[n % 50 + 1] from generate_series(1, ${count}) n`;

describe("references", () => {
  it("J01 J08 builds the index first, and proves a reference of a large table in a transaction of its own", async () => {
    await here.apply([users, loose]);
    await here.script(written(many));
    await here.sql("analyze posts");
    const { plan } = await scenario(here, {
      to: [users, bound()],
      expect: {
        steps: [
          "buildIndex posts.posts_author_id_idx",
          "addForeignKey posts.posts_author_fkey",
          "validate posts.posts_author_fkey",
        ],
      },
    });
    expect(plan.groups).toHaveLength(3);
    expect(plan.groups[1]?.steps[0]?.locks.map(({ table }) => table)).toEqual(["posts", "users"]);
  });

  it("J02 refuses rows that lead nowhere, with their keys, and deletes none", async () => {
    const { plan } = await scenario(here, {
      start: [users, loose],
      data: `${written(100)}; insert into posts (id, author) select gen_random_uuid(), gen_random_uuid() from generate_series(1, 4)`,
      to: [users, bound()],
      expect: { refusals: ["ORPHAN_ROWS posts.author 4"] },
    });
    expect(plan.refusals[0]?.samples).toHaveLength(3);
  });

  it("J03 J09 changes the reaction to a deletion without a moment without a reference", async () => {
    await here.apply([users, bound()]);
    await here.script(written(many));
    await here.sql("analyze posts");
    const { plan } = await scenario(here, {
      to: [users, bound("cascade")],
      expect: { steps: expect.any(Array) },
    });
    const kinds = plan.groups.map(({ steps }) => steps.map(({ kind }) => kind));
    expect(kinds).toEqual([["addForeignKey"], ["validate"], ["addForeignKey"]]);
    // Both tables are always locked in the order of their names.
    for (const { steps } of plan.groups)
      for (const { locks } of steps) {
        expect(locks.map(({ table }) => table)).toEqual(locks.map(({ table }) => table).toSorted());
      }
    expect(
      await here.sql(
        "select conname, confdeltype::text from pg_constraint where conrelid = 'posts'::regclass and contype = 'f'",
      ),
    ).toEqual([["posts_author_fkey", "c"]]);
  });

  it("J04 refuses a reference from a text that is no key", async () => {
    await scenario(here, {
      start: [users, tableOf("posts", { columns: [id, column("author")] })],
      data: "insert into posts (id, author) values (gen_random_uuid(), 'somebody')",
      to: [users, bound()],
      expect: { refusals: [expect.stringMatching(/^CAST_FAILS posts\.author 1$/)] },
    });
  });

  it("J07 L07 refuses references and indexes on a table that somebody divided", async () => {
    await here.apply([users, loose]);
    await here.script(`drop table posts; create table posts (id uuid not null, author uuid, constraint posts_pkey primary key (id)) partition by hash (id);
      create table posts_0 partition of posts for values with (modulus 1, remainder 0)`);
    await scenario(here, {
      to: [users, bound()],
      expect: { refusals: ["UNSUPPORTED posts.posts_author_fkey", "UNSUPPORTED posts.posts_author_id_idx"] },
    });
  });
});

const status = (...options: readonly string[]) =>
  tableOf("posts", {
    columns: [id, column("title"), column("kind")],
    checks: [choice("posts", "kind", options)],
  });

describe("checks", () => {
  it("K01 refuses rows that break a new list, with their number", async () => {
    await scenario(here, {
      start: [plain],
      data: `${rows(5)}; update posts set kind = 'z' where title in ('1', '2')`,
      to: [status("k")],
      expect: { refusals: ["CHECK_VIOLATED posts.kind 2"] },
    });
  });

  it("K02 proves the check of a large table in a transaction of its own", async () => {
    await stock(plain);
    const { plan } = await scenario(here, {
      to: [status("k")],
      expect: { steps: ["addCheck posts.posts_kind_check", "validate posts.posts_kind_check"] },
    });
    expect(plan.groups).toHaveLength(2);
  });

  it.each([
    ["a small", 10],
    ["a large", many],
  ])("K03 changes the list of %s table without a moment without a check", async (_size, count) => {
    await here.apply([status("k")]);
    await here.script(rows(count));
    await here.sql("analyze posts");
    const { plan } = await scenario(here, { to: [status("k", "l")], expect: { steps: expect.any(Array) } });
    for (const { steps } of plan.groups) {
      const text = steps.flatMap(({ statements }) => statements).join("\n");
      const [drop, other] = [
        text.search(/drop constraint "posts_kind_check"/),
        text.search(/add constraint|rename constraint/),
      ];
      // Where the old one goes, another one takes its place in the same transaction.
      if (drop >= 0) expect(other).toBeGreaterThanOrEqual(0);
    }
    expect(
      await here.sql(
        "select conname, convalidated from pg_constraint where conrelid = 'posts'::regclass and contype = 'c'",
      ),
    ).toEqual([["posts_kind_check", true]]);
    await here.sql("update posts set kind = 'l'");
  });
});
