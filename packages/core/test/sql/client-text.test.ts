import fc from "fast-check";
import { expect, test } from "vitest";

import { cursorSeal } from "../../src/filter/cursor.ts";
import { parseList } from "../../src/filter/list.ts";
import { allOf } from "../../src/filter/tree.ts";
import { parseWhere } from "../../src/filter/where.ts";
import { bodyReader } from "../../src/request/body.ts";
import { selectCount, selectList, selectReadable } from "../../src/sql/select.ts";
import { insertOne, updateOne } from "../../src/sql/write.ts";
import { everyKind, modelOf } from "../world/collection-model.ts";

const model = modelOf(everyKind, { timestamps: true });
const fields = [...model.fields.values()];
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
  .array(fc.constantFrom(...hostile, "a", "é", "😀"), { maxLength: 6 })
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
const where = fc.oneof(
  textTest.map((text) => ({ text })),
  fc.tuple(path, fc.record({ eq: marked })).map(([key, condition]) => ({ [key]: condition })),
  fc.record({
    or: fc.array(fc.record({ email: textTest, not: fc.record({ textarea: marked }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);

test("no text of a client gets into the text of a list, a count or a reference check", () => {
  fc.assert(
    fc.property(where, fc.array(marked, { maxLength: 4 }), (given, after) => {
      const { filter, sort } = parseList({ where: given, sort: "text,-email" }, model, model.fields);
      const rows = allOf([filter, parseWhere({ text: { neq: mark } }, model.fields)]);
      const list = { fields, rows, sort, limit: 2 };
      const statements = [
        selectList(model, { ...list, from: { after } }),
        selectList(model, { ...list, from: { offset: 20 } }),
        selectCount(model, rows),
        selectReadable([{ model, id: mark, rows }]),
      ];
      for (const { text, values } of statements) {
        expect(text).not.toContain(mark);
        expect(text).toMatch(/^[\x20-\x7e]+$/);
        expect(new Set(text.match(/\$\d+/g)).size).toBe(values.length);
      }
    }),
  );
});

test("no text of a body gets into the text of an insert or an update", () => {
  const bodies = bodyReader();
  const body = fc.record({
    text: marked,
    textarea: marked,
    json: fc.oneof(marked, fc.dictionary(marked, marked)),
  });
  fc.assert(
    fc.property(body, where, (given, rule) => {
      const filter = parseWhere(rule, model.fields);
      const select = { fields, allowed: filter, visible: filter };
      const { id, row } = bodies.create(model, given);
      for (const { text, values } of [
        insertOne(model, row, select),
        updateOne(model, { id, rows: filter, row: bodies.update(model, given).row }, select),
      ]) {
        expect(text).not.toContain(mark);
        expect(new Set(text.match(/\$\d+/g)).size).toBe(values.length);
      }
    }),
  );
});

test("a statement's text is the same for every value, so that it can be prepared once", () => {
  const shape = (value: string) =>
    selectCount(model, parseWhere({ text: value, email: { like: value } }, model.fields)).text;
  fc.assert(fc.property(marked, (value) => shape(value) === shape("a")));
});

test("a cursor does not show the text that it carries", () => {
  const seal = cursorSeal(new Uint8Array(32).fill(7));
  fc.assert(
    fc.property(marked, (value) => !Buffer.from(seal.seal([value], "b"), "base64url").includes(mark)),
  );
});
