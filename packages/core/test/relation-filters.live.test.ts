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

const where = (filter: object) => `where=${encodeURIComponent(JSON.stringify(filter))}`;
const titles = async (filter: object, user?: object): Promise<unknown> => {
  const { json } = await once(`posts?select=title&sort=title&${where(filter)}`, user);
  return json.data.map(({ title }: { readonly title: string }) => title);
};

test("a filter follows relationships and matches where some readable target does", async () => {
  expect(await titles({ "author.name": "ada" })).toStrictEqual(["third"]);
  expect(await titles({ "author.name": "eve" })).toStrictEqual([]);
  expect(await titles({ "author.name": "eve" }, admin)).toStrictEqual(["second"]);
  expect(await titles({ "author.boss.name": { like: "B" } })).toStrictEqual(["third"]);
  expect(await titles({ "author.boss.boss.name": "bob" })).toStrictEqual(["first"]);
  expect(await titles({ "author.company.size": { between: [1, 9] } })).toStrictEqual(["third"]);
  expect(await titles({ "author.age": { gte: 20 }, title: { neq: "third" } })).toStrictEqual(["first"]);
  expect(await titles({ "readers.name": { startsWith: "ad" } })).toStrictEqual(["first"]);
  expect(await titles({ "readers.boss.name": "bob" })).toStrictEqual(["first"]);
  expect(await titles({ "author.id": id("bob") })).toStrictEqual(["first"]);
  expect(await titles({ author: id("bob") })).toStrictEqual(["first"]);
  expect(await titles({ author: { nin: [id("bob"), id("ada")] } })).toStrictEqual(["fourth", "second"]);
});

test("no target, no match, for every operator; and not is the exact complement", async () => {
  const negative = { "author.name": { neq: "ada" } };
  expect(await titles(negative)).toStrictEqual(["first"]);
  expect(await titles({ not: negative })).toStrictEqual(["fourth", "second", "third"]);
  expect(await titles({ "author.name": { nin: ["ada"] } })).toStrictEqual(["first"]);
  expect(await titles({ "author.company": { exists: false } })).toStrictEqual(["first"]);
  expect(await titles({ "author.company": { exists: true } })).toStrictEqual(["third"]);
  expect(await titles({ author: { exists: false } })).toStrictEqual(["fourth"]);
  expect(await titles({ tags: { exists: false } })).toStrictEqual(["fourth"]);
  expect(await titles({ or: [{ "author.name": "ada" }, { "tags.label": "blue" }] })).toStrictEqual([
    "first",
    "third",
  ]);
});

test("several operators of one key are about one target, several keys may be about several", async () => {
  expect(await titles({ "tags.weight": { gt: 1, lt: 5 } })).toStrictEqual([]);
  expect(await titles({ "tags.weight": { gte: 1, lt: 5 } })).toStrictEqual(["first", "third"]);
  expect(await titles({ and: [{ "tags.weight": { gt: 1 } }, { "tags.weight": { lt: 5 } }] })).toStrictEqual([
    "first",
  ]);
  expect(await titles({ "tags.weight": 9 })).toStrictEqual([]);
});

test("a to-many relationship understands the operators of a list", async () => {
  const both = [id("red"), id("blue")];
  expect(await titles({ tags: { contains: id("red") } })).toStrictEqual(["first", "third"]);
  expect(await titles({ tags: { notContains: id("red") } })).toStrictEqual(["fourth", "second"]);
  expect(await titles({ tags: { any: both } })).toStrictEqual(["first", "third"]);
  expect(await titles({ tags: { all: [...both, ...both] } })).toStrictEqual(["first"]);
  expect(await titles({ tags: { all: both, notContains: id("private") } })).toStrictEqual([]);
  const [status, code] = await refusal(`posts?${where({ tags: { any: [] } })}`);
  expect([status, code]).toStrictEqual([400, "BAD_REQUEST"]);
});

test.each([
  [{ "vault.code": "1234" }, "UNKNOWN_FIELD"],
  [{ "vaults.owner.name": "ada" }, "UNKNOWN_FIELD"],
  [{ "author.secret": "s" }, "UNKNOWN_FIELD"],
  [{ "author.key": "k" }, "UNKNOWN_FIELD"],
  [{ "author.salary": 1 }, "UNKNOWN_FIELD"],
  [{ "author.ghost": 1 }, "UNKNOWN_FIELD"],
  [{ "hint.label": "red" }, "UNKNOWN_FIELD"],
  [{ "title.name": "a" }, "UNKNOWN_FIELD"],
  [{ "author.deletedAt": { exists: true } }, "UNKNOWN_FIELD"],
  [{ "author.boss.boss.boss.name": "ada" }, "BAD_REQUEST"],
  [{ or: Array.from({ length: 17 }, () => ({ "author.boss.boss.name": "a" })) }, "BAD_REQUEST"],
  [{ "author.name": { contains: "a" } }, "BAD_REQUEST"],
  [{ tags: "018f4e1c-7a3b-7c3d-8e4f-0123456789ab" }, "BAD_REQUEST"],
  [{ author: "not-an-id" }, "BAD_REQUEST"],
])("T-ACL-10 R-AC-6 the filter %j is refused", async (filter, code) => {
  const [status, got] = await refusal(`posts?${where(filter)}`);
  expect([status, got]).toStrictEqual([400, code]);
  expect((await refusal(`posts/count?${where(filter)}`))[1]).toBe(code);
});

test("counts follow relationships under the same rules", async () => {
  const count = async (filter: object, user?: object) =>
    (await once(`posts/count?${where(filter)}`, user)).json.count;
  expect(await count({ "author.company.name": "Acme" })).toBe(1);
  expect(await count({ "author.company.name": "Acme" }, admin)).toBe(2);
  expect(await count({ "tags.label": "private" }, admin)).toBe(0);
});
