import type { Operation } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { everything, nothing } from "../../src/filter/tree.ts";
import { accessEvaluator } from "../../src/operation/access.ts";
import type { Call } from "../../src/operation/principal.ts";
import { knownId, validator } from "../../src/operation/validate.ts";
import { recordingLogger } from "../world/recording-logger.ts";
import { outcomeOf, saidBy } from "../world/refusal.ts";
import { unusedSession } from "../world/unused-session.ts";

const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

/** Posts with open authors and a locked vault, and how often each read rule was asked. */
function world() {
  const asked: string[] = [];
  const read = (answer: boolean) => ({
    read: async ({ collection }: { collection: string }) => (asked.push(collection) > 0 ? answer : false),
  });
  const { collections } = describe({
    collections: [
      {
        slug: "posts",
        fields: {
          title: { type: "text" },
          author: { type: "relationship", to: "authors" },
          vault: { type: "relationship", to: "vaults" },
        },
        access: { ...read(true), delete: true },
      },
      {
        slug: "authors",
        fields: { name: { type: "text" }, vault: { type: "relationship", to: "vaults" } },
        access: read(true),
      },
      { slug: "vaults", fields: { code: { type: "text" } }, access: read(false) },
    ],
  });
  const model = collections.get("posts");
  if (model === undefined) throw new TypeError("the collection is missing");
  const evaluator = accessEvaluator(collections, recordingLogger());
  const permit = (operation: Operation, of: string | undefined = id) => {
    const principal = { user: null, system: false, requestId: "request-1" };
    const call: Call = { model, operation, id: of, principal, session: unusedSession };
    return evaluator.permit(call);
  };
  return { asked, validate: validator(collections), permit };
}

/** What becomes of a read: the names that it selects, and the collections whose rules were asked. */
async function one(parameters: object): Promise<unknown> {
  const { asked, validate, permit } = world();
  try {
    const { select } = await validate.one(await permit("read"), parameters);
    return [select.map(({ name }) => name), asked];
  } catch (error) {
    return saidBy(error);
  }
}

test("a read asks the rules of the collections that it leads to, and of no other", async () => {
  expect(await one({})).toStrictEqual([["id", "title", "author", "vault"], ["posts"]]);
  expect(await one({ select: "title" })).toStrictEqual([["id", "title"], ["posts"]]);
  expect(await one({ populate: "author" })).toStrictEqual([
    ["id", "title", "author", "vault"],
    ["posts", "authors"],
  ]);
  expect(await one({ select: "title", populate: ["author.vault"] })).toStrictEqual([
    ["id", "title", "author"],
    ["posts", "authors", "vaults"],
  ]);
});

test("T-DOS-04 the depth of a read is checked before any other rule is asked", async () => {
  for (const [depth, rule] of [
    [-1, "min"],
    [4, "max"],
    [999, "max"],
    ["1", "type"],
    [Number.NaN, "type"],
  ]) {
    expect(await one({ depth })).toStrictEqual(["BAD_REQUEST", `depth ${rule}`]);
  }
  expect(await one({ populate: "author,", depth: 1 })).toStrictEqual(["BAD_REQUEST", "populate type"]);
});

test("T-ORA-05 a locked collection is led to by no name, and populated with nothing", async () => {
  expect(await one({ populate: "vault.code" })).toStrictEqual(["UNKNOWN_FIELD", "vault.code unknown"]);
  expect(await one({ populate: "vault.ghost" })).toStrictEqual(["UNKNOWN_FIELD", "vault.ghost unknown"]);
  expect(await one({ populate: "vault" })).toMatchObject([
    ["id", "title", "author", "vault"],
    ["posts", "vaults"],
  ]);
  const { validate, permit } = world();
  for (const where of [{ "vault.code": "a" }, { "author.vault.code": { exists: true } }]) {
    const [name] = Object.keys(where);
    const unknown = ["UNKNOWN_FIELD", `${name} unknown`];
    expect(await validate.list(await permit("read"), { where }).catch(saidBy)).toStrictEqual(unknown);
    expect(await validate.count(await permit("read"), where).catch(saidBy)).toStrictEqual(unknown);
  }
  expect(await validate.list(await permit("read"), { sort: "vault.code" }).catch(saidBy)).toStrictEqual([
    "UNKNOWN_FIELD",
    "vault.code unknown",
  ]);
});

test("a list and a count follow names to the collections behind them", async () => {
  const { asked, validate, permit } = world();
  const list = await validate.list(await permit("read"), {
    where: { "author.name": "a" },
    sort: "-author.name",
  });
  expect(list).toMatchObject({ kind: "list", query: { filter: { kind: "related" }, page: 1 } });
  expect(asked).toStrictEqual(["posts", "authors"]);
  expect(await validate.count(await permit("read"), { "author.name": { in: [] } })).toMatchObject({
    kind: "count",
    filter: { kind: "related", of: nothing },
  });
  expect(await validate.count(await permit("read"), undefined)).toStrictEqual({
    kind: "count",
    filter: everything,
  });
  expect(await validate.count(await permit("read"), null).catch(saidBy)).toStrictEqual([
    "BAD_REQUEST",
    "where type",
  ]);
});

test("T-INJ-12 an id that can't be one is not found, in a read and a delete alike", async () => {
  expect(knownId(id.toUpperCase())).toBe(id);
  for (const wrong of [
    "1",
    "",
    "null",
    "undefined",
    "../users/1",
    `${id}0`,
    ` ${id}`,
    "a\0",
    "a".repeat(10_000),
  ]) {
    expect(outcomeOf(() => knownId(wrong))).toStrictEqual(["NOT_FOUND"]);
    const { validate, permit } = world();
    expect(await validate.one(await permit("read", wrong), {}).catch(saidBy)).toStrictEqual(["NOT_FOUND"]);
    const deleting = await permit("delete", wrong);
    expect(outcomeOf(() => validate.delete(deleting))).toStrictEqual(["NOT_FOUND"]);
  }
  expect(outcomeOf(() => knownId(undefined))).toStrictEqual(["NOT_FOUND"]);
});

test("T-DOS-05 a single document may populate as much as a page of one", async () => {
  const { validate, permit } = world();
  const found = await validate.one(await permit("read"), { depth: 3 });
  expect([...found.populate.keys()].map(({ name }) => name)).toStrictEqual(["author", "vault"]);
});
