import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";

const people = defineCollection({
  slug: "people",
  fields: {
    name: { type: "text" },
    age: { type: "integer" },
    hidden: { type: "boolean" },
    boss: { type: "relationship", to: "people" },
  },
  access: { read: () => ({ hidden: { neq: true } }) },
});

const posts = defineCollection({
  slug: "posts",
  fields: { title: { type: "text" }, author: { type: "relationship", to: "people" } },
  access: { read: true },
});

const collections = [people, posts] as const;
let database: Prepared;
let app: Application<typeof collections>;
const rows = 24;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "relations_paging", collections);
  app = await serve({ collections, database: { url: database.url, max: 1 }, logger: false });
  const system = app.engine.asSystem();
  const made: string[] = [];
  for (const [name, age, hidden] of [
    ["ada", 30, false],
    ["ada", null, false],
    ["bob", 20, false],
    [null, 10, false],
    // What may not be read sorts like what is not there.
    ["aaa", 1, true],
  ] as const) {
    const boss = made.at(-1) ?? null;
    made.push((await system.people.create({ name, age, hidden, boss })).id);
  }
  for (let at = 0; at < rows; at += 1) {
    const author = made[at % 7] ?? null;
    await system.posts.create({ title: at % 3 === 0 ? null : `t${at % 2}`, author });
  }
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

interface Post {
  readonly id: string;
  readonly title: string | null;
  readonly author: { readonly name: string | null; readonly age: number | null } | null;
}

async function page(
  query: string,
): Promise<{ readonly data: readonly Post[]; readonly next: string | null }> {
  const { status, json } = await app.ask("GET", `/api/posts?populate=author.boss&${query}`);
  expect(status).toBe(200);
  return { data: json.data, next: json.meta.nextCursor };
}

async function walk(sort: string, perPage: number): Promise<readonly Post[]> {
  const found: Post[] = [];
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { data, next } = await page(`sort=${sort}&perPage=${perPage}${from}`);
    found.push(...data);
    cursor = next;
    expect(found.length).toBeLessThanOrEqual(rows);
  } while (cursor !== null);
  return found;
}

test.each([
  "author.name",
  "-author.name",
  "author.name,-title",
  "-author.name,title",
  "title,-author.name",
  "-author.age,author.name,title",
  "author.boss.name,-author.name",
  "-author.boss.age,-id",
])("pages by cursor over %s visit every row once, in the order of the whole list", async (sort) => {
  const { data: whole } = await page(`sort=${sort}&perPage=100`);
  expect(new Set(whole.map(({ id }) => id)).size).toBe(rows);
  for (const perPage of [1, 2, 5]) {
    const walked = await walk(sort, perPage);
    expect(walked.map(({ id }) => id)).toStrictEqual(whole.map(({ id }) => id));
  }
});

test("what has no readable target comes last ascending and first descending, like a null", async () => {
  const namesBy = async (sort: string) => {
    const { data } = await page(`sort=${sort}&perPage=100`);
    return data.map(({ author }) => author?.name ?? null);
  };
  const ascending = await namesBy("author.name");
  const set = ascending.filter((name) => name !== null);
  expect(set).toStrictEqual([...set].toSorted());
  expect(ascending.slice(0, set.length)).toStrictEqual(set);
  expect(set).not.toContain("aaa");
  expect(await namesBy("-author.name")).toStrictEqual([
    ...ascending.filter((name) => name === null),
    ...set.toReversed(),
  ]);
});

test("a page and a cursor lead to the same rows", async () => {
  const { next } = await page("sort=-author.name&perPage=7");
  const second = await page("sort=-author.name&perPage=7&page=2");
  expect((await page(`sort=-author.name&perPage=7&cursor=${next}`)).data).toStrictEqual(second.data);
});

test("a cursor of one order does not open another", async () => {
  const { next } = await page("sort=author.name&perPage=2");
  for (const other of ["-author.name", "author.age", "title"]) {
    const { status, json } = await app.ask("GET", `/api/posts?sort=${other}&cursor=${next}`);
    expect([status, json.code]).toStrictEqual([400, "BAD_CURSOR"]);
  }
});
