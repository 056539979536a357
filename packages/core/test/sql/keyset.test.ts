import { expect, test } from "vitest";

import type { CursorValue } from "../../src/filter/cursor.ts";
import { parseList } from "../../src/filter/list.ts";
import type { OrderKey } from "../../src/filter/order.ts";
import { noViews } from "../../src/filter/view.ts";
import { rangesAfter } from "../../src/sql/keyset.ts";
import { orderSql } from "../../src/sql/order.ts";
import { writer } from "../../src/sql/writer.ts";
import { fieldOf, modelOf, viewOf } from "../world/collection-model.ts";
import { viewIn, viewsIn } from "../world/relations.ts";

const model = modelOf(
  {
    title: { type: "text", required: true },
    size: { type: "integer", required: true },
    nick: { type: "text" },
  },
  { timestamps: true },
);
const sortOf = (sort: string) => parseList({ sort }, viewOf(model), noViews).sort;

function after(
  sort: string,
  values: readonly CursorValue[],
): readonly [readonly string[], readonly unknown[]] {
  const to = writer();
  return [rangesAfter(sortOf(sort), values, to), to.values];
}

test("an order names every key with its direction and leaves nulls where Postgres puts them", () => {
  expect(orderSql(sortOf("title"), writer())).toBe('t."title" asc, t."id" asc');
  expect(orderSql(sortOf("-createdAt,nick"), writer())).toBe('t."created_at" desc, t."nick" asc, t."id" asc');
});

test("keys without null in one direction are one row comparison", () => {
  expect(after("title", ["a", "i"])).toStrictEqual([
    ['(t."title", t."id") > ($1::text, $2::uuid)'],
    ["a", "i"],
  ]);
  expect(after("-createdAt,-size", ["d", "5", "i"])).toStrictEqual([
    ['(t."created_at", t."size", t."id") < ($1::timestamptz, $2::bigint, $3::uuid)'],
    ["d", "5", "i"],
  ]);
  expect(after("-id", ["i"])).toStrictEqual([['(t."id") < ($1::uuid)'], ["i"]]);
});

test("keys in two directions are compared one after the other, behind a bound that an index can serve", () => {
  expect(after("title,-size", ["a", "5", "i"])).toStrictEqual([
    [
      't."title" >= $1::text and ((t."title" > $2::text) or (t."title" = $3::text and t."size" < $4::bigint) or ' +
        '(t."title" = $5::text and t."size" = $6::bigint and t."id" < $7::uuid))',
    ],
    ["a", "a", "a", "5", "a", "5", "i"],
  ]);
});

test("nulls come last ascending, as a range of their own", () => {
  expect(after("nick", ["a", "i"])).toStrictEqual([
    ['(t."nick", t."id") > ($1::text, $2::uuid)', 't."nick" is null'],
    ["a", "i"],
  ]);
  expect(after("nick", [null, "i"])).toStrictEqual([['t."nick" is null and ((t."id" > $1::uuid))'], ["i"]]);
});

test("nulls come first descending, and everything that is set behind them", () => {
  expect(after("-nick", ["a", "i"])).toStrictEqual([
    ['(t."nick", t."id") < ($1::text, $2::uuid)'],
    ["a", "i"],
  ]);
  expect(after("-nick", [null, "i"])).toStrictEqual([
    ['t."nick" is null and ((t."id" < $1::uuid))', 't."nick" is not null'],
    ["i"],
  ]);
});

test("a null in a later key is compared by itself", () => {
  expect(after("title,nick", ["a", null, "i"])).toStrictEqual([
    [
      't."title" >= $1::text and ((t."title" > $2::text) or ' +
        '(t."title" = $3::text and t."nick" is null and t."id" > $4::uuid))',
    ],
    ["a", "a", "a", "i"],
  ]);
});

test("every value that is bound is used, since Postgres refuses a parameter that is not", () => {
  for (const sort of ["title,nick", "-title,nick", "nick,-title", "-nick,size,-title", "size,-nick,title"]) {
    const keys = sortOf(sort);
    for (let nulls = 0; nulls < 2 ** (keys.length - 1); nulls += 1) {
      const values = keys.map((_, at) => ((nulls >> at) & 1 ? null : `v${at}`));
      const to = writer();
      const used = new Set(rangesAfter(keys, values, to).join(" ").match(/\$\d+/g));
      expect(used.size).toBe(to.values.length);
    }
  }
});

test("a position without keys has nothing behind it", () => {
  expect(rangesAfter([], [], writer())).toStrictEqual(["false"]);
});

/** Ranges of the posts of the relations behind the values of a sort. */
function behind(
  sort: readonly OrderKey[],
  values: readonly CursorValue[],
): readonly [readonly string[], readonly unknown[]] {
  const to = writer();
  return [rangesAfter(sort, values, to), to.values];
}

test("a value behind a relationship can be null, whatever its field says, and each use of it has aliases of its own", () => {
  const { sort } = parseList({ sort: "mainAuthor.id" }, viewIn("posts"), viewsIn());
  const key = (alias: string) =>
    `(select ${alias}."id" from "authors" ${alias} where ${alias}."id" = t."main_author" and true)`;
  expect(behind(sort, ["a", "i"])).toStrictEqual([
    [`(${key("r1")}, t."id") > ($1::uuid, $2::uuid)`, `${key("r2")} is null`],
    ["a", "i"],
  ]);
  expect(behind(sort, [null, "i"])).toStrictEqual([
    [`${key("r1")} is null and ((t."id" > $1::uuid))`],
    ["i"],
  ]);
});

test("a rank is compared as a number, and binds its text each time it is written", () => {
  const { sort } = parseList({ search: "red" }, viewIn("posts"), viewsIn());
  const [[range = "", ...more], values] = behind(sort, [0.5, "i"]);
  expect(more).toStrictEqual([]);
  expect(range).toMatch(
    /<= \$2::double precision and \(\(.* < \$4::double precision\) or \(.* = \$6::double precision and t\."id" > \$7::uuid\)\)$/,
  );
  expect(values).toStrictEqual(["red", 0.5, "red", 0.5, "red", 0.5, "i"]);
});

test("a position with fewer values than keys goes on as if they were null", () => {
  const id = { field: fieldOf(model, "id"), descending: false };
  expect(behind([{ field: fieldOf(model, "title"), descending: false }, id], ["a"])).toStrictEqual([
    ['(t."title", t."id") > ($1::text, $2::uuid)'],
    ["a", null],
  ]);
});
