import type { Access, CollectionModel, Operation, RuleContext, User } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { isLucentError } from "../../src/errors.ts";
import { everything, nothing } from "../../src/filter/tree.ts";
import { accessEvaluator } from "../../src/operation/access.ts";
import type { Call, Principal } from "../../src/operation/principal.ts";
import { fieldOf } from "../world/collection-model.ts";
import { recordingLogger } from "../world/recording-logger.ts";
import { unusedSession } from "../world/unused-session.ts";

const operations: readonly Operation[] = ["create", "read", "update", "delete"];
const alice: User = { id: "alice" };
const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

interface Asked {
  readonly access?: Access;
  readonly operation?: Operation;
  readonly user?: User | null;
  readonly system?: boolean;
}

function prepared({ access, operation = "read", user = alice, system = false }: Asked) {
  const fields = {
    owner: { type: "text" },
    parent: { type: "relationship", to: "posts" },
    friends: { type: "relationship", to: "posts", hasMany: true },
  } as const;
  const { collections } = describe({
    collections: [{ slug: "posts", fields, ...(access === undefined ? {} : { access }) }],
  });
  const model = collections.get("posts");
  if (model === undefined) throw new TypeError("the collection is missing");
  const logger = recordingLogger();
  const principal: Principal = { user, system, requestId: "request-1" };
  const call: Call = { model, operation, id, principal, session: unusedSession };
  return { evaluator: accessEvaluator(collections, logger), call, logger, model };
}

/** The rows that the operation may touch, or the code of the refusal; and what was logged. */
async function permitted(asked: Asked) {
  const { evaluator, call, logger } = prepared(asked);
  try {
    return { rows: (await evaluator.permit(call)).rows, log: logger.lines };
  } catch (error) {
    if (!isLucentError(error)) throw error;
    return { code: error.code, headers: error.headers, log: logger.lines };
  }
}

/** Access whose every operation has this rule. */
const all = (rule: unknown): Access => Object.fromEntries(operations.map((operation) => [operation, rule]));

test.each(operations)("T-ACL-02 R-AC-1 %s without a rule is denied, quietly", async (operation) => {
  for (const access of [undefined, {}]) {
    const asked = { ...(access === undefined ? {} : { access }), operation };
    expect(await permitted({ ...asked, user: null })).toStrictEqual({
      code: "UNAUTHENTICATED",
      headers: { "www-authenticate": "Bearer" },
      log: [],
    });
    expect(await permitted(asked)).toStrictEqual({ code: "FORBIDDEN", headers: undefined, log: [] });
  }
});

test.each<[string, unknown]>([
  ["undefined", () => undefined],
  ["an empty object", () => ({})],
  ["a list", () => []],
  ["a list with a filter", () => [{ owner: "alice" }]],
  ["an empty text", () => ""],
  ["a text", () => "true"],
  ["a number", () => 1],
  ["zero", () => 0],
  ["a function", () => () => true],
  ["a date", () => new Date()],
  ["a map", () => new Map([["owner", "alice"]])],
  ["a Boolean object", () => new Boolean(true)],
  ["a symbol", () => Symbol.iterator],
  ["an unknown field", () => ({ ghost: 1 })],
  ["an unknown operator", () => ({ owner: { is: "alice" } })],
  ["a filter with an undefined value", () => ({ owner: undefined })],
  ["a filter with a null value", () => ({ owner: null })],
  ["T-ACL-04 in without a list", () => ({ owner: { in: undefined } })],
  ["T-ACL-04 in with null", () => ({ owner: { in: null } })],
  ["an empty or", () => ({ or: [] })],
  [
    "a throw",
    () => {
      throw new TypeError("rule broke");
    },
  ],
  ["a rejection", () => Promise.reject(new TypeError("rule broke"))],
  ["a promise of undefined", () => Promise.resolve(undefined)],
  ["a promise of an empty object", () => Promise.resolve({})],
  ["no function and no boolean", "yes"],
  ["a filter in place of a rule", { owner: "alice" }],
])("T-ACL-01 R-AC-2 a rule that answers %s denies and is logged, whatever is asked", async (_, rule) => {
  for (const operation of operations) {
    const answer = await permitted({ access: all(rule), operation });
    expect(answer).toMatchObject({ code: "FORBIDDEN" });
    // The read rule is asked beside the rule of a create or an update: it says what its caller will see of the row.
    const asked = operation === "read" || operation === "delete" ? [operation] : ["read", operation];
    expect(answer.log).toMatchObject(
      asked.map((each) => ({
        level: "error",
        message: "access rule failed and denies",
        facts: { collection: "posts", operation: each, requestId: "request-1" },
      })),
    );
    expect(await permitted({ access: all(rule), operation, user: null })).toMatchObject({
      code: "UNAUTHENTICATED",
    });
  }
});

test.each<[string, unknown]>([
  ["and", { and: [{}] }],
  ["or", { or: [{ owner: "alice" }, {}] }],
  ["not not", { not: { not: {} } }],
])(
  "T-ACL-01 R-AC-3 an empty object inside %s does not make a rule's filter match every row",
  async (_, answer) => {
    expect(await permitted({ access: all(() => answer) })).toMatchObject({ code: "FORBIDDEN" });
  },
);

test.each([false, null])("a rule that answers %o denies without a log line", async (answer) => {
  expect(await permitted({ access: { read: () => answer } })).toMatchObject({ code: "FORBIDDEN", log: [] });
  expect(await permitted({ access: { read: async () => answer } })).toMatchObject({
    code: "FORBIDDEN",
    log: [],
  });
});

test("true lets every row through, written out, answered or promised", async () => {
  for (const rule of [true, () => true, async () => true]) {
    expect(await permitted({ access: { read: rule } })).toStrictEqual({ rows: everything, log: [] });
  }
  expect(await permitted({ access: { read: false } })).toMatchObject({ code: "FORBIDDEN", log: [] });
});

test("a filter lets its rows through, and T-ACL-04 an empty list of allowed values no row", async () => {
  const read = ({ user }: RuleContext) => ({ owner: { in: user?.["teams"] } });
  expect(await permitted({ access: { read }, user: { id: "a", teams: ["x"] } })).toMatchObject({
    rows: { kind: "membership", values: ["x"] },
  });
  expect(await permitted({ access: { read }, user: { id: "a", teams: [] } })).toStrictEqual({
    rows: nothing,
    log: [],
  });
});

test("R-AC-18 a rule sees the caller, the operation, the id and nothing of the body", async () => {
  for (const operation of operations) {
    const seen: RuleContext[] = [];
    await permitted({ operation, access: { [operation]: (context: RuleContext) => seen.push(context) > 0 } });
    expect(seen).toStrictEqual([
      {
        user: alice,
        operation,
        collection: "posts",
        id,
        requestId: "request-1",
      },
    ]);
  }
});

test("the system is asked for no rule", async () => {
  let asked = 0;
  const access = all(() => {
    asked += 1;
    return false;
  });
  expect(await permitted({ access, system: true, user: null })).toStrictEqual({ rows: everything, log: [] });
  expect(asked).toBe(0);
});

test("R-AC-3 the rows of a list are those of the rule and of the caller", async () => {
  const { evaluator, call, model } = prepared({ access: { read: () => ({ owner: "alice" }) } });
  const filter = comparison(model, "bob");
  const allowed = await evaluator.allow(await evaluator.permit(call), { kind: "count", filter });
  expect(allowed.rows).toStrictEqual({
    kind: "and",
    of: [expect.objectContaining({ value: "alice" }), filter],
  });
  expect(allowed.image).toMatchObject({ value: "alice" });
  expect(allowed.view?.rows).toMatchObject({ value: "alice" });
});

const comparison = (model: CollectionModel, value: string) =>
  ({ kind: "comparison", field: fieldOf(model, "owner"), path: [], operator: "eq", value }) as const;

test("a write is shown by the read rule, and not at all where that denies or is missing", async () => {
  const write = { kind: "update", id, row: new Map(), links: [], references: [] } as const;
  const allowedBy = async (access: Access) => {
    const { evaluator, call } = prepared({ access, operation: "update" });
    return evaluator.allowWrite(await evaluator.permit(call), write);
  };
  for (const access of [{ update: true }, { update: true, read: () => false }]) {
    const { view, shape } = await allowedBy(access);
    expect(view).toBeUndefined();
    expect(shape.fields).toStrictEqual([]);
  }
  const open = await allowedBy({ update: true, read: true });
  expect(open.view?.rows).toBe(everything);
  expect(open.shape.fields.map(({ name }) => name)).toStrictEqual(["id", "owner", "parent", "friends"]);
  expect((await allowedBy({ update: true, read: () => ({ owner: "alice" }) })).view?.rows).toMatchObject({
    value: "alice",
  });
});

test("R-AC-9 what a write may touch and what its new image must match is its own rule's filter", async () => {
  const access = { update: () => ({ owner: "alice" }), read: true };
  const { evaluator, call, model } = prepared({ access, operation: "update" });
  const input = { kind: "update", id, row: new Map(), links: [], references: [] } as const;
  const allowed = await evaluator.allowWrite(await evaluator.permit(call), input);
  expect([allowed.rows, allowed.image]).toStrictEqual([
    comparison(model, "alice"),
    comparison(model, "alice"),
  ]);
});

test("R-AC-11 a reference is checked against the rows of its target that the caller may read, asked once per target", async () => {
  let asked = 0;
  const read = () => {
    asked += 1;
    return { owner: "alice" };
  };
  const { evaluator, call } = prepared({ access: { create: true, read }, operation: "create" });
  const other = "018f4e1c-7a3b-7c3d-8e4f-0123456789ac";
  const references = [
    { path: "parent", to: "posts", id },
    { path: "friends.0", to: "posts", id: other },
    { path: "friends.1", to: "posts", id },
  ];
  const input = { kind: "create", id, row: new Map(), links: [], references } as const;
  const allowed = await evaluator.allowWrite(await evaluator.permit({ ...call, id: undefined }), input);
  expect(allowed.references).toMatchObject([
    { model: { slug: "posts" }, ids: [id, other], rows: { value: "alice" } },
  ]);
  expect([...(allowed.references[0]?.paths ?? [])]).toStrictEqual([
    [id, ["parent", "friends.1"]],
    [other, ["friends.0"]],
  ]);
  expect(asked).toBe(1);
});

test("R-AC-11 a reference to what the caller may not read at all leads to no row", async () => {
  const { evaluator, call } = prepared({ access: { create: true }, operation: "create" });
  const references = [{ path: "parent", to: "posts", id }];
  const input = { kind: "create", id, row: new Map(), links: [], references } as const;
  const allowed = await evaluator.allowWrite(await evaluator.permit(call), input);
  expect(allowed.references).toMatchObject([{ ids: [id], rows: { kind: "nothing" } }]);
});
