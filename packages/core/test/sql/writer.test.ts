import { expect, test } from "vitest";

import { arrayLiteral, quote, writer } from "../../src/sql/writer.ts";

test("a bound value leaves a cast placeholder and is kept in order", () => {
  const to = writer();
  expect([to.bind("a", "text"), to.bind(null, "uuid"), to.bind(1.5, "double precision")]).toStrictEqual([
    "$1::text",
    "$2::uuid",
    "$3::double precision",
  ]);
  expect(to.values).toStrictEqual(["a", null, 1.5]);
});

test("an identifier is quoted, and a quote inside it doubled", () => {
  expect(quote("select")).toBe('"select"');
  expect(quote('a"; drop table b; --')).toBe('"a""; drop table b; --"');
});

test("an array is one text in which every element is quoted", () => {
  expect(arrayLiteral([])).toBe("{}");
  expect(arrayLiteral(["a", "", "null", "{x,y}", ' "\\" '])).toBe('{"a","","null","{x,y}"," \\"\\\\\\" "}');
  expect(arrayLiteral([1, -1.5, true])).toBe('{"1","-1.5","true"}');
});
