import fc from "fast-check";
import { expect, test } from "vitest";

import { bodyReader } from "../../src/body/body.ts";
import { cursorSeal } from "../../src/filter/cursor.ts";
import { parseList } from "../../src/filter/list.ts";
import { documentShape } from "../../src/filter/shape.ts";
import { allOf, type Filter } from "../../src/filter/tree.ts";
import type { View, Views } from "../../src/filter/view.ts";
import { parseWhere } from "../../src/filter/where.ts";
import {
  explainCount,
  selectCount,
  selectList,
  selectOne,
  selectReadable,
  selectVerdicts,
} from "../../src/sql/select.ts";
import { deleteOne, insertOne, selectWritten, updateOne } from "../../src/sql/write.ts";
import { everyKind, modelOf, viewOf, viewWithout } from "../world/collection-model.ts";

const model = modelOf(
  {
    ...everyKind,
    text: { type: "text", searchable: true },
    textarea: { type: "textarea", searchable: true },
  },
  { timestamps: true },
);
const view = viewOf(model);
const views: Views = new Map([["things", view]]);
const filterOf = (where: unknown): Filter => parseWhere(where, view, views);
const mark = "zqx";
const hostile = [
  "'",
  '"',
  "\\",
  ";",
  "--",
  "$1",
  "}",
  "{",
  ",",
  "%",
  "_",
  "/*",
  "*/",
  "\n",
  "drop table things",
  ")",
];
/** Text that can be found again in a statement, among characters that mean something to SQL. */
const marked = fc
  .array(fc.constantFrom(...hostile, "a", "é", "😀"), { maxLength: 5 })
  .map((parts) => `${parts.join("")}${mark}${parts.toReversed().join("")}`);
const path = fc
  .array(fc.constantFrom("a", "B_1", mark), { minLength: 1, maxLength: 5 })
  .map((keys) => ["json", ...keys].join("."));
const textTest = fc.oneof(
  marked,
  fc.record({ eq: marked }),
  fc.record({ neq: marked }),
  fc.record({ in: fc.array(marked, { minLength: 1, maxLength: 3 }) }),
  fc.record({ nin: fc.array(marked, { minLength: 1, maxLength: 3 }) }),
  fc.record({ between: fc.tuple(marked, marked) }),
  fc.record({ like: marked }),
  fc.record({ startsWith: marked }),
);
const listTest = fc.array(marked, { minLength: 1, maxLength: 3 });
const where = fc.oneof(
  textTest.map((text) => ({ text })),
  textTest.map((text) => ({ "relationship.references.text": text })),
  fc.tuple(path, marked).map(([key, text]) => ({ [`references.${key}`]: text })),
  fc.record({ multiselect: fc.oneof(fc.record({ any: listTest }), fc.record({ all: listTest })) }),
  fc.tuple(path, fc.record({ eq: marked })).map(([key, condition]) => ({ [key]: condition })),
  fc.record({
    or: fc.array(fc.record({ email: textTest, not: fc.record({ textarea: marked }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);

/** Everything that a list, a read and a count of a caller send, whose rules and view have client text in them too. */
function reads(given: unknown, search: string, after: readonly string[]) {
  const rule = filterOf(given);
  const seen: View = viewWithout({ ...view, rows: rule }, ["richtext", "relationship"], rule);
  const behind: Views = new Map([["things", seen]]);
  const query = {
    where: given,
    search,
    populate: ["relationship.references", "references.relationship"],
    perPage: 1,
  };
  const { filter, select, populate } = parseList(query, view, behind);
  const shape = documentShape(view, select, populate);
  const rows = allOf([filter, filterOf({ text: { neq: mark } })]);
  const orders = [undefined, "text,-email", "-relationship.text"].map(
    (sort) => parseList({ search, sort }, view, behind).sort,
  );
  return [
    ...orders.flatMap((sort) => [
      selectList({ shape, rows, sort, limit: 2, from: { after } }),
      selectList({ shape, rows, sort, limit: 2, from: { offset: 20 } }),
    ]),
    selectOne(shape, { id: mark, rows }),
    selectCount(model, rows),
    explainCount(model, rows),
    selectVerdicts(model, mark, [rows, rule]),
    selectReadable([{ model, ids: [mark], rows }]),
    deleteOne(model, mark, rows),
  ];
}

test("no text of a client gets into the text of a read, a count, a delete or a reference check", () => {
  fc.assert(
    fc.property(where, marked, fc.array(marked, { maxLength: 4 }), (given, search, after) => {
      for (const { text, values } of reads(given, search, after)) {
        expect(text).not.toContain(mark);
        expect(text).toMatch(/^[\x20-\x7e]+$/);
        expect(new Set(text.match(/\$\d+/g)).size).toBe(values.length);
      }
    }),
  );
});

const writer = { user: null, requestId: "request-1" };

test("no text of a body gets into the text of an insert or an update", async () => {
  const bodies = bodyReader();
  const body = fc.record({
    text: marked,
    textarea: marked,
    json: fc.oneof(marked, fc.dictionary(marked, marked)),
    richtext: fc.array(marked),
    array: fc.array(fc.record({ label: marked }), { maxLength: 3 }),
    references: fc.array(fc.uuid(), { maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(body, where, async (given, rule) => {
      const filter = filterOf(rule);
      const seen = viewWithout(view, ["json"], filter);
      const answer = {
        shape: documentShape(seen, [...model.fields.values()], new Map()),
        allowed: filter,
        visible: filter,
      };
      const data = bodies.check(model, given, "create");
      const { id, ...created } = await bodies.completeCreate(model, data, writer);
      const change = await bodies.completeUpdate(model, given, writer);
      for (const { text, values } of [
        insertOne(model, created, answer),
        updateOne(model, { id, rows: filter, change }, answer),
        selectWritten(model, { id, rows: filter }, answer),
      ]) {
        expect(text).not.toContain(mark);
        expect(new Set(text.match(/\$\d+/g)).size).toBe(values.length);
      }
    }),
  );
});

test("a statement's text is the same for every value, so that it can be prepared once", () => {
  const texts = (value: string) =>
    reads(
      { text: value, email: { like: value }, multiselect: { any: [value] }, "references.text": value },
      value,
      [value, value, value],
    ).map(({ text }) => text);
  const expected = texts("a");
  fc.assert(
    fc.property(marked, (value) => {
      expect(texts(value)).toStrictEqual(expected);
    }),
  );
});

test("a cursor does not show the text that it carries", () => {
  const seal = cursorSeal(new Uint8Array(32).fill(7));
  fc.assert(
    fc.property(marked, (value) => !Buffer.from(seal.seal([value], "b"), "base64url").includes(mark)),
  );
});
