import type { Access, Collection, User } from "@lucent/core";
import { expect, test } from "vitest";

import { describe } from "../../src/blueprint/describe.ts";
import { complement, everything, type Filter, nothing } from "../../src/filter/tree.ts";
import { ruleAsker } from "../../src/operation/rules.ts";
import { liveRows, systemViews, trashedRows, viewers } from "../../src/operation/views.ts";
import { fieldOf, viewOf } from "../world/collection-model.ts";
import { recordingLogger } from "../world/recording-logger.ts";
import { fieldIn, modelIn, models, viewIn } from "../world/relations.ts";

/** The view of the first of some collections, and its parts by name. */
function seeing(collections: readonly Collection[], user: User | null = { id: "alice" }, system = false) {
  const { collections: found } = describe({ collections });
  const [model] = found.values();
  if (model === undefined) throw new TypeError("the collection is missing");
  const log = recordingLogger();
  const asSystem = systemViews(found);
  const viewer = viewers(ruleAsker(asSystem, log), asSystem)({ user, system, requestId: "request-1" });
  return { model, log, viewer, found };
}

const names = (fields: Iterable<{ readonly name: string }>) => [...fields].map(({ name }) => name);

/** What a caller may name, and what is shown in some rows. */
async function fieldsSeen(
  fields: Collection["fields"],
  more: Partial<Collection> = {},
  user: User | null = { id: "alice" },
) {
  const { model, viewer, log } = seeing([{ slug: "things", fields, access: { read: true }, ...more }], user);
  const view = await viewer.view(model);
  return {
    named: names(view?.fields.values() ?? []),
    inSome: names(view?.conditional.keys() ?? []),
    filters: [...(view?.conditional.values() ?? [])],
    log: log.lines,
  };
}

test("without rules of their own all fields are seen but hidden ones and passwords", async () => {
  const seen = await fieldsSeen({
    title: { type: "text" },
    note: { type: "text", hidden: true },
    password: { type: "password" },
  });
  expect(seen).toStrictEqual({ named: ["id", "title"], inSome: [], filters: [], log: [] });
});

test("R-AC-4 the rule of a field says whether it is seen: everywhere, in some rows, or nowhere", async () => {
  const seen = await fieldsSeen({
    open: { type: "text", access: { read: true } },
    late: { type: "text", access: { read: async () => true } },
    own: { type: "text", access: { read: ({ user }) => ({ open: { eq: user?.id ?? "" } }) } },
    never: { type: "text", access: { read: () => ({ open: { in: [] } }) } },
    any: { type: "text", access: { read: () => ({ open: { nin: [] } }) } },
    closed: { type: "text", access: { read: false } },
    denied: { type: "text", access: { read: () => null } },
    writeOnly: { type: "text", access: { update: false, create: false } },
  });
  expect(seen).toMatchObject({
    named: ["id", "open", "late", "any", "writeOnly"],
    inSome: ["own", "never"],
    filters: [{ kind: "comparison", value: "alice" }, nothing],
    log: [],
  });
});

test("R-AC-2 a field whose rule fails is seen nowhere, and the failure logged", async () => {
  const broken: unknown = () => ({});
  const seen = await fieldsSeen({
    first: { type: "text", access: { read: broken as () => boolean } },
    second: { type: "text", access: { read: () => Promise.reject(new TypeError("broke")) } },
  });
  expect(seen).toMatchObject({ named: ["id"], inSome: [] });
  expect(seen.log.map(({ level, message }) => `${level} ${message}`)).toStrictEqual(
    Array(2).fill("error access rule failed and denies"),
  );
});

test("no rule makes a hidden field seen", async () => {
  const seen = await fieldsSeen({
    note: { type: "text", hidden: true, access: { read: true } },
    password: { type: "password", access: { read: true } },
    own: { type: "text", hidden: true, access: { read: () => ({ id: { exists: true } }) } },
  });
  expect(seen).toMatchObject({ named: ["id"], inSome: [] });
});

test("R-AC-15 when a document was deleted is for those who may ask for deleted ones", async () => {
  const kept = (access: Access) => fieldsSeen({}, { softDelete: true, access: { read: true, ...access } });
  expect(await kept({})).toMatchObject({ named: ["id"], inSome: [] });
  expect(await kept({ readDeleted: false })).toMatchObject({ named: ["id"], inSome: [] });
  expect(await kept({ readDeleted: true })).toMatchObject({ named: ["id", "deletedAt"], inSome: [] });
  expect(await kept({ readDeleted: () => ({ id: { exists: true } }) })).toMatchObject({
    named: ["id"],
    inSome: ["deletedAt"],
  });
});

test("the rule of a field sees who asks for which field, and not for which document", async () => {
  const asked: unknown[] = [];
  const read = (context: unknown) => asked.push(context) > 0;
  await fieldsSeen({ first: { type: "text", access: { read } } });
  expect(asked).toStrictEqual([
    {
      user: { id: "alice" },
      operation: "read",
      collection: "things",
      id: undefined,
      requestId: "request-1",
      field: "first",
    },
  ]);
});

test("what may not be read has no view, and its fields are not asked about", async () => {
  let asked = 0;
  const fields = { first: { type: "text", access: { read: () => (asked += 1) > 0 } } } as const;
  for (const read of [
    undefined,
    false,
    () => false,
    async () => null,
    () => Promise.reject(new Error("broke")),
  ]) {
    const { model, viewer } = seeing([
      { slug: "things", fields, access: read === undefined ? {} : { read } },
    ]);
    expect(await viewer.view(model)).toBeUndefined();
  }
  expect(asked).toBe(0);
});

test("the rows of a view are those that the rule lets through, deleted ones aside", async () => {
  const fields = { owner: { type: "text" } } as const;
  const access = { read: () => ({ owner: "alice" }) };
  const { model, viewer } = seeing([{ slug: "things", fields, access, softDelete: true }]);
  const owned = {
    kind: "comparison",
    field: fieldOf(model, "owner"),
    path: [],
    operator: "eq",
    value: "alice",
  };
  expect(await viewer.view(model)).toMatchObject({
    rows: { kind: "and", of: [liveRows(model), owned] },
    withDeleted: owned,
  });
});

test("a collection is asked about once in a request, and one that may not be read is left out", async () => {
  const asked: string[] = [];
  const collection = (slug: string, answer: boolean): Collection => ({
    slug,
    fields: {},
    access: { read: async ({ collection: name }) => (asked.push(name) > 0 ? answer : false) },
  });
  const { viewer, found } = seeing([collection("a", true), collection("b", false), collection("c", true)]);
  const all = new Set(found.values());
  const views = await viewer.views(all);
  expect([...views.keys()]).toStrictEqual(["a", "c"]);
  await viewer.views(all);
  await Promise.all([...all].map(async (model) => viewer.view(model)));
  expect(asked).toStrictEqual(["a", "b", "c"]);
  expect((await viewer.views(new Set())).size).toBe(0);
});

test("rules that answer at once are not waited for", () => {
  const { model, viewer } = seeing([{ slug: "things", fields: {}, access: { read: () => true } }]);
  const view = viewer.view(model);
  expect(view instanceof Promise).toBe(false);
  expect(view).toMatchObject({ rows: everything });
});

test("T-ORA-01 the system names everything but passwords, hidden fields included, and no deleted rows", () => {
  const views = systemViews(models);
  expect(names(views.get("authors")?.fields.values() ?? [])).toStrictEqual([
    "id",
    "name",
    "meta",
    "pin",
    "company",
    "vault",
  ]);
  expect(names(views.get("posts")?.fields.values() ?? [])).toContain("secretAuthor");
  expect(views.get("authors")).toMatchObject({ rows: everything, withDeleted: everything });
  expect(views.get("posts")).toMatchObject({ rows: liveRows(modelIn("posts")), withDeleted: everything });
});

test("the system is asked for no rule, of a collection nor of a field", async () => {
  const fields = {
    first: { type: "text", access: { read: false } },
    note: { type: "text", hidden: true },
  } as const;
  const { model, viewer } = seeing([{ slug: "things", fields, access: { read: false } }], null, true);
  expect(names((await viewer.view(model))?.fields.values() ?? [])).toStrictEqual(["id", "first", "note"]);
});

test("a collection that keeps nothing deleted has live rows alone", () => {
  expect(liveRows(modelIn("tags"))).toBe(everything);
  expect(liveRows(modelIn("posts"))).toStrictEqual({
    kind: "existence",
    field: fieldIn("posts", "deletedAt"),
    path: [],
    exists: false,
  });
});

test("deleted rows are shown where both rules let them through, and live ones as ever", () => {
  const live = liveRows(modelIn("posts"));
  const [own, old] = ["a", "b"].map((value): Filter => ({
    kind: "comparison",
    field: fieldIn("posts", "title"),
    path: [],
    operator: "eq",
    value,
  }));
  if (own === undefined || old === undefined) throw new TypeError("two filters were made");
  const view = viewIn("posts", { rows: { kind: "and", of: [live, own] }, withDeleted: own });
  const gone = { kind: "and", of: [complement(live), old, own] };
  expect(trashedRows(view, "only", old)).toStrictEqual(gone);
  expect(trashedRows(view, "with", old)).toStrictEqual({ kind: "or", of: [view.rows, gone] });
  expect(trashedRows(view, "only", nothing)).toBe(nothing);
  expect(trashedRows(view, "with", nothing)).toBe(view.rows);
});

test("where nothing deleted is kept there is nothing deleted to be shown", () => {
  const view = viewOf(modelIn("tags"));
  expect(trashedRows(view, "only", everything)).toBe(nothing);
  expect(trashedRows(view, "with", everything)).toBe(everything);
});
