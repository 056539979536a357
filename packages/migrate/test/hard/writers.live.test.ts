import { type Collection, describe as blueprintOf, openDatabase, type Table } from "@lucent/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { onlineRows } from "../../src/model/graded.ts";
import { type Asked, type World, world } from "../world/database.ts";

let here: World;
beforeEach(async () => {
  here = await world();
});
afterEach(() => here.end());

const many = onlineRows + 2_000;
/** One number: as a query of its own it is made up once for the statement, not for each row. */
const some = `(select (1 + pg_catalog.floor(pg_catalog.random() * ${many}))::integer)`;

function tables(...collections: readonly Collection[]): readonly Table[] {
  return blueprintOf({ collections, database: { url: here.url } }).tables;
}

/** Each statement again and again on a connection of its own, until `work` is done: how often, and what failed. */
async function during(
  statements: readonly string[],
  work: () => Promise<void>,
): Promise<{ readonly writes: number; readonly failures: readonly string[] }> {
  const failures = new Set<string>();
  let writes = 0;
  let isDone = false;
  const write = async (text: string): Promise<void> => {
    const { database, close } = openDatabase({ collections: [], database: { url: here.url } }, {});
    // At least once behind the last step, too.
    for (let isLast = false; !isLast;) {
      isLast = isDone;
      try {
        await database.run({ text, values: [] });
        writes += 1;
      } catch (error) {
        failures.add(`${text}: ${String(error instanceof Error ? error.cause : error)}`);
      }
    }
    await close();
  };
  const writers = statements.map(write);
  await work().finally(() => {
    isDone = true;
  });
  await Promise.all(writers);
  return { writes, failures: [...failures] };
}

async function done(to: readonly Table[], asked: Asked = {}): Promise<void> {
  const outcome = await here.apply(to, asked);
  if (outcome.kind !== "applied") throw new TypeError(JSON.stringify(outcome));
}

describe("an application that writes all the while", () => {
  it("as the old release and as the new one, while a field is renamed in two phases", async () => {
    const before = tables({
      slug: "posts",
      fields: { title: { type: "text", default: "none" }, number: { type: "integer", index: true } },
    });
    const after = tables({
      slug: "posts",
      fields: {
        headline: { type: "text", default: "none", required: true, previousName: "title" },
        number: { type: "integer", index: true },
      },
    });
    await here.apply(before);
    await here.sql(
      `insert into posts (id, title, number) select gen_random_uuid(), 't' || n, n from generate_series(1, ${many}) n`,
    );
    const release = (name: string): readonly string[] => [
      `insert into posts (id, ${name}) values (gen_random_uuid(), 'by ${name}')`,
      "insert into posts (id) values (gen_random_uuid())",
      `update posts set ${name} = 'now ${name}' where number = ${some}`,
    ];
    const first = await during(release("title"), () =>
      done(after, { decisions: { expand: new Set(["posts.headline"]) } }),
    );
    expect(first.failures).toEqual([]);
    const both = await during([...release("title"), ...release("headline")], async () => {
      const unequal = "select count(*)::integer from posts where title is distinct from headline";
      expect(await here.sql(unequal)).toEqual([[0]]);
    });
    expect(both.failures).toEqual([]);
    const counts = `select count(*) filter (where headline like '%title')::integer > 1,
      count(*) filter (where headline like '%headline')::integer > 1, count(*)::integer from posts`;
    const [[byOld, byNew, all] = []] = await here.sql(counts);
    expect([byOld, byNew]).toEqual([true, true]);
    const last = await during(release("headline"), () => done(after, { decisions: { contract: true } }));
    expect(last.failures).toEqual([]);
    const inserted = await here.sql("select count(*)::integer from posts where headline is not null");
    expect(Number(inserted[0]?.[0])).toBeGreaterThan(Number(all));
  });

  it("while empty rows are filled, fields required, and a unique index built", async () => {
    const before = tables({ slug: "posts", fields: { title: { type: "text" }, slug: { type: "text" } } });
    const after = tables({
      slug: "posts",
      fields: {
        title: { type: "text", required: true, default: "none" },
        slug: { type: "text", required: true, unique: true },
        state: { type: "select", options: ["draft", "live"], required: true, default: "draft" },
      },
    });
    await here.apply(before);
    await here.sql(
      `insert into posts (id, title, slug) select gen_random_uuid(), nullif(n % 3, 0)::text, 's' || n from generate_series(1, ${many}) n`,
    );
    const writes = [
      "insert into posts (id, title, slug) values (gen_random_uuid(), 'new', gen_random_uuid())",
      `update posts set title = 'changed' where slug = 's' || ${some}`,
    ];
    const seen = await during(writes, () =>
      done(after, { decisions: { backfill: new Set(["posts.title"]) } }),
    );
    expect(seen.failures).toEqual([]);
    const wrong = `select count(*)::integer from posts
      where title is null or state <> 'draft' or (title = 'none' and slug not like 's%')`;
    expect(await here.sql(wrong)).toEqual([[0]]);
    expect(seen.writes).toBeGreaterThan(2);
  });
});
