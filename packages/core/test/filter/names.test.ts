import { expect, test } from "vitest";

import { parseNames } from "../../src/filter/names.ts";
import { outcomeOf } from "../world/refusal.ts";

const names = (value: unknown) => outcomeOf(() => parseNames("select", value, 3));

test("a list of names comes as a list, or as one text with commas", () => {
  expect(names("a,b.c,-d")).toStrictEqual(["a", "b.c", "-d"]);
  expect(names(["a", "b.c"])).toStrictEqual(["a", "b.c"]);
  expect(names(["a,b"])).toStrictEqual(["a,b"]);
});

test.each<[unknown, string]>([
  ["", "type"],
  [",a", "type"],
  ["a,,b", "type"],
  [[], "type"],
  [[""], "type"],
  [["a", 1], "type"],
  [["a", null], "type"],
  [[["a"]], "type"],
  [null, "type"],
  [1, "type"],
  [{ 0: "a", length: 1 }, "type"],
  ["a,b,c,d", "max"],
  [["a", "b", "c", "d"], "max"],
])("%j is no list of three names at most", (value, rule) => {
  expect(names(value)).toStrictEqual(["BAD_REQUEST", `select ${rule}`]);
});
