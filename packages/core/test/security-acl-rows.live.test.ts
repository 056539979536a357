import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { adm, alice, bob, ids } from "./security/callers.ts";
import { bytes, listBothWays, searchOf, short, where } from "./security/parameters.ts";
import { insertLinks, insertPosts, nthDate, nthId } from "./security/rows.ts";
import { startWorld, type World } from "./security/world.ts";

let world: World;
const mine = nthId("post", 1);
const bobs = nthId("post", 2);
const gone = nthId("post", 3);

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  await world.reset();
  await insertPosts(world, [
    { id: mine, title: "ada mine", owner: ids.alice, code: "one" },
    { id: bobs, title: "ada bobs", owner: ids.bob, code: "two" },
    { id: gone, title: "ada gone", owner: ids.alice, code: "three", deleted_at: nthDate(9) },
  ]);
});

const stored = async () => [...(await world.sql`select id, title, owner from posts order by id`)];
const titles = ({ json }: { readonly json: { readonly data: readonly { readonly title: string }[] } }) =>
  json.data.map(({ title }) => title).toSorted();

test("T-ACL-06 T-ENUM-09 a row of somebody else, a deleted one, a missing one and no id are one answer", async () => {
  const before = await stored();
  const odd = [
    "1",
    "null",
    "undefined",
    "%00",
    "%E0%A4%A",
    "a%2fb",
    `${bobs}x`,
    "'%20or%201=1",
    "x".repeat(7_000),
  ];
  for (const [method, path, body] of [
    ["GET", ""],
    ["GET", "?depth=1"],
    ["HEAD", ""],
    ["PATCH", "", { title: "changed" }],
    ["DELETE", ""],
    ["POST", "/restore"],
  ] as const) {
    const asked = async (id: string) =>
      bytes(await world.as(alice, method, `/api/posts/${id}${path}`, body === undefined ? {} : { body }));
    const missing = await asked(ids.missing);
    expect(missing[0]).toBe(404);
    for (const id of [bobs, bobs.toUpperCase(), ...odd])
      expect([id, ...(await asked(id))]).toStrictEqual([id, ...missing]);
    if (path !== "/restore") expect(await asked(gone)).toStrictEqual(missing);
  }
  for (const op of [{ op: "update", data: { title: "changed" } }, { op: "delete" }]) {
    const asked = async (id: string) => {
      const body = { operations: [{ ...op, collection: "posts", id }] };
      return bytes(await world.as(alice, "POST", "/api/batch", { body }));
    };
    const missing = await asked(ids.missing);
    expect(missing[0]).toBe(404);
    for (const id of [bobs, gone, "1", "\0"]) expect(await asked(id)).toStrictEqual(missing);
  }
  expect(await stored()).toStrictEqual(before);
});

test("T-ACL-07 an update whose new image leaves the rule is refused, and nothing changes", async () => {
  const before = await stored();
  const body = { owner: ids.bob, title: "changed" };
  const answer = await world.as(alice, "PATCH", `/api/posts/${mine}`, { body });
  expect(short(answer)).toStrictEqual([403, "FORBIDDEN", undefined]);
  const operations = [{ op: "update", collection: "posts", id: mine, data: body }];
  const batch = await world.as(alice, "POST", "/api/batch", { body: { operations } });
  expect([batch.status, batch.json.operation]).toStrictEqual([403, 0]);
  expect((await world.as(alice, "PATCH", `/api/posts/${mine}`, { body: { owner: null } })).status).toBe(403);
  expect((await world.as(alice, "POST", "/api/posts", { body })).status).toBe(403);
  expect(await stored()).toStrictEqual(before);
});

test("T-ACL-16 a batch is done whole or not at all, and says the same of what is not there", async () => {
  const before = await stored();
  const update = (id: string) => ({ op: "update", collection: "posts", id, data: { title: "changed" } });
  const run = async (operations: readonly object[]) =>
    world.as(alice, "POST", "/api/batch", { body: { operations } });
  const [theirs, missing] = [
    await run([update(mine), update(bobs)]),
    await run([update(mine), update(ids.missing)]),
  ];
  expect([theirs.status, theirs.json.code, theirs.json.operation]).toStrictEqual([404, "NOT_FOUND", 1]);
  expect(bytes(theirs)).toStrictEqual(bytes(missing));
  for (const last of [
    update(ids.missing),
    { op: "delete", collection: "posts", id: bobs },
    { op: "create", collection: "vault", data: {} },
    { op: "create", collection: "nowhere", data: {} },
    { op: "create", collection: "lucent_migrations", data: {} },
    { op: "create", collection: "posts", data: { title: "a", owner: ids.bob } },
    { op: "create", collection: "posts", data: { title: "a", owner: ids.alice, code: "two" } },
  ]) {
    const created = { op: "create", collection: "posts", data: { title: "new", owner: ids.alice } };
    const refused = await run([created, update(mine), { op: "delete", collection: "posts", id: mine }, last]);
    expect([refused.status >= 400, refused.json.operation]).toStrictEqual([true, 3]);
    expect(await stored()).toStrictEqual(before);
  }
});

test("T-ACL-17 nothing is deleted by a filter, and not more than a hundred rows at once", async () => {
  const before = await stored();
  for (const search of ["", "?where={}", `?${where({ id: { exists: true } })}`]) {
    expect((await world.as(adm, "DELETE", `/api/posts${search}`)).status).toBe(405);
    expect((await world.as(adm, "PATCH", `/api/posts${search}`, { body: { title: "a" } })).status).toBe(405);
  }
  const deletion = { op: "delete", collection: "posts", id: mine };
  for (const operations of [
    [],
    {},
    Array.from({ length: 101 }, () => deletion),
    [{ ...deletion, id: undefined }],
    [{ op: "delete", collection: "posts", where: {} }],
    [{ ...deletion, where: {} }],
    [{ ...deletion, id: { in: [mine] } }],
    [{ ...deletion, id: [mine] }],
  ]) {
    expect((await world.as(adm, "POST", "/api/batch", { body: { operations } })).status).toBe(422);
  }
  expect(await stored()).toStrictEqual(before);
});

test("T-ACL-18 a deleted row is nowhere", async () => {
  await insertLinks(world, "related", [mine, [gone, bobs]]);
  await world.sql`update users set favourite = ${gone}`;
  const list = { user: alice, slug: "posts" };
  for (const parameters of [
    {},
    { sort: "-title" },
    { search: "ada" },
    { where: { code: { exists: true } } },
  ]) {
    for (const answer of await listBothWays(world, list, { ...parameters, count: "exact" })) {
      expect(titles(answer)).toStrictEqual(["ada mine"]);
      expect(answer.json.meta.total).toBe(1);
    }
  }
  expect((await world.as(alice, "GET", "/api/posts/count")).json.count).toBe(1);
  expect((await world.as(alice, "GET", `/api/posts/${gone}`)).status).toBe(404);
  for (const name of ["related.title", "related.id", "author.favourite.title"]) {
    const filter = { where: { [name]: { in: name.endsWith("id") ? [gone] : ["ada gone"] } } };
    for (const answer of await listBothWays(world, list, filter)) expect(answer.json.data).toStrictEqual([]);
  }
  expect((await world.as(alice, "GET", `/api/posts/${mine}?populate=related`)).json.related).toStrictEqual(
    [],
  );
  expect((await world.as(alice, "GET", `/api/users/${ids.bob}?depth=1`)).json.favourite).toBeNull();
  for (const parameters of [
    { where: { deletedAt: { exists: true } } },
    { sort: "deletedAt" },
    { select: "deletedAt" },
    { where: { "related.deletedAt": { exists: true } } },
  ]) {
    for (const answer of await listBothWays(world, list, parameters))
      expect(answer.json.code).toBe("UNKNOWN_FIELD");
  }
  for (const trashed of ["with", "only"]) {
    expect((await world.as(alice, "GET", `/api/posts?trashed=${trashed}`)).status).toBe(403);
    expect((await world.as(undefined, "GET", `/api/posts?trashed=${trashed}`)).status).toBe(401);
  }
  const reference = await world.as(alice, "PATCH", `/api/posts/${mine}`, { body: { related: [gone] } });
  expect(short(reference)).toStrictEqual([422, "VALIDATION", [{ path: "related.0", rule: "relationship" }]]);
  // Nor does its title decide about an order.
  await world.sql`update users set favourite = ${mine} where id = ${ids.alice}`;
  const ordered = await world.as(alice, "GET", "/api/users?sort=favourite.title&select=name");
  expect(ordered.json.data[0]).toMatchObject({ name: "alice" });
  // The cursor of a page before the deletion does not lead to the row.
  await world.sql`update posts set owner = ${ids.alice} where id = ${bobs}`;
  const { nextCursor } = (await world.as(alice, "GET", "/api/posts?sort=title&perPage=1")).json.meta;
  await world.sql`update posts set deleted_at = now() where id = ${mine}`;
  const next = await world.as(
    alice,
    "GET",
    `/api/posts?${searchOf({ sort: "title", perPage: 1, cursor: nextCursor })}`,
  );
  expect(next.json.data).toStrictEqual([]);
  expect(titles(await world.as(adm, "GET", "/api/posts?trashed=only"))).toStrictEqual([
    "ada gone",
    "ada mine",
  ]);
});

test("T-ACL-19 who may update but not delete can't mark a row as deleted, nor take it back", async () => {
  const id = nthId("post", 7);
  await world.sql`insert into notes (id, text) values (${id}, 'kept')`;
  for (const value of ["2026-01-01T00:00:00Z", null, true, ""]) {
    const answer = await world.as(alice, "PATCH", `/api/notes/${id}`, { body: { deletedAt: value } });
    expect(short(answer)).toStrictEqual([422, "VALIDATION", [{ path: "deletedAt", rule: "readOnly" }]]);
  }
  expect((await world.as(alice, "DELETE", `/api/notes/${id}`)).status).toBe(403);
  expect((await world.as(alice, "POST", `/api/notes/${id}/restore`)).status).toBe(403);
  expect(await world.sql`select deleted_at from notes`).toMatchObject([{ deleted_at: null }]);
});

test("T-ACL-20 T-ACL-21 a value that a hidden or deleted row holds is never said to be somebody's", async () => {
  const post = async (code: string) =>
    world.as(alice, "POST", "/api/posts", { body: { title: "new", owner: ids.alice, code } });
  // A deleted row holds its value no longer, until it comes back.
  expect((await post("three")).status).toBe(201);
  const restored = await world.as(alice, "POST", `/api/posts/${gone}/restore`);
  expect(short(restored)).toStrictEqual([409, "CONFLICT", undefined]);
  expect(short(await post("two"))).toStrictEqual([409, "CONFLICT", undefined]);
  expect(short(await post("one"))).toStrictEqual([409, "CONFLICT", [{ path: "code", rule: "unique" }]]);
  const contact = async (user: typeof alice, email: string) =>
    world.as(user, "POST", "/api/contacts", { body: { email, owner: user.id } });
  expect((await contact(bob, "shared@example.com")).status).toBe(201);
  const taken = await contact(alice, "shared@example.com");
  expect(short(taken)).toStrictEqual([409, "CONFLICT", undefined]);
  expect(taken.text).not.toContain("shared@example.com");
});

test("T-ACL-23 T-ENUM-10 nothing of the engine's own is a collection", async () => {
  const missing = await world.as(adm, "GET", "/api/nowhere");
  for (const slug of [
    "lucent_uploads",
    "lucent_sessions",
    "lucent_migrations",
    "pg_class",
    "posts_tags_links",
    "__proto__",
  ]) {
    for (const [method, path] of [
      ["GET", ""],
      ["GET", `/${mine}`],
      ["PATCH", `/${mine}`],
      ["POST", ""],
    ] as const) {
      const answer = await world.as(
        adm,
        method,
        `/api/${slug}${path}`,
        method === "GET" ? {} : { body: { key: "a" } },
      );
      expect(bytes(answer)).toStrictEqual(bytes(missing));
    }
  }
});

test("T-ACL-27 HEAD decides as GET does and counts nothing, OPTIONS tells the methods alone", async () => {
  for (const target of [
    "/api/posts",
    "/api/posts?count=exact",
    "/api/posts/count",
    `/api/posts/${mine}`,
    `/api/posts/${bobs}`,
    "/api/vault",
  ]) {
    for (const user of [undefined, alice]) {
      const [head, get] = [await world.as(user, "HEAD", target), await world.as(user, "GET", target)];
      expect([head.status, head.text]).toStrictEqual([get.status, ""]);
      expect(Object.keys(head.headers).filter((name) => /count|total|link/.test(name))).toStrictEqual([]);
    }
  }
  for (const path of [mine, bobs, ids.missing, "1"]) {
    const options = await world.as(undefined, "OPTIONS", `/api/posts/${path}`);
    expect([options.status, options.text]).toStrictEqual([204, ""]);
    expect(options.headers["allow"]).toBe("GET, PATCH, DELETE, HEAD, OPTIONS");
  }
});

test("T-ACL-30 a write on a stale version is refused and changes nothing", async () => {
  const { headers } = await world.as(alice, "GET", `/api/posts/${mine}`);
  const stale = { "if-match": headers["etag"] ?? "" };
  const changed = await world.as(alice, "PATCH", `/api/posts/${mine}`, {
    body: { title: "second" },
    headers: stale,
  });
  expect(changed.status).toBe(200);
  const before = await stored();
  const body = { title: "third", tags: [], views: 3 };
  for (const tag of [stale["if-match"], `W/${changed.headers["etag"]}`, '"x"', "x", "", '"', ","]) {
    const sent = { headers: { "if-match": tag } };
    const refused = await world.as(alice, "PATCH", `/api/posts/${mine}`, { body, ...sent });
    expect([tag, ...short(refused)]).toStrictEqual([tag, 412, "PRECONDITION_FAILED", undefined]);
    expect((await world.as(alice, "DELETE", `/api/posts/${mine}`, sent)).status).toBe(412);
    // It is no way to ask about rows that are not one's own.
    expect((await world.as(alice, "PATCH", `/api/posts/${bobs}`, { body, ...sent })).status).toBe(404);
  }
  expect(await stored()).toStrictEqual(before);
  expect(
    (await world.as(alice, "DELETE", `/api/posts/${mine}`, { headers: { "if-match": "*" } })).status,
  ).toBe(204);
});
