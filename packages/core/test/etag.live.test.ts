import { defineCollection, type RuleContext } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { scriptedHooks } from "./world/scripted-hooks.ts";

const own = scriptedHooks(["afterUpdate"]);

const tags = defineCollection({
  slug: "tags",
  fields: { label: { type: "text" } },
  access: { read: true, create: true, delete: true },
});

const filteredRows = ({ user }: RuleContext) => user?.["filtered"] !== true || { owner: user.id };

const open = {
  fields: {
    title: { type: "text", required: true },
    owner: { type: "text" },
    code: { type: "text", unique: true },
    main: { type: "relationship", to: "tags", onDelete: "setNull" },
    tags: { type: "relationship", to: "tags", hasMany: true, onDelete: "setNull" },
  },
  access: {
    read: ({ user }: RuleContext) => user?.["blind"] !== true,
    create: true,
    update: filteredRows,
    delete: filteredRows,
  },
} as const;

const posts = defineCollection({ slug: "posts", ...open });
const hooked = defineCollection({ slug: "hooked", ...open, hooks: own.hooks });

const collections = [tags, posts, hooked] as const;
const alice = { id: "alice", filtered: true };
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const strong = /^"[A-Za-z0-9_-]{22}"$/;

let database: Prepared;
let app: Application<typeof collections>;
let red: string;
let blue: string;
let post: string;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "etag", collections);
  app = await serve({ collections, database: { url: database.url, max: 4 }, plugins: [headerUser] });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate tags, posts, hooked cascade`;
  const system = app.engine.asSystem();
  red = (await system.tags.create({ label: "red" })).id;
  blue = (await system.tags.create({ label: "blue" })).id;
  post = (await system.posts.create({ title: "a", owner: "alice", tags: [red, blue], main: red })).id;
});

type More = NonNullable<Parameters<typeof app.ask>[2]>;
const get = (more: More["headers"] = {}, query = ""): Promise<Answered> =>
  app.ask("GET", `/api/posts/${post}${query}`, { headers: more });
const tagNow = async (query = ""): Promise<string> => (await get({}, query)).headers["etag"] ?? "none";
const patch = (body: object, match?: string, more: More = {}): Promise<Answered> =>
  app.ask("PATCH", `/api/posts/${post}`, {
    body,
    ...more,
    headers: match === undefined ? {} : { "if-match": match },
  });
const remove = (match: string, target = post): Promise<Answered> =>
  app.ask("DELETE", `/api/posts/${target}`, { headers: { "if-match": match } });
const short = ({ status, json }: Answered) => [status, json?.code];

test("an ETag is strong, and the same for GET, HEAD, a write's answer and whatever select", async () => {
  const made = await app.ask("POST", "/api/posts", { body: { title: "b" } });
  const target = `/api/posts/${made.json.id}`;
  const tag = made.headers["etag"];
  expect(tag).toMatch(strong);
  for (const query of ["", "?select=title", "?select=tags,owner", "?depth=0"]) {
    expect((await app.ask("GET", `${target}${query}`)).headers["etag"]).toBe(tag);
  }
  expect((await app.ask("HEAD", target)).headers["etag"]).toBe(tag);
  const changed = await app.ask("PATCH", target, { body: { title: "c" } });
  expect(changed.headers["etag"]).toMatch(strong);
  expect(changed.headers["etag"]).not.toBe(tag);
  expect((await app.ask("GET", target)).headers["etag"]).toBe(changed.headers["etag"]);
});

test("two documents, and one of two collections, have different ETags", async () => {
  const system = app.engine.asSystem();
  const found = new Set<string | undefined>();
  const ids = [
    (await system.posts.create({ title: "a" })).id,
    (await system.posts.create({ title: "a" })).id,
  ];
  for (const id of ids) found.add((await app.ask("GET", `/api/posts/${id}`)).headers["etag"]);
  await database.sql`insert into hooked select * from posts`;
  for (const id of ids) found.add((await app.ask("GET", `/api/hooked/${id}`)).headers["etag"]);
  expect(found.size).toBe(4);
});

test("there is none with populated documents, on a list, and for who may not read", async () => {
  for (const query of ["?depth=1", "?populate=main"]) {
    const answer = await get({ "if-none-match": "*" }, query);
    expect([answer.status, answer.headers["etag"]]).toStrictEqual([200, undefined]);
  }
  expect((await app.ask("GET", "/api/posts")).headers["etag"]).toBeUndefined();
  const blind = await app.ask("PATCH", `/api/posts/${post}`, {
    body: { title: "b" },
    user: { id: "x", blind: true },
  });
  expect([blind.status, blind.json, blind.headers["etag"]]).toStrictEqual([200, { id: post }, undefined]);
});

test("it changes with every change, whoever makes it, and with nothing else", async () => {
  const seen = [await tagNow()];
  const next = async (change: () => Promise<unknown>): Promise<void> => {
    await change();
    seen.push(await tagNow());
    expect(new Set(seen).size).toBe(seen.length);
  };
  await next(() => patch({ title: "b" }));
  await next(() => patch({ title: "b" }));
  await next(() => patch({ tags: [blue, red] }));
  await next(() => patch({ tags: [] }));
  await next(() => patch({ tags: [red] }));
  await next(() => database.sql`update posts set owner = 'bob'`);
  await next(() => database.sql`update posts set owner = owner`);
  const { drizzle, tables } = app.engine;
  await next(async () => drizzle.update(tables.posts).set({ title: "d" }));
  await next(() => app.ask("DELETE", `/api/tags/${red}`));
  const now = await tagNow();
  expect((await patch({})).headers["etag"]).toBe(now);
  expect((await patch({ ghost: 1 })).status).toBe(422);
  await app.ask("POST", "/api/posts", { body: { title: "other" } });
  expect(await tagNow()).toBe(now);
});

test("taking a deleted target from a list of references changes it too", async () => {
  await patch({ main: null, tags: [red, blue] });
  const before = await get();
  expect((await app.ask("DELETE", `/api/tags/${blue}`)).status).toBe(204);
  const after = await get({ "if-none-match": before.headers["etag"] ?? "" });
  expect(after.status).toBe(200);
  expect(after.json.tags).toStrictEqual([red]);
});

test("If-None-Match answers 304 without a body, with the headers", async () => {
  const tag = await tagNow();
  for (const header of [tag, `W/${tag}`, "*", ` ${tag} `, `"x", ${tag}`, `"x",W/${tag} , "y"`]) {
    const answer = await get({ "if-none-match": header });
    expect([header, answer.status, answer.text]).toStrictEqual([header, 304, ""]);
    expect(answer.headers).toMatchObject({ etag: tag, "x-content-type-options": "nosniff" });
    expect(answer.headers["x-request-id"]).toBeDefined();
    expect(answer.headers).not.toHaveProperty("content-type");
  }
  for (const header of ['"x"', tag.slice(1, -1), `${tag.slice(0, -2)}"`, "", `"${tag}"`]) {
    expect((await get({ "if-none-match": header })).status).toBe(200);
  }
  const head = await app.ask("HEAD", `/api/posts/${post}`, { headers: { "if-none-match": tag } });
  expect(head.status).toBe(304);
  expect((await app.ask("GET", `/api/posts/${missing}`, { headers: { "if-none-match": "*" } })).status).toBe(
    404,
  );
  await patch({ title: "b" });
  expect((await get({ "if-none-match": tag })).status).toBe(200);
});

test("If-Match lets a write through for the version that the caller knows, and for no other", async () => {
  const tag = await tagNow();
  expect(short(await patch({ title: "b" }, '"x"'))).toStrictEqual([412, "PRECONDITION_FAILED"]);
  expect(short(await patch({ title: "b" }, `W/${tag}`))).toStrictEqual([412, "PRECONDITION_FAILED"]);
  expect(short(await patch({}, '"x"'))).toStrictEqual([412, "PRECONDITION_FAILED"]);
  expect(await tagNow()).toBe(tag);
  const changed = await patch({ title: "b" }, tag);
  expect(changed.status).toBe(200);
  expect(short(await patch({ title: "c" }, tag))).toStrictEqual([412, "PRECONDITION_FAILED"]);
  expect((await patch({ title: "c" }, `"x", ${changed.headers["etag"]}`)).status).toBe(200);
  expect((await patch({ title: "d" }, "*")).json.title).toBe("d");
  expect((await patch({}, await tagNow())).status).toBe(200);
});

test("If-Match holds for a delete", async () => {
  const tag = await tagNow();
  await patch({ title: "b" });
  expect(short(await remove(tag))).toStrictEqual([412, "PRECONDITION_FAILED"]);
  expect(short(await remove(`W/${await tagNow()}`))).toStrictEqual([412, "PRECONDITION_FAILED"]);
  expect(short(await remove("*", missing))).toStrictEqual([404, "NOT_FOUND"]);
  expect((await remove(await tagNow())).status).toBe(204);
  expect(short(await remove("*"))).toStrictEqual([404, "NOT_FOUND"]);
});

test("a precondition comes behind the body, the row and the new image, and before a conflict", async () => {
  await app.ask("POST", "/api/posts", { body: { title: "b", code: "taken", owner: "bob" } });
  for (const user of [undefined, alice]) {
    const more = user === undefined ? {} : { user };
    const code = async (body: object, target = post) =>
      (await app.ask("PATCH", `/api/posts/${target}`, { body, ...more, headers: { "if-match": '"stale"' } }))
        .json.code;
    expect(await code({ title: 1 })).toBe("VALIDATION");
    expect(await code({ title: null })).toBe("VALIDATION");
    expect(await code({ main: missing })).toBe("VALIDATION");
    expect(await code({ main: missing }, missing)).toBe("VALIDATION");
    expect(await code({ title: "x" }, missing)).toBe("NOT_FOUND");
    expect(await code({ title: "x" })).toBe("PRECONDITION_FAILED");
    expect(await code({ code: "taken" })).toBe("PRECONDITION_FAILED");
    expect(await code({ owner: "bob" })).toBe(user === undefined ? "PRECONDITION_FAILED" : "FORBIDDEN");
    expect(await code({ owner: "bob", code: "taken" })).toBe(
      user === undefined ? "PRECONDITION_FAILED" : "FORBIDDEN",
    );
  }
  expect(await database.sql`select title, code from posts where id = ${post}`).toMatchObject([
    { title: "a", code: null },
  ]);
});

test.each(["posts", "hooked"] as const)(
  "of two racing updates with one ETag exactly one wins (%s)",
  async (slug) => {
    const { id } = await app.engine.asSystem()[slug].create({ title: "start", owner: "alice" });
    const target = `/api/${slug}/${id}`;
    for (let round = 0; round < 10; round += 1) {
      const tag = (await app.ask("GET", target)).headers["etag"] ?? "";
      const requests = ["one", "two", "three"].map((title) =>
        app.engine.handle(
          new Request(`http://127.0.0.1:${app.port}${target}`, {
            method: "PATCH",
            headers: { host: `127.0.0.1:${app.port}`, "content-type": "application/json", "if-match": tag },
            body: JSON.stringify({ title }),
          }),
        ),
      );
      const statuses = (await Promise.all(requests)).map(({ status }) => status);
      expect(statuses.map(String).toSorted()).toStrictEqual(["200", "412", "412"]);
    }
  },
);

test("an update and a delete that race with one ETag do not both win", async () => {
  for (let round = 0; round < 5; round += 1) {
    const { id } = await app.engine.asSystem().posts.create({ title: "start" });
    const target = `http://127.0.0.1:${app.port}/api/posts/${id}`;
    const tag = (await app.ask("GET", `/api/posts/${id}`)).headers["etag"] ?? "";
    const headers = { host: `127.0.0.1:${app.port}`, "content-type": "application/json", "if-match": tag };
    const [updated, deleted] = await Promise.all([
      app.engine.handle(new Request(target, { method: "PATCH", headers, body: '{"title":"b"}' })),
      app.engine.handle(new Request(target, { method: "DELETE", headers })),
    ]);
    expect([
      [200, 412],
      [404, 204],
    ]).toContainEqual([updated.status, deleted.status]);
  }
});
