/** Publishes the rows with a positive `v`. */
export const publication = `create publication shown for table app.posts where (v > 0)`;

/**
 * What can stand on column `v` of `app.posts` so that the server refuses both to change its type and to drop it: in
 * words, the statements that make it, and how a refusal names it. `app.nothing()` is a trigger's function.
 */
export const standing: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "a view, and what stands on it",
    ["create view app.a as select v from app.posts", "create view app.b as select v + 1 as n from app.a"],
    /view app\.a, view app\.b depend/,
  ],
  [
    "a materialised view",
    ["create materialized view app.m as select w from app.posts where v > 0"],
    /materialized view app\.m depends/,
  ],
  ["a policy", ["create policy mine on app.posts using (v > 0)"], /policy mine on table app\.posts/],
  [
    "a policy of another table",
    [
      "create table app.others (id uuid)",
      "create policy theirs on app.others using (exists (select from app.posts where v > 0))",
    ],
    /policy theirs on table app\.others/,
  ],
  [
    "a trigger on the column",
    ["create trigger t after update of v on app.posts for each row execute function app.nothing()"],
    /trigger t on table app\.posts/,
  ],
  [
    "a trigger with a condition",
    [
      "create trigger t after insert on app.posts for each row when (new.v > 0) execute function app.nothing()",
    ],
    /trigger t on table app\.posts/,
  ],
  [
    "a generated column",
    ["alter table app.posts add column twice integer generated always as (v * 2) stored"],
    /column twice of table app\.posts/,
  ],
  ["a publication's row filter", [publication], /publication of table app\.posts in publication shown/],
  [
    "a publication's column list",
    ["create publication shown for table app.posts (id, v)"],
    /publication of table app\.posts in publication shown/,
  ],
  [
    "the body of a function",
    ["create function app.total() returns bigint begin atomic select sum(v) from app.posts; end"],
    /function app\.total\(\)/,
  ],
];
