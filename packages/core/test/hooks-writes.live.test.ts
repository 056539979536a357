import { randomUUID } from "node:crypto";

import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { notes, ofNotes as own } from "./world/notes.ts";
import { scriptedHooks } from "./world/scripted-hooks.ts";

const global = scriptedHooks();
const order: string[] = [];

/** Two hooks of every list, to see in which order they run. */
const pairs = defineCollection({
  slug: "pairs",
  fields: { name: { type: "text" } },
  access: { read: true, create: true },
  hooks: {
    beforeCreate: [
      ({ data }) => {
        order.push("first");
        return { name: `${data.name ?? ""}1` };
      },
      async ({ data }) => {
        order.push("second");
        return { name: `${data.name ?? ""}2` };
      },
      () => undefined,
      ({ data }) => {
        Object.assign(data, { name: `${data.name ?? ""}4` });
      },
    ],
    afterRead: [({ doc }) => ({ ...doc, one: 1 }), ({ doc }) => ({ ...doc, two: Object.keys(doc).length })],
  },
});

const collections = [notes, pairs] as const;
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const alice = { id: "alice" };

let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "hooks_writes", collections);
  app = await serve({
    collections,
    hooks: global.hooks,
    database: { url: database.url, max: 2 },
    plugins: [headerUser],
  });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate notes, pairs`;
  global.play({});
  own.play({});
  app.log.lines.length = 0;
});

const post = (body: object, user?: object): Promise<Answered> =>
  app.ask("POST", "/api/notes", user === undefined ? { body } : { body, user });
const patch = (id: string, body: object): Promise<Answered> =>
  app.ask("PATCH", `/api/notes/${id}`, { body, user: alice });
const short = ({ status, json }: Answered) => [status, json?.code, json?.errors];

async function make(body: object): Promise<string> {
  const made = await post({ slug: randomUUID(), title: "a", ...body });
  expect(made.status).toBe(201);
  return made.json.id;
}

test("every write runs its moments in order, the global hook before the collection's", async () => {
  const both: string[] = [];
  const note = (who: string, moment: string) => () => void both.push(`${who} ${moment}`);
  const scriptOf = (who: string) => ({
    beforeOperation: note(who, "beforeOperation"),
    beforeRead: note(who, "beforeRead"),
    afterRead: note(who, "afterRead"),
    beforeCreate: note(who, "beforeCreate"),
    afterCreate: note(who, "afterCreate"),
    beforeUpdate: note(who, "beforeUpdate"),
    afterUpdate: note(who, "afterUpdate"),
    beforeDelete: note(who, "beforeDelete"),
    afterDelete: note(who, "afterDelete"),
    afterCommit: note(who, "afterCommit"),
  });
  global.play(scriptOf("global"));
  own.play(scriptOf("own"));
  const expected = (...moments: readonly string[]) =>
    moments.flatMap((moment) => [`global ${moment}`, `own ${moment}`]);
  const id = await make({});
  const created = ["beforeOperation", "beforeCreate", "afterCreate", "afterRead", "afterCommit"];
  expect(both.splice(0)).toStrictEqual(expected(...created));
  expect((await patch(id, { title: "b" })).status).toBe(200);
  const updated = ["beforeOperation", "beforeUpdate", "afterUpdate", "afterRead", "afterCommit"];
  expect(both.splice(0)).toStrictEqual(expected(...updated));
  expect((await app.ask("DELETE", `/api/notes/${id}`)).status).toBe(204);
  expect(both.splice(0)).toStrictEqual(
    expected("beforeOperation", "beforeDelete", "afterDelete", "afterCommit"),
  );
  expect((await app.ask("POST", `/api/notes/${id}/restore`)).status).toBe(200);
  expect(both.splice(0)).toStrictEqual(expected(...updated));
});

test("every hook is told the collection, the operation, the caller and the request", async () => {
  const seen: object[] = [];
  const see = ({ collection, operation, user, requestId }: Record<string, unknown>) =>
    void seen.push({ collection, operation, user, requestId });
  own.play({
    beforeOperation: see,
    beforeUpdate: see,
    afterUpdate: see,
    beforeDelete: see,
    afterDelete: see,
    afterCommit: see,
  });
  const id = await make({});
  seen.length = 0;
  const headers = { "x-request-id": "request-of-this-test" };
  await app.ask("PATCH", `/api/notes/${id}`, { body: { title: "b" }, user: alice, headers });
  await app.ask("DELETE", `/api/notes/${id}`, { user: alice, headers });
  expect(seen).toHaveLength(8);
  for (const [at, context] of seen.entries()) {
    expect(context).toStrictEqual({
      collection: "notes",
      operation: at < 4 ? "update" : "delete",
      user: alice,
      requestId: "request-of-this-test",
    });
  }
});

test("hooks of one list run in order, each with what the one before it left", async () => {
  const made = await app.ask("POST", "/api/pairs", { body: { name: "0" } });
  expect(order).toStrictEqual(["first", "second"]);
  expect(made.json).toStrictEqual({ id: made.json.id, name: "0124", one: 1, two: 3 });
});

test("a hook may supply what is required, and gets the body with its defaults", async () => {
  const bodies: unknown[] = [];
  own.play({
    beforeCreate: ({ data }) => {
      bodies.push(data);
      return { ...data, slug: `made-of-${data.title}`, at: "2026-01-02T03:04:05+02:00" };
    },
  });
  const made = await post({ title: "one" });
  expect(bodies).toStrictEqual([{ title: "one", views: 7 }]);
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ slug: "made-of-one", at: "2026-01-02T01:04:05.000Z" });
  own.play({});
  expect(short(await post({ title: "two" }))).toStrictEqual([
    422,
    "VALIDATION",
    [{ path: "slug", rule: "required" }],
  ]);
});

test("the hooks behind a write see whole documents, as they are and as they were", async () => {
  const seen: Record<string, unknown> = {};
  own.play({
    afterCreate: ({ doc }) => void (seen["created"] = doc),
    beforeUpdate: ({ doc, data, id }) => void (seen["stored"] = { doc, data, id }),
    afterUpdate: ({ doc, previous, id }) => void (seen["updated"] = { doc, previous, id }),
    beforeDelete: ({ doc, id }) => void (seen["leaving"] = { doc, id }),
    afterDelete: ({ doc, id }) => void (seen["left"] = { doc, id }),
    afterCommit: ({ doc, id }) => void (seen["committed"] = { doc, id }),
  });
  const { json } = await post({ title: "a", slug: "b", secret: "s" });
  const first = { ...json, secret: "s", deletedAt: null };
  expect(seen["created"]).toStrictEqual(first);
  expect(seen["committed"]).toStrictEqual({ doc: first, id: json.id });
  const { json: changed } = await patch(json.id, { title: "b" });
  const second = { ...changed, secret: "s", deletedAt: null };
  expect(seen["stored"]).toStrictEqual({ doc: first, data: { title: "b" }, id: json.id });
  expect(seen["updated"]).toStrictEqual({ doc: second, previous: first, id: json.id });
  expect(seen["committed"]).toStrictEqual({ doc: second, id: json.id });
  await app.ask("DELETE", `/api/notes/${json.id}`);
  for (const moment of ["leaving", "left", "committed"]) {
    expect(seen[moment]).toStrictEqual({ doc: second, id: json.id });
  }
});

test("the answer shows what the hooks behind the write did to the row, with its ETag", async () => {
  const change = async ({
    tx,
    doc,
  }: {
    readonly tx: typeof app.engine.drizzle;
    readonly doc: { id: string };
  }) => {
    const { notes: table } = app.engine.tables;
    await tx.update(table).set({ views: 99 });
    expect(doc.id).toMatch(/-/);
  };
  own.play({ afterCreate: change, afterUpdate: change });
  const made = await post({ title: "a", slug: "b" });
  expect(made.json.views).toBe(99);
  const read = await app.ask("GET", `/api/notes/${made.json.id}`);
  expect(read.json).toStrictEqual(made.json);
  expect(read.headers["etag"]).toBe(made.headers["etag"]);
  const changed = await patch(made.json.id, { views: 1 });
  expect(changed.json.views).toBe(99);
});

test("a restore is an update to its hooks: without a body, with the document", async () => {
  const id = await make({ title: "old" });
  await app.ask("DELETE", `/api/notes/${id}`);
  const seen: unknown[] = [];
  own.play({
    beforeUpdate: ({ data, doc, operation }) => void seen.push([operation, data, doc.deletedAt !== null]),
    afterUpdate: ({ doc, previous }) => void seen.push([previous.deletedAt !== null, doc.deletedAt]),
  });
  expect((await app.ask("POST", `/api/notes/${id}/restore`)).status).toBe(200);
  expect(seen).toStrictEqual([
    ["update", {}, true],
    [true, null],
  ]);
});

test("no hook runs for what its rule, its body or its row refuses before", async () => {
  const id = await make({});
  own.play({});
  expect((await post({ title: 1 })).status).toBe(422);
  expect((await patch(id, { ghost: 1 })).status).toBe(422);
  expect((await patch("not-an-id", { title: "a" })).status).toBe(404);
  expect(own.trace).toStrictEqual([]);
  expect((await patch(missing, { title: "a" })).status).toBe(404);
  expect((await app.ask("DELETE", `/api/notes/${missing}`)).status).toBe(404);
  expect(own.trace).toStrictEqual(["beforeOperation notes update", "beforeOperation notes delete"]);
});

test("writes in the process run the same hooks", async () => {
  own.play({ beforeCreate: ({ data, user }) => ({ ...data, slug: user?.id ?? "system" }) });
  const made = await app.engine.asSystem().notes.create({ title: "a" } as never);
  expect(made.slug).toBe("system");
  await app.engine.asSystem().notes.delete(made.id);
  const again = await app.engine.as(alice).notes.create({ title: "a" } as never);
  expect(again.slug).toBe("alice");
  expect(own.trace.filter((each) => each.startsWith("afterCommit"))).toHaveLength(3);
});
