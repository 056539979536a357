import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { adm, alice, bob, ids, robot } from "./security/callers.ts";
import { bytes, listBothWays, searchOf, short, where } from "./security/parameters.ts";
import { insertLinks, insertPosts, nthId } from "./security/rows.ts";
import { adminsOnly, bobsSalary, hush } from "./security/secrets.ts";
import { startWorld, type World } from "./security/world.ts";

let world: World;
const mine = nthId("post", 1);
const other = nthId("post", 2);
const bobs = nthId("post", 3);

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  await world.reset();
  const hidden = { secret_note: `${hush} note`, internal: `${adminsOnly} memo` };
  await insertPosts(world, [
    { id: mine, title: "ada mine", owner: ids.alice, author: ids.bob, vault: ids.vault, ...hidden },
    { id: other, title: "zoe mine", owner: ids.alice, author: ids.alice, ...hidden },
    { id: bobs, title: `${hush} of bob`, owner: ids.bob, author: ids.bob, ...hidden },
  ]);
  await insertLinks(world, "related", [mine, [bobs, other]]);
  await world.sql`update users set favourite = ${mine} where id = ${ids.bob}`;
  await world.sql`update users set favourite = ${bobs} where id = ${ids.alice}`;
});

/** Every object somewhere inside a value. */
function* objects(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value));
  for (const inner of Object.values(value)) yield* objects(inner);
}

const bad = [400, "BAD_CURSOR", undefined];
const readable = ["id", "name", "role", "emailVerified", "favourite"];

test("T-ORA-08 a search looks at what its caller may read, and at nothing else", async () => {
  const found = async (user: typeof alice, slug: string, search: string) =>
    (await listBothWays(world, { user, slug }, { search, select: "id" })).map(({ json }) => json.data);
  expect(await found(alice, "posts", "ada")).toStrictEqual([[{ id: mine }], [{ id: mine }]]);
  for (const search of [hush, adminsOnly, "memo", "note", `ada ${adminsOnly}`, `"${hush} of bob"`]) {
    expect(await found(alice, "posts", search)).toStrictEqual([[], []]);
  }
  for (const search of [adminsOnly, "bob@", `${adminsOnly}.example`, hush]) {
    expect((await found(alice, "users", search)).flat().filter(({ id }) => id !== ids.bob)).toStrictEqual([]);
  }
  expect(await found(adm, "posts", `ada ${adminsOnly}`)).toStrictEqual([[{ id: mine }], [{ id: mine }]]);
  expect((await found(adm, "users", `bob@${adminsOnly}.example`))[0]).toStrictEqual([{ id: ids.bob }]);
  // A word that only some fields of it may be searched by is not ranked by the others.
  const ranked = await world.as(alice, "GET", `/api/posts?${searchOf({ search: `mine or ${adminsOnly}` })}`);
  expect(ranked.json.data.map(({ id }: { id: string }) => id).toSorted()).toStrictEqual([mine, other]);
});

test.each([1, 2, 3])(
  "T-ORA-09 documents %i relationships deep show what may be read of each",
  async (depth) => {
    for (const target of [
      `/api/posts?perPage=5&depth=${depth}`,
      `/api/posts/${mine}?depth=${depth}`,
      `/api/users?perPage=5&depth=${depth}`,
      `/api/users/${ids.bob}?depth=${depth}`,
      `/api/posts?populate=author.favourite.owner,related`,
    ]) {
      const answer = await world.as(alice, "GET", target);
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain(adminsOnly);
      expect(answer.text).not.toContain(String(bobsSalary));
      const all = [...objects(answer.json)];
      for (const user of all.filter((each) => "emailVerified" in each)) {
        const shown = user["id"] === ids.alice ? [...readable, "salary"] : readable;
        expect(Object.keys(user).toSorted()).toStrictEqual(shown.toSorted());
      }
      // Bob's post: populated it is absent, as if it did not exist.
      expect(all.filter(({ id }) => id === bobs)).toStrictEqual([]);
    }
    const { json } = await world.as(alice, "GET", `/api/posts/${mine}?depth=${depth}`);
    expect(json.vault).toBeNull();
    expect(json.author.id).toBe(ids.bob);
    expect(json.related.map(({ id }: { id: string }) => id)).toStrictEqual([other]);
  },
);

test("T-ORA-11 a cursor shows nothing of the row that it was made from", async () => {
  for (const sort of ["title", "-createdAt", "views,title", "author.name"]) {
    const { json } = await world.as(alice, "GET", `/api/posts?${searchOf({ sort, perPage: 1 })}`);
    const cursor: string = json.meta.nextCursor;
    expect(cursor).toMatch(/^[\w-]{40,}$/);
    for (const encoding of ["base64url", "base64", "hex"] as const) {
      const decoded = Buffer.from(cursor, encoding).toString("latin1");
      expect(() => JSON.parse(decoded)).toThrow(SyntaxError);
      for (const shown of ["ada", "mine", mine, "2026", ids.bob, "bob"]) expect(decoded).not.toContain(shown);
    }
    const again = await world.as(alice, "GET", `/api/posts?${searchOf({ sort, perPage: 1 })}`);
    expect(again.json.meta.nextCursor).not.toBe(cursor);
  }
});

test("T-ORA-12 a cursor opens for nobody and nothing else", async () => {
  const asked = { sort: "title", perPage: 1, where: { title: { like: "mine" } }, search: "mine" };
  const { json } = await world.as(alice, "GET", `/api/posts?${searchOf(asked)}`);
  const cursor: string = json.meta.nextCursor;
  const going = await world.as(alice, "GET", `/api/posts?${searchOf({ ...asked, cursor })}`);
  expect(going.json.data.map(({ id }: { id: string }) => id)).toStrictEqual([other]);
  for (const [user, slug, parameters] of [
    [bob, "posts", asked],
    [robot, "posts", asked],
    [adm, "posts", asked],
    [adm, "posts", { ...asked, trashed: "with" }],
    [alice, "posts", { ...asked, sort: "-title" }],
    [alice, "posts", { ...asked, sort: "author.name" }],
    [alice, "posts", { ...asked, where: { title: { like: "m" } } }],
    [alice, "posts", { ...asked, search: "min" }],
    [alice, "contacts", { sort: "email" }],
    [alice, "users", { sort: "name" }],
  ] as const) {
    for (const answer of await listBothWays(world, { user, slug }, { ...parameters, cursor })) {
      expect(short(answer), `${user.id} ${slug} ${JSON.stringify(parameters)}`).toStrictEqual(bad);
    }
  }
  const forgeries = [
    Buffer.from('{"id":"0","sortValue":1}').toString("base64url"),
    Buffer.from(JSON.stringify([9e9, ["a", mine]])).toString("base64url"),
    cursor.slice(0, -1),
    `${cursor}A`,
    `${cursor.startsWith("A") ? "B" : "A"}${cursor.slice(1)}`,
    "A".repeat(cursor.length),
  ];
  for (const forged of forgeries) {
    for (const answer of await listBothWays(
      world,
      { user: alice, slug: "posts" },
      { ...asked, cursor: forged },
    )) {
      expect(short(answer)).toStrictEqual(bad);
    }
  }
});

test("T-ORA-16 the rows of somebody else are as absent as those of nobody", async () => {
  for (const name of ["owner", "author.name", "related.id", "author.favourite.id"]) {
    for (const more of [{ count: "exact" }, { count: "estimated", sort: "-title" }, { perPage: 1 }]) {
      const values = name === "author.name" ? ["cleo", "dora"] : [bobs, ids.missing];
      const [theirs, nobodys] = await Promise.all(
        (name === "owner" ? [ids.bob, ids.missing] : values).map((value) =>
          world.as(alice, "GET", `/api/posts?${searchOf({ where: { [name]: value }, ...more })}`),
        ),
      );
      expect(theirs?.json).toMatchObject({ data: [], meta: { hasNextPage: false, nextCursor: null } });
      expect(theirs === undefined || bytes(theirs)).toStrictEqual(nobodys === undefined || bytes(nobodys));
    }
  }
  const counted = await world.as(alice, "GET", `/api/posts/count?${where({ owner: ids.bob })}`);
  expect(counted.json).toStrictEqual({ count: 0 });
});
