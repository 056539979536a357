import { randomUUID } from "node:crypto";

import { LucentError } from "@lucent/core";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Answered } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";
import { notes, ofNotes as own } from "./world/notes.ts";

const collections = [notes] as const;
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const alice = { id: "alice" };

let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "hooks_checks", collections);
  app = await serve({
    collections,
    database: { url: database.url, max: 2 },
    plugins: [headerUser],
  });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  await database.sql`truncate notes`;
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

test.each([
  [{ title: 1 }, "title", "type"],
  [{ title: "x".repeat(21) }, "title", "maxLength"],
  [{ views: 1.5 }, "views", "type"],
  [{ at: "tomorrow" }, "at", "format"],
  [{ ghost: 1 }, "ghost", "unknown"],
  [{ id: missing }, "id", "readOnly"],
  [{ createdAt: "2026-01-01" }, "createdAt", "readOnly"],
  [{ deletedAt: null }, "deletedAt", "readOnly"],
  [{ title: null }, "title", "required"],
  [{ next: missing }, "next", "relationship"],
])("what a hook leaves is checked again: %j", async (left, path, rule) => {
  const id = await make({});
  const leave = ({ data }: { readonly data: object }) => ({ ...data, ...left });
  own.play({ beforeCreate: leave, beforeUpdate: leave });
  const refusal = [422, "VALIDATION", [{ path, rule }]];
  expect(short(await post({ title: "a", slug: "b" }))).toStrictEqual(refusal);
  expect(short(await patch(id, { views: 1 }))).toStrictEqual(refusal);
  const [stored] = await database.sql`select count(*)::int as n, max(views)::int as views from notes`;
  expect(stored).toStrictEqual({ n: 1, views: 7 });
});

test.each([["a text"], [1], [[{}]], [true]])(
  "a hook that answers %j is a mistake, not a body",
  async (answer) => {
    own.play({ beforeCreate: () => answer });
    expect(short(await post({ title: "a", slug: "b" }))).toStrictEqual([500, "INTERNAL", undefined]);
    expect(app.log.text()).toContain("a hook must answer an object, or nothing");
  },
);

test("T-ACL-05 R-AC-10 a hook may write what the caller may not", async () => {
  expect(short(await post({ title: "a", slug: "b", editor: "alice" }))).toStrictEqual([
    403,
    "FORBIDDEN",
    [{ path: "editor", rule: "readOnly" }],
  ]);
  own.play({
    beforeCreate: ({ data, user }) => ({ ...data, editor: user?.id ?? "nobody" }),
    beforeUpdate: ({ data, user }) => ({ ...data, editor: user?.id ?? "nobody" }),
  });
  const made = await post({ title: "a", slug: "b" });
  expect(made.json.editor).toBe("nobody");
  const changed = await patch(made.json.id, { title: "b" });
  expect(changed.json.editor).toBe("alice");
  for (const editor of ["alice", null, "", false]) {
    expect((await patch(made.json.id, { editor })).status).toBe(403);
  }
});

test("a hook that throws a LucentError answers its problem, anything else an empty 500", async () => {
  const id = await make({});
  const problem = new LucentError("FORBIDDEN", { errors: [{ path: "title", rule: "common" }] });
  const mistake = new TypeError("select * from secrets where value = 'zqx'");
  for (const moment of ["beforeOperation", "beforeUpdate", "afterUpdate"] as const) {
    const fail = (error: Error) => ({
      [moment]: () => {
        throw error;
      },
    });
    own.play(fail(problem));
    expect(short(await patch(id, { title: "new" }))).toStrictEqual([
      403,
      "FORBIDDEN",
      [{ path: "title", rule: "common" }],
    ]);
    own.play(fail(mistake));
    app.log.lines.length = 0;
    const answer = await patch(id, { title: "new" });
    expect(short(answer)).toStrictEqual([500, "INTERNAL", undefined]);
    expect(Object.keys(answer.json)).toStrictEqual(["type", "title", "status", "code", "requestId"]);
    expect(answer.text).not.toMatch(/zqx|secrets|TypeError/);
    const [line] = app.log.lines;
    expect(line).toMatchObject({ level: "error", facts: { requestId: answer.json.requestId } });
    expect(String(line?.facts["error"])).toContain("zqx");
  }
  expect(await database.sql`select title from notes`).toMatchObject([{ title: "a" }]);
});
