import { defineCollection, type RuleResult } from "@lucent/core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { alice, type Caller } from "./security/callers.ts";
import { where } from "./security/parameters.ts";
import { safeAsker } from "./security/safe-answer.ts";
import { type Application, prepare, type Prepared, serve } from "./world/application.ts";
import type { Asker } from "./world/asker.ts";
import { headerUser } from "./world/blog.ts";

type Answering = () => unknown;

/** What every rule answers at the moment; the second for the rules of the field `guarded`. */
let answer: Answering;
let fieldAnswer: Answering;
const rule = (): RuleResult => answer() as RuleResult;
const fieldRule = (): RuleResult => fieldAnswer() as RuleResult;

const odd = defineCollection({
  slug: "odd",
  softDelete: true,
  fields: {
    title: { type: "text", searchable: true },
    guarded: { type: "text", access: { read: fieldRule, create: fieldRule, update: fieldRule } },
  },
  access: { read: rule, create: rule, update: rule, delete: rule, readDeleted: rule },
});
const collections = [odd] as const;

let database: Prepared;
let app: Application<typeof collections>;
let ask: Asker;
const id = "018f4e1c-0000-7000-8000-000000000001";
const gone = "018f4e1c-0000-7000-8000-000000000002";

beforeAll(async () => {
  database = await prepare(inject("databaseUrl"), "security_rules", collections);
  app = await serve({ collections, database: { url: database.url, max: 2 }, plugins: [headerUser] });
  ask = safeAsker(app.ask);
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

beforeEach(async () => {
  fieldAnswer = () => true;
  await database.sql`truncate odd`;
  await database.sql`insert into odd (id, title, guarded, deleted_at) values
    (${id}, 'first row', 'guarded text', null), (${gone}, 'second row', 'guarded text', now())`;
});

afterEach(() => {
  app.log.lines.length = 0;
});

const operation = { op: "update", collection: "odd", id, data: { title: "changed" } };
const requests: readonly (readonly [method: string, target: string, body?: object])[] = [
  ["GET", "/api/odd"],
  ["GET", "/api/odd?trashed=with"],
  ["GET", "/api/odd?search=row"],
  ["POST", "/api/odd/query", {}],
  ["GET", "/api/odd/count"],
  ["GET", `/api/odd/${id}`],
  ["HEAD", `/api/odd/${id}`],
  ["POST", "/api/odd", { title: "new" }],
  ["PATCH", `/api/odd/${id}`, { title: "changed" }],
  ["DELETE", `/api/odd/${id}`],
  ["POST", `/api/odd/${gone}/restore`],
  ["POST", "/api/batch", { operations: [operation] }],
  ["POST", "/api/batch", { operations: [{ op: "create", collection: "odd", data: { title: "new" } }] }],
  ["POST", "/api/batch", { operations: [{ op: "delete", collection: "odd", id }] }],
];

function askAs(user: Caller, [method, target, body]: (typeof requests)[number]) {
  return ask(method, target, {
    ...(user === undefined ? {} : { user }),
    ...(body === undefined ? {} : { body }),
  });
}

const rows = async () => [
  ...(await database.sql`select id, title, deleted_at is null as live from odd order by id`),
];
const untouched = [
  { id, title: "first row", live: true },
  { id: gone, title: "second row", live: false },
];

type Case = readonly [name: string, given: Answering];

const wrong: readonly Case[] = [
  ["undefined", () => undefined],
  ["an empty object", () => ({})],
  ["an empty list", () => []],
  ["a list", () => [{ title: "first row" }]],
  ["an empty text", () => ""],
  ["a text", () => "true"],
  ["a number", () => 1],
  ["a function", () => () => true],
  ["an object that boxes true", () => Object(true)],
  ["a filter with an empty part", () => ({ or: [{ title: "first row" }, {}] })],
  ["a filter with an empty not", () => ({ not: {} })],
  ["a filter over nothing known", () => ({ nope: 1 })],
  ["a filter with undefined in it", () => ({ title: undefined })],
  ["a filter with an undefined list", () => ({ title: { in: undefined } })],
  [
    "a throw",
    () => {
      throw new Error("canary of the rule");
    },
  ],
  [
    "a throw of nothing",
    () => {
      // oxlint-disable-next-line eslint/no-throw-literal, typescript/only-throw-error -- a rule may do what it likes
      throw undefined;
    },
  ],
  ["a rejection", () => Promise.reject(new Error("canary of the rule"))],
  ["a late undefined", async () => undefined],
  ["a late empty object", async () => ({})],
];

test.each(wrong)("T-ACL-01 a rule that answers with %s denies, and a log line says so", async (_, given) => {
  answer = given;
  for (const request of requests) {
    app.log.lines.length = 0;
    const anonymous = await askAs(undefined, request);
    const known = await askAs(alice, request);
    expect([anonymous.status, known.status], JSON.stringify(request)).toStrictEqual([401, 403]);
    expect(`${anonymous.text}${known.text}`).not.toContain("canary");
    const lines = app.log.lines.filter(({ message }) => message === "access rule failed and denies");
    expect(lines.length, JSON.stringify(request)).toBeGreaterThanOrEqual(2);
    expect(lines[0]?.facts["requestId"]).toBe(anonymous.headers["x-request-id"]);
  }
  expect(await rows()).toStrictEqual(untouched);
});

const quiet: readonly Case[] = [
  ["false", () => false],
  ["null", () => null],
  ["a late false", async () => false],
];

test.each(quiet)("T-ACL-01 a rule that answers with %s denies quietly", async (_, given) => {
  answer = given;
  for (const request of requests) {
    expect((await askAs(undefined, request)).status).toBe(401);
    expect((await askAs(alice, request)).status).toBe(403);
  }
  expect(app.log.lines).toStrictEqual([]);
  expect(await rows()).toStrictEqual(untouched);
});

test.each([...wrong, ...quiet])(
  "T-ACL-01 a rule of a field that answers with %s hides it and refuses it",
  async (_, given) => {
    answer = () => true;
    fieldAnswer = given;
    expect((await ask("GET", `/api/odd/${id}`)).json).toStrictEqual({
      id,
      title: "first row",
      deletedAt: null,
    });
    for (const target of [`/api/odd?${where({ guarded: "guarded text" })}`, "/api/odd?sort=guarded"]) {
      expect((await ask("GET", target)).json.code).toBe("UNKNOWN_FIELD");
    }
    for (const value of ["new", null, "", false, "guarded text"]) {
      const body = { guarded: value };
      for (const refused of [
        await ask("POST", "/api/odd", { body }),
        await ask("PATCH", `/api/odd/${id}`, { body }),
        await ask("PATCH", `/api/odd/${id}`, { body, user: alice }),
      ]) {
        expect([refused.status, refused.json.errors]).toStrictEqual([
          403,
          [{ path: "guarded", rule: "readOnly" }],
        ]);
      }
    }
    expect(await rows()).toStrictEqual(untouched);
  },
);

test("the same rules, when they answer with true, let all of that through", async () => {
  answer = () => true;
  for (const request of requests.filter(([method]) => method !== "DELETE")) {
    if (request[1] === "/api/batch" && JSON.stringify(request).includes("delete")) continue;
    expect((await askAs(undefined, request)).status, JSON.stringify(request)).toBeLessThan(300);
  }
});
