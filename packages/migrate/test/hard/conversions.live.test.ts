import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Decisions } from "../../src/model/decisions.ts";
import { type World, world } from "../world/database.ts";
import { scenario } from "../world/scenario.ts";
import { column, id, tableOf } from "../world/tables.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const other = column("other");
const start = [tableOf("posts", { columns: [id, column("title"), other] })];
const to = [
  tableOf("posts", { columns: [id, column("title", { type: "bigint" }), other] }),
  tableOf("later"),
];
const rows =
  "insert into posts (id, title, other) select gen_random_uuid(), 't' || n, 'o' from generate_series(1, 3) n";

function converting(conversion: (value: string) => string): Partial<Decisions> {
  return { conversions: new Map([["posts.title", conversion]]) };
}

const queries: readonly (readonly [what: string, conversion: (value: string) => string])[] = [
  ["a query over the value", (value) => `(select pg_catalog.length(${value}))`],
  [
    "a query over another table",
    (value) => `coalesce((select 1 from pg_catalog.pg_class limit 1), ${value}::bigint)`,
  ],
  [
    "a search in a query",
    (value) => `(${value} in (select relname::text from pg_catalog.pg_class))::integer`,
  ],
];

describe("a conversion that a change of type would not take", () => {
  it.each(queries)("is refused before anything is done: %s", async (_, conversion) => {
    const expected = { refusals: ["UNSUPPORTED posts.title"] };
    await scenario(here, { start, to, decisions: converting(conversion), expect: expected });
    await here.script(rows);
    await scenario(here, { to, decisions: converting(conversion), expect: expected });
    const decisions = { ...converting(conversion), expand: new Set(["posts.title"]) };
    await scenario(here, { to, decisions, expect: expected });
  });

  it.each([
    ["an alias that the engine uses", (value: string) => `pg_catalog.length(r.${value})`, ""],
    ["a value that is never of the type", () => "'abc'", " 3"],
  ])("is refused: %s", async (_, conversion, count) => {
    const decisions = converting(conversion);
    await scenario(here, { start, to, decisions, expect: { refusals: ["CAST_FAILS posts.title"] } });
    await here.script(rows);
    await scenario(here, { to, decisions, expect: { refusals: [`CAST_FAILS posts.title${count}`] } });
  });

  it("may name another column, but not in two phases, where a trigger has only the one", async () => {
    const decisions = converting((value) => `pg_catalog.length(${value} || other)`);
    await here.apply(start);
    await here.script(rows);
    await scenario(here, {
      to,
      decisions: { ...decisions, expand: new Set(["posts.title"]) },
      expect: { refusals: ["CAST_FAILS posts.title"] },
    });
    expect((await here.apply(to, { decisions })).kind).toBe("applied");
    expect(await here.sql("select distinct title from posts")).toEqual([["3"]]);
  });
});

describe("a default for empty rows that somebody's check refuses", () => {
  const filled = [
    tableOf("posts", {
      columns: [id, column("title"), column("other", { nullable: false, default: { value: "x" } })],
    }),
    tableOf("later"),
  ];
  const decisions = { backfill: new Set(["posts.other"]) };
  const empty = "update posts set other = null where title <> 't1'";

  it("is refused with the rows that it is about", async () => {
    await here.apply(start);
    await here.script(
      `${rows}; ${empty}; alter table posts add constraint theirs check (other <> 'x' or title = 't2')`,
    );
    await scenario(here, { to: filled, decisions, expect: { refusals: ["CHECK_VIOLATED posts.other 1"] } });
  });

  it("is none of ours where the check refuses other rows only", async () => {
    await here.apply(start);
    await here.script(`${rows}; ${empty};
      alter table posts add constraint theirs check (other is distinct from 'o') not valid;
      alter table posts add constraint whole check (not (posts is null))`);
    expect((await here.apply(filled, { decisions })).kind).toBe("applied");
    expect(await here.sql("select other from posts order by title")).toEqual([["o"], ["x"], ["x"]]);
  });
});
