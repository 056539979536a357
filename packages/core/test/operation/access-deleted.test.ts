import type { Access, Operation } from "@lucent/core";
import { expect, test } from "vitest";

import { parseList } from "../../src/filter/list.ts";
import { allOf, anyOf, complement, everything, type Filter } from "../../src/filter/tree.ts";
import { noViews } from "../../src/filter/view.ts";
import { accessEvaluator } from "../../src/operation/access.ts";
import type { Call } from "../../src/operation/principal.ts";
import { fieldOf, modelOf, viewOf } from "../world/collection-model.ts";
import { recordingLogger } from "../world/recording-logger.ts";
import { rejectionOf } from "../world/refusal.ts";
import { unusedSession } from "../world/unused-session.ts";

const id = "018f4e1c-7a3b-7c3d-8e4f-0123456789ab";

/** A collection that keeps what was deleted, under some rules. */
function keeping(access: Access) {
  const model = modelOf({ owner: { type: "text" } }, { softDelete: true, access });
  const evaluator = accessEvaluator(new Map([[model.slug, model]]), recordingLogger());
  const call = (operation: Operation, more: Partial<Call> = {}): Call => ({
    model,
    operation,
    id,
    principal: { user: { id: "alice" }, system: false, requestId: "request-1" },
    session: unusedSession,
    ...more,
  });
  const live: Filter = { kind: "existence", field: fieldOf(model, "deletedAt"), path: [], exists: false };
  const owned = (value: string): Filter => ({
    kind: "comparison",
    field: fieldOf(model, "owner"),
    path: [],
    operator: "eq",
    value,
  });
  return { model, evaluator, call, live, owned };
}

const open = { create: true, read: true, update: true, delete: true } as const;

test("T-ACL-18 R-AC-15 deleted rows are there for no operation but a restore", async () => {
  const { evaluator, call, live } = keeping(open);
  const rows = async (asked: Call) => (await evaluator.permit(asked)).rows;
  for (const operation of ["read", "update", "delete"] as const) {
    expect(await rows(call(operation))).toStrictEqual(live);
  }
  expect(await rows(call("delete", { includeDeleted: true }))).toBe(everything);
  expect(await rows(call("create"))).toBe(everything);
});

test("the filter of a rule comes beside it", async () => {
  const own = () => ({ owner: "alice" });
  const { evaluator, call, live, owned } = keeping({ read: own, update: own, delete: own });
  for (const operation of ["read", "update", "delete"] as const) {
    expect((await evaluator.permit(call(operation))).rows).toStrictEqual(allOf([live, owned("alice")]));
  }
  const restoring = await evaluator.permit(call("delete", { includeDeleted: true }));
  expect(restoring.rows).toStrictEqual(owned("alice"));
});

/** The rows of a list. */
async function listed(access: Access, trashed?: string): Promise<unknown> {
  const { model, evaluator, call } = keeping(access);
  const query = parseList({ trashed }, viewOf(model), noViews);
  return (await evaluator.allow(await evaluator.permit(call("read")), { kind: "list", query })).rows;
}

test("a list shows deleted rows to those who may ask for them, of what they may read", async () => {
  const { live, owned } = keeping({});
  const access = { read: () => ({ owner: "alice" }), readDeleted: () => ({ owner: { neq: "bob" } }) };
  const notBob = { ...owned("bob"), operator: "neq" };
  const gone = { kind: "and", of: [complement(live), notBob, owned("alice")] };
  expect(await listed(access, "only")).toStrictEqual(gone);
  expect(await listed(access, "with")).toStrictEqual({
    kind: "or",
    of: [{ kind: "and", of: [live, owned("alice")] }, gone],
  });
  expect(await listed(access)).toStrictEqual(allOf([live, owned("alice")]));
  expect(await listed({ ...open, readDeleted: true }, "only")).toStrictEqual(complement(live));
  expect(await listed({ ...open, readDeleted: true }, "with")).toStrictEqual(anyOf([live, complement(live)]));
});

test("R-AC-1 without a rule that lets deleted rows be seen nobody asks for them", async () => {
  for (const access of [open, { ...open, readDeleted: false }, { ...open, readDeleted: () => null }]) {
    for (const trashed of ["with", "only"]) {
      expect(await rejectionOf(listed(access, trashed))).toStrictEqual(["FORBIDDEN"]);
    }
  }
  expect(await rejectionOf(listed({ readDeleted: true }, "only"))).toStrictEqual(["FORBIDDEN"]);
});
