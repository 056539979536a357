import { defineCollection } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import { headerUser } from "./world/blog.ts";
import { scriptedHooks } from "./world/scripted-hooks.ts";

/** Who is blocked may do nothing; everyone else may touch the own documents alone. */
const ownRows = ({ user }: { readonly user: { readonly id: string; readonly blocked?: unknown } | null }) =>
  user === null || user.blocked === true ? false : { owner: user.id };

const fields = {
  title: { type: "text", required: true },
  owner: { type: "text" },
  code: { type: "text", unique: true },
  role: { type: "text", access: { create: false, update: false } },
  next: { type: "relationship", to: "plain" },
} as const;

const access = { read: true, create: ownRows, update: ownRows, delete: ownRows } as const;
const plain = defineCollection({ slug: "plain", fields, access });
const hooked = defineCollection({ slug: "hooked", fields, access, hooks: scriptedHooks().hooks });
const holders = defineCollection({
  slug: "holders",
  fields: { plain: { type: "relationship", to: "plain" }, hooked: { type: "relationship", to: "hooked" } },
  access: { read: true, create: true },
});

const collections = [plain, hooked, holders] as const;
const missing = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";
const bodyLimit = 300;

let database: Prepared;
let app: Application<typeof collections>;

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "http_order", collections);
  app = await serve({
    collections,
    database: { url: database.url, max: 2 },
    api: { bodyLimit },
    plugins: [headerUser],
  });
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

/** A request in parts, so that each defect can spoil its own. */
interface Draft {
  method: string;
  slug: string;
  id: string;
  user: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  isMalformed: boolean;
  isHuge: boolean;
}

interface Defect {
  readonly name: string;
  readonly spoil: (draft: Draft) => void;
  readonly status: number;
  readonly code: string;
}

type Row = readonly [name: string, status: number, code: string, spoil: Defect["spoil"]];

const defect = (...[name, status, code, spoil]: Row): Defect => ({ name, status, code, spoil });
const header = (name: string, value: string) => (draft: Draft) => void (draft.headers[name] = value);
const key = (name: string, value: unknown) => (draft: Draft) => void (draft.body[name] = value);

const edge = [
  defect("a foreign host", 421, "MISDIRECTED_REQUEST", header("host", "evil.example")),
  defect("an unknown collection", 404, "NOT_FOUND", (draft) => void (draft.slug = "ghosts")),
  defect("a method that is not known", 405, "METHOD_NOT_ALLOWED", (draft) => void (draft.method = "PUT")),
  defect("a bad credential", 401, "UNAUTHENTICATED", (draft) => void (draft.user = "{")),
  defect(
    "a denied operation",
    403,
    "FORBIDDEN",
    (draft) => void (draft.user = '{"id":"ann","blocked":true}'),
  ),
];
const body = [
  defect("another media type", 415, "UNSUPPORTED_MEDIA_TYPE", header("content-type", "text/plain")),
  defect("a body over the limit", 413, "PAYLOAD_TOO_LARGE", (draft) => void (draft.isHuge = true)),
  defect("malformed JSON", 400, "BAD_REQUEST", (draft) => void (draft.isMalformed = true)),
  defect("a field without permission", 403, "FORBIDDEN", key("role", "boss")),
  defect("a value of a wrong type", 422, "VALIDATION", key("title", 1)),
];
const left = [
  defect("nothing where something is required", 422, "VALIDATION", key("title", null)),
  defect("a reference to nothing", 422, "VALIDATION", key("next", missing)),
];
const row = defect("no such row", 404, "NOT_FOUND", (draft) => void (draft.id = missing));
const image = defect("a new row that is not allowed", 403, "FORBIDDEN", key("owner", "bob"));
const stale = defect("a stale precondition", 412, "PRECONDITION_FAILED", header("if-match", '"stale"'));
const conflict = defect("a value that is taken", 409, "CONFLICT", key("code", "taken"));

/** Later defects are applied first, so that an earlier one of the same part wins. */
function drafted(draft: Draft, defects: readonly Defect[]): Draft {
  for (const { spoil } of defects.toReversed()) spoil(draft);
  return draft;
}

async function send({ method, slug, id, user, headers, body: sent, isMalformed, isHuge }: Draft) {
  const text = `${isMalformed ? "{" : ""}${JSON.stringify(sent)}${" ".repeat(isHuge ? bodyLimit : 0)}`;
  const target = `/api/${slug}${id === "" ? "" : `/${id}`}`;
  const { status, json } = await app.ask(method, target, {
    headers: { "x-user": user, "content-type": "application/json", ...headers },
    ...(method === "DELETE" ? {} : { body: text }),
  });
  return [status, status < 400 ? undefined : json?.code];
}

async function rowOf(slug: "plain" | "hooked"): Promise<string> {
  await database.sql`truncate plain, hooked, holders cascade`;
  const system = app.engine.asSystem();
  await system[slug].create({ title: "other", owner: "bob", code: "taken" });
  const { id } = await system[slug].create({ title: "own", owner: "ann" });
  return id;
}

const draft = (method: string, slug: string, id: string): Draft => ({
  method,
  slug,
  id,
  user: '{"id":"ann"}',
  headers: {},
  body: method === "POST" ? { title: "new", owner: "ann" } : { title: "new" },
  isMalformed: false,
  isHuge: false,
});

/** Of all that is wrong with a request the first thing is answered, whatever comes behind it. */
async function expectOrder(order: readonly Defect[], fresh: () => Draft): Promise<void> {
  for (const [at, { name, status, code }] of order.entries()) {
    expect([name, ...(await send(drafted(fresh(), order.slice(at))))]).toStrictEqual([name, status, code]);
    expect([name, "alone", ...(await send(drafted(fresh(), [order[at] ?? row])))]).toStrictEqual([
      name,
      "alone",
      status,
      code,
    ]);
  }
}

describe.each(["plain", "hooked"] as const)("the order of checks (%s)", (slug) => {
  // A hook may supply what is missing, and sees the row: what it leaves is looked at behind the row.
  const rowAndBody = slug === "plain" ? [...left, row] : [row, ...left];

  test("of an update", async () => {
    const id = await rowOf(slug);
    const order = [...edge, ...body, ...rowAndBody, image, stale, conflict];
    await expectOrder(order, () => draft("PATCH", slug, id));
    expect(await database.sql`select title from ${database.sql(slug)} where id = ${id}`).toMatchObject([
      { title: "own" },
    ]);
    expect(await send(draft("PATCH", slug, id))).toStrictEqual([200, undefined]);
  });

  test("of a create", async () => {
    await rowOf(slug);
    // The collection's own path knows no PUT either.
    const order = [...edge, ...body, ...left, image, conflict];
    await expectOrder(order, () => draft("POST", slug, ""));
    expect(await database.sql`select 1 from ${database.sql(slug)}`).toHaveLength(2);
    expect(await send(draft("POST", slug, ""))).toStrictEqual([201, undefined]);
  });

  test("of a delete", async () => {
    const id = await rowOf(slug);
    await app.engine.asSystem().holders.create({ [slug]: id });
    const referred = defect("a row that another refers to", 409, "CONFLICT", () => undefined);
    await expectOrder([...edge, row, stale, referred], () => draft("DELETE", slug, id));
    await database.sql`truncate holders`;
    expect(await send(draft("DELETE", slug, id))).toStrictEqual([204, undefined]);
  });

  test("of operations of a batch", async () => {
    const id = await rowOf(slug);
    const parts = [...body.slice(3), ...rowAndBody, image, conflict];
    for (const [at, { name, code }] of parts.entries()) {
      const spoiled = drafted(draft("PATCH", slug, id), parts.slice(at));
      const operations = [{ op: "update", collection: slug, id: spoiled.id, data: spoiled.body }];
      const { json } = await app.ask("POST", "/api/batch", { body: { operations }, user: { id: "ann" } });
      expect([name, json.code, json.operation]).toStrictEqual([name, code, 0]);
    }
  });
});
