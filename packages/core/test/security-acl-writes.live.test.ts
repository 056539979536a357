import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { adm, alice, ids } from "./security/callers.ts";
import { bytes, short } from "./security/parameters.ts";
import { insertPosts, links, nthId } from "./security/rows.ts";
import { startWorld, type World } from "./security/world.ts";
import type { Answered } from "./world/asker.ts";

let world: World;
const mine = nthId("post", 1);
const bobs = nthId("post", 2);
const target = `/api/posts/${mine}`;
const oddValues = [null, "", false, 0, [], {}];

beforeAll(async () => {
  world = await startWorld(inject("databaseUrl"));
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  await world.reset();
  await insertPosts(world, [
    { id: mine, title: "mine", owner: ids.alice, status: "draft" },
    { id: bobs, title: "bobs", owner: ids.bob },
  ]);
});

/** The same body by every way that writes it. */
async function everyWay(
  [slug, id]: readonly [slug: string, id: string],
  data: unknown,
  user = alice,
): Promise<readonly Answered[]> {
  const body = typeof data === "string" ? data : JSON.stringify(data);
  const batch = (op: string) => `{"operations":[{"op":${JSON.stringify(op)},"collection":"${slug}",`;
  return [
    await world.as(user, "PATCH", `/api/${slug}/${id}`, { body }),
    await world.as(user, "POST", `/api/${slug}`, { body }),
    await world.as(user, "POST", "/api/batch", { body: `${batch("update")}"id":"${id}","data":${body}}]}` }),
    await world.as(user, "POST", "/api/batch", { body: `${batch("create")}"data":${body}}]}` }),
  ];
}

const stored = async () => [
  ...(await world.sql`select p.*, xmin::text as version from posts p order by id`),
  ...(await world.sql`select u.*, xmin::text as version from users u order by id`),
];

test("T-ACL-09 a field that only the admin may update is refused, whatever its value", async () => {
  const before = await stored();
  for (const status of ["published", "draft", ...oddValues]) {
    for (const data of [
      { status },
      { status, title: "changed" },
      { title: 1, status },
      { nope: 1, status },
    ]) {
      const answer = await world.as(alice, "PATCH", target, { body: data });
      expect(short(answer)).toStrictEqual([403, "FORBIDDEN", [{ path: "status", rule: "readOnly" }]]);
    }
  }
  expect((await world.as(alice, "PUT", target, { body: { status: "published" } })).status).toBe(405);
  const operations = [{ op: "update", collection: "posts", id: mine, data: { status: null } }];
  expect((await world.as(alice, "POST", "/api/batch", { body: { operations } })).status).toBe(403);
  expect(await stored()).toStrictEqual(before);
  expect((await world.as(adm, "PATCH", target, { body: { status: "published" } })).json.status).toBe(
    "published",
  );
});

test("T-ACL-10 the rules of a field for creating and for updating stand apart", async () => {
  const forbidden = (name: string) => [403, "FORBIDDEN", [{ path: name, rule: "readOnly" }]];
  const post = async (body: object) => world.as(alice, "POST", "/api/articles", { body });
  expect(short(await post({ verdict: "good" }))).toStrictEqual(forbidden("verdict"));
  expect(short(await post({ kind: "news", verdict: null }))).toStrictEqual(forbidden("verdict"));
  const { json } = await post({ kind: "news", title: "a" });
  const patch = async (body: object) => world.as(alice, "PATCH", `/api/articles/${json.id}`, { body });
  expect(short(await patch({ kind: "news" }))).toStrictEqual(forbidden("kind"));
  expect(short(await patch({ kind: null, verdict: "good" }))).toStrictEqual(forbidden("kind"));
  expect((await patch({ verdict: "good" })).json).toMatchObject({ kind: "news", verdict: "good" });
});

test("T-ACL-11 what the server owns is not written, in no spelling of its name", async () => {
  const before = await stored();
  const rule = (name: string) =>
    /^(?:id|createdAt|updatedAt|deletedAt)$/.test(name) ? "readOnly" : "unknown";
  for (const name of [
    "id",
    "createdAt",
    "updatedAt",
    "deletedAt",
    "ID",
    "Id",
    "CreatedAt",
    "created_at",
    "deleted_at",
    "owner_id",
    "Owner",
    "OWNER",
    "secret_note",
    "xmin",
    "ctid",
    "posts.owner",
    "owner.id",
  ]) {
    for (const value of [...oddValues, "2026-01-01T00:00:00Z", ids.missing]) {
      for (const answer of await everyWay(["posts", mine], {
        title: "changed",
        owner: ids.alice,
        [name]: value,
      })) {
        const path = /^[a-z][A-Za-z0-9]{0,47}$/.test(name) ? name : "";
        expect(short(answer)).toStrictEqual([422, "VALIDATION", [{ path, rule: rule(name) }]]);
      }
    }
  }
  expect(await stored()).toStrictEqual(before);
});

test("T-ACL-12 an account does not change what others decide about it", async () => {
  const before = await stored();
  const own = ["users", ids.alice] as const;
  for (const name of [
    "role",
    "salary",
    "emailVerified",
    "lockedUntil",
    "loginAttempts",
    "passwordHash",
    "verifyToken",
  ]) {
    for (const value of ["admin", true, ...oddValues]) {
      const [patched, , batch] = await everyWay(own, { name: "changed", [name]: value });
      for (const answer of [patched, batch]) {
        expect(answer && short(answer)).toStrictEqual([403, "FORBIDDEN", [{ path: name, rule: "readOnly" }]]);
      }
    }
  }
  for (const value of ["a new password", ...oddValues]) {
    const answer = await world.as(alice, "PATCH", `/api/users/${ids.alice}`, { body: { password: value } });
    expect(short(answer)).toStrictEqual([422, "VALIDATION", [{ path: "password", rule: "readOnly" }]]);
  }
  expect((await world.as(alice, "PATCH", `/api/users/${ids.bob}`, { body: { name: "x" } })).status).toBe(404);
  expect(await stored()).toStrictEqual(before);
  const made = await world.as(adm, "POST", "/api/users", {
    body: { name: "eve", password: "correct horse" },
  });
  expect([made.status, made.json.role]).toStrictEqual([201, "user"]);
  expect(made.json).not.toHaveProperty("password");
});

test("T-ACL-13 nothing is written through a relationship", async () => {
  const before = await stored();
  for (const text of [
    `{"author":{"id":"${ids.bob}","role":"admin"}}`,
    `{"author":["${ids.bob}"]}`,
    '{"author":{"create":{"name":"eve"}}}',
    `{"author.role":"admin"}`,
    `{"author[role]":"admin"}`,
    '{"$set":{}}',
    '{"$set":{"title":"changed"}}',
    '{"title":{"$set":"changed"}}',
    '{"title":{"increment":1}}',
    `{"tags":[{"name":"a"}]}`,
    `{"tags":{"connect":["${ids.bob}"]}}`,
  ]) {
    const whole = text.replace("{", `{"owner":"${ids.alice}",`);
    const named = text.includes('"title"') ? whole : whole.replace("{", '{"title":"new",');
    for (const answer of await everyWay(["posts", mine], named, adm))
      expect([text, answer.status]).toStrictEqual([text, 422]);
  }
  expect(await stored()).toStrictEqual(before);
});

test("T-ACL-14 an unreadable and a missing target of a relationship are one answer", async () => {
  for (const [field, path, id] of [
    ["related", "related.0", bobs],
    ["vault", "vault", ids.vault],
  ] as const) {
    const data = (value: string) => ({
      title: "new",
      owner: ids.alice,
      [field]: field === "related" ? [value] : value,
    });
    const [unreadable, missing] = await Promise.all(
      [id, ids.missing].map(async (value) => everyWay(["posts", mine], data(value))),
    );
    const said = [422, "VALIDATION", [{ path, rule: "relationship" }]];
    expect(unreadable?.map(short)).toStrictEqual([said, said, said, said]);
    expect(unreadable?.map((answer) => bytes(answer))).toStrictEqual(missing?.map((answer) => bytes(answer)));
  }
});

test("T-ACL-15 a list of references has a limit, holds each once, and may hold its own document", async () => {
  const many = Array.from({ length: 10_000 }, (_, at) => nthId("tag", at));
  await world.sql`insert into tags ${world.sql(many.slice(0, 11).map((id) => ({ id, name: "tag" })))}`;
  const patch = async (data: object) => world.as(alice, "PATCH", target, { body: data });
  for (const tags of [many, many.slice(0, 11), [...many.slice(0, 10), ids.missing]]) {
    expect((await patch({ tags })).status).toBe(422);
  }
  const [first = "", second = ""] = many;
  const twice = await patch({ tags: [second, first, second, first.toUpperCase(), second] });
  expect(twice.json.tags).toStrictEqual([second, first]);
  expect((await world.sql`select count(*)::int as n from ${world.sql(links.tags)}`)[0]?.["n"]).toBe(2);
  const itself = await patch({ related: [mine, mine] });
  expect(itself.json.related).toStrictEqual([mine]);
  const deep = await world.as(alice, "GET", `${target}?populate=related.related.related`);
  expect(deep.json.related[0].related[0].related[0].related).toStrictEqual([mine]);
  expect((await patch({ related: null })).json.related).toStrictEqual([]);
  expect((await world.as(alice, "DELETE", target)).status).toBe(204);
});

test("T-ACL-25 a hook may set what its caller may not", async () => {
  const { json } = await world.as(alice, "POST", "/api/articles", { body: { title: "a" } });
  const patch = async (body: object) => world.as(alice, "PATCH", `/api/articles/${json.id}`, { body });
  expect((await patch({ title: "b" })).json).toMatchObject({ title: "b", reviewer: `seen by ${ids.alice}` });
  for (const reviewer of ["me", ...oddValues]) {
    expect(short(await patch({ title: "c", reviewer }))).toStrictEqual([
      403,
      "FORBIDDEN",
      [{ path: "reviewer", rule: "readOnly" }],
    ]);
  }
  expect((await world.as(alice, "GET", `/api/articles/${json.id}`)).json.title).toBe("b");
});
