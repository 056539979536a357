import { expect, test } from "vitest";

import { parseWhere } from "../../src/filter/where.ts";
import { outcomeOf } from "../world/refusal.ts";
import { viewIn, viewsIn } from "../world/relations.ts";

const cost = (where: unknown) => outcomeOf(() => parseWhere(where, viewIn("posts"), viewsIn()));
const refused = ["BAD_REQUEST", "where max"];

/** So many conditions on one name, spread over branches. */
function conditions(name: string, count: number): { readonly and: readonly object[] } {
  const all = Array.from({ length: count }, () => ({ [name]: { eq: "a" } }));
  return {
    and: Array.from({ length: Math.ceil(count / 20) }, (_, at) => ({ or: all.slice(at * 20, at * 20 + 20) })),
  };
}

// A condition costs 1 and each relationship on the way 4; 200 is the most, and 50 conditions in any case.
test.each([
  ["title", 50],
  ["mainAuthor.name", 40],
  ["tags.label", 40],
  ["mainAuthor.company.name", 22],
  ["tags.maker.company.name", 15],
])("T-DOS-06 %s can be asked of %i times", (name, most) => {
  expect(cost(conditions(name, most))).toMatchObject({ kind: expect.stringMatching(/^(?:and|or)$/) });
  expect(cost(conditions(name, most + 1))).toStrictEqual(refused);
});

test("several operators on one name follow its relationships once, and each is a condition", () => {
  const tests = { neq: "a", gte: "a", lte: "b", like: "a", startsWith: "a" };
  expect(
    cost({ and: Array.from({ length: 10 }, () => ({ "mainAuthor.company.name": tests })) }),
  ).toMatchObject({
    kind: "and",
  });
  expect(cost({ and: Array.from({ length: 11 }, () => ({ title: tests })) })).toStrictEqual(refused);
  expect(
    cost({ and: Array.from({ length: 12 }, () => ({ "tags.maker.company.name": { eq: "a" } })) }),
  ).toMatchObject({
    kind: "and",
  });
});

test("plain conditions and those behind relationships are paid from the same purse", () => {
  // 12 × 13 + 44 = 200
  const far = conditions("tags.maker.company.name", 12);
  expect(cost({ and: [far, conditions("title", 38)] })).toMatchObject({ kind: "and" });
  expect(cost({ and: [conditions("tags.maker.company.name", 13), conditions("title", 31)] })).toMatchObject({
    kind: "and",
  });
  expect(cost({ and: [conditions("tags.maker.company.name", 13), conditions("title", 32)] })).toStrictEqual(
    refused,
  );
  expect(cost({ and: [far, conditions("title", 39)] })).toStrictEqual(refused);
});

test("what negates or empties a condition does not make it cheaper", () => {
  const behind = (count: number) => ({
    not: { and: Array.from({ length: count }, () => ({ "tags.maker.company.name": { nin: [] } })) },
  });
  expect(cost(behind(15))).toMatchObject({ kind: "not" });
  expect(cost(behind(16))).toStrictEqual(refused);
});
