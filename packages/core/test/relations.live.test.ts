import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { Answered } from "./world/asker.ts";
import { type Related, relatedApplication } from "./world/related.ts";

const admin = { id: "root", role: "admin" };

let app: Related["app"];
let proxy: Related["proxy"];
let id: Related["id"];
let stop: Related["stop"];

beforeAll(async () => {
  ({ app, proxy, id, stop } = await relatedApplication());
});

afterAll(() => stop());

/** One answer that took one statement. */
async function once(target: string, user?: object): Promise<Answered> {
  proxy.forget();
  const answer = await app.ask("GET", `/api/${target}`, user === undefined ? {} : { user });
  expect([target, answer.status, proxy.statements()]).toStrictEqual([target, 200, 1]);
  return answer;
}

const refusal = async (target: string, user?: object) => {
  const { status, json } = await app.ask("GET", `/api/${target}`, user === undefined ? {} : { user });
  return [status, json.code, json.errors];
};

test("without populate a relationship is the id, or the ids in stored order", async () => {
  const { json } = await once(`posts/${id("first")}`);
  expect(json).toStrictEqual({
    id: id("first"),
    title: "first",
    author: id("bob"),
    tags: [id("blue"), id("private"), id("red")],
    readers: [id("zoe"), id("eve"), id("ada")],
    vault: id("vault"),
    vaults: [id("vault")],
  });
});

test("T-ACL-13 R-AC-7 populated documents are those that the caller may read, in stored order", async () => {
  const red = { id: id("red"), label: "red", weight: 1 };
  const blue = { id: id("blue"), label: "blue", weight: 5 };
  const bob = {
    id: id("bob"),
    name: "bob",
    age: 20,
    hidden: false,
    boss: id("ada"),
    friends: [],
    company: null,
  };
  const { json } = await once(`posts/${id("first")}?populate=author,tags,readers,vault,vaults`);
  expect(json.author).toStrictEqual(bob);
  expect(json.tags).toStrictEqual([blue, red]);
  expect(json.readers.map(({ name }: { readonly name: string }) => name)).toStrictEqual([null, "ada"]);
  expect([json.vault, json.vaults]).toStrictEqual([null, []]);
  const list = (await once("posts?populate=author&select=title&sort=title")).json.data;
  expect(list.map(({ author }: { readonly author: unknown }) => author)).toMatchObject([
    { name: "bob" },
    null,
    null,
    { name: "ada" },
  ]);
  const all = (await once(`posts/${id("second")}?depth=1`, admin)).json;
  expect(all).toMatchObject({ author: { name: "eve" }, tags: [] });
});

test("R-AC-8 a field is shown behind a relationship where its rule shows it, and nowhere else", async () => {
  const friends = `people/${id("ada")}?populate=friends&select=name`;
  for (const [user, salaries] of [
    [undefined, [undefined, undefined]],
    [{ id: "bob" }, [2, undefined]],
    [{ id: "ada" }, [undefined, 1]],
  ] as const) {
    const { json, text } = await once(friends, user);
    expect(json.friends.map((each: Record<string, unknown>) => each["salary"])).toStrictEqual(salaries);
    expect(text).not.toMatch(/"key"|secret|\?salary/);
  }
  const { text } = await once("posts?depth=3&perPage=1", { id: "ada" });
  expect(text).not.toMatch(/"key"|secret|\?salary|1234/);
});

test("depth goes through cycles and self relations, to one and to many, in one statement", async () => {
  const chain = (await once(`people/${id("zoe")}?depth=3`, admin)).json;
  expect(chain.boss).toMatchObject({
    name: "eve",
    boss: { name: "bob", boss: { name: "ada", boss: id("bob") } },
  });
  const hidden = (await once(`people/${id("zoe")}?depth=3`)).json;
  expect(hidden.boss).toBeNull();
  for (const depth of [0, 1, 2, 3]) await once(`posts?depth=${depth}&perPage=1`);
  const loop = (await once(`people/${id("ada")}?populate=boss.boss.boss&select=name`)).json;
  expect(loop).toMatchObject({
    boss: { name: "bob", boss: { name: "ada", boss: { name: "bob", boss: id("ada") } } },
  });
});

test("populate adds its field to select, unites with depth and takes repeats", async () => {
  const both = (
    await once(`posts/${id("third")}?populate=author.company,author.boss&populate=tags&select=title`)
  ).json;
  expect(Object.keys(both).toSorted()).toStrictEqual(["author", "id", "tags", "title"]);
  expect(both.author).toMatchObject({ company: { name: "Acme" }, boss: { name: "bob", boss: id("ada") } });
  const united = (await once(`posts/${id("third")}?depth=1&populate=author.company`)).json;
  expect(united).toMatchObject({
    author: { company: { name: "Acme" }, boss: id("bob") },
    tags: [{ label: "red" }],
  });
  const body = { populate: ["author"], select: ["title"], depth: 1, where: { title: "third" } };
  const query = await app.ask("POST", "/api/posts/query", { body });
  // Depth says how much is behind what is shown, and shows nothing by itself.
  expect(query.json.data.map(Object.keys)).toStrictEqual([["id", "title", "author"]]);
  expect(query.json.data).toMatchObject([{ title: "third", author: { name: "ada" } }]);
  const local = await app.engine.as(null).posts.find({ populate: ["author"], where: { title: "third" } });
  expect(local.data).toMatchObject([{ author: { name: "ada" } }]);
});

test.each([
  ["posts?populate=ghost", 400, "UNKNOWN_FIELD", "ghost"],
  ["posts?populate=hint", 400, "UNKNOWN_FIELD", "hint"],
  ["posts?populate=author.ghost", 400, "UNKNOWN_FIELD", "author.ghost"],
  ["posts?populate=author.secret", 400, "UNKNOWN_FIELD", "author.secret"],
  ["posts?populate=vault.owner", 400, "UNKNOWN_FIELD", "vault.owner"],
  ["posts?populate=title", 400, "BAD_REQUEST", "populate"],
  ["posts?populate=author.boss.boss.boss", 400, "BAD_REQUEST", "populate"],
  ["posts?populate=", 400, "BAD_REQUEST", "populate"],
  ["posts?depth=4", 400, "BAD_REQUEST", "depth"],
  ["posts?depth=-1", 400, "BAD_REQUEST", "depth"],
  ["posts?depth=1&depth=1", 400, "BAD_REQUEST", "depth"],
  ["posts?select=hint", 400, "UNKNOWN_FIELD", "hint"],
  ["posts?sort=vault.code", 400, "UNKNOWN_FIELD", "vault.code"],
  ["posts?sort=tags.label", 400, "BAD_REQUEST", "sort"],
  ["posts?sort=author.secret", 400, "UNKNOWN_FIELD", "author.secret"],
  ["posts?sort=author.salary", 400, "UNKNOWN_FIELD", "author.salary"],
])("%s is refused", async (target, ...refused) => {
  const [got, gotCode, errors] = await refusal(target);
  expect([got, gotCode, errors?.[0]?.path]).toStrictEqual(refused);
});

test("R-LI-4 what could populate too much is refused, wide and deep, whatever is stored", async () => {
  const tooMuch = [400, "BAD_REQUEST", [{ path: "populate", rule: "max" }]];
  const fine = [200, undefined, undefined];
  expect(await refusal("posts?populate=readers&perPage=100")).toStrictEqual(fine);
  expect(await refusal("posts?populate=readers,author&perPage=100")).toStrictEqual(tooMuch);
  expect(await refusal("posts?populate=readers.friends&perPage=20")).toStrictEqual(tooMuch);
  expect(await refusal("posts?populate=readers.friends.friends&perPage=3")).toStrictEqual(fine);
  expect(await refusal("posts?populate=readers.friends.friends&perPage=4")).toStrictEqual(tooMuch);
  expect(await refusal(`posts/${id("first")}?populate=readers.friends.friends`)).toStrictEqual(fine);
});

test("setting, reordering and clearing a to-many relationship is kept as it was sent", async () => {
  const target = `/api/posts/${id("fourth")}`;
  const patch = (body: object, user: object = admin) => app.ask("PATCH", target, { body, user });
  const lists = [[id("red"), id("blue")], [id("blue"), id("red")], [id("blue")], []];
  for (const list of lists) expect((await patch({ tags: list })).json.tags).toStrictEqual(list);
  const twice = await patch({ tags: [id("red"), id("blue"), id("red").toUpperCase()] });
  expect(twice.json.tags).toStrictEqual([id("red"), id("blue")]);
  expect((await patch({ tags: null })).json.tags).toStrictEqual([]);
  const wrong = await patch({ tags: [id("red"), id("private"), id("ada")] });
  expect([wrong.status, wrong.json.errors]).toStrictEqual([
    422,
    [
      { path: "tags.1", rule: "relationship" },
      { path: "tags.2", rule: "relationship" },
    ],
  ]);
  const tooMany = await patch({ tags: Array.from({ length: 11 }, () => randomUUID()) });
  expect(tooMany.json.errors).toStrictEqual([{ path: "tags", rule: "max" }]);
  expect((await patch({ author: id("eve") }, { id: "x" })).json.errors).toStrictEqual([
    { path: "author", rule: "relationship" },
  ]);
  expect((await patch({ author: { role: "admin" } })).json.errors).toStrictEqual([
    { path: "author", rule: "type" },
  ]);
});
