import { expect, test } from "vitest";

import { regexesOf, slowness } from "../checks/regexes.ts";

test("regular expressions are found where they stand, and nothing else is taken for one", () => {
  const text = "const half = 4 / 2 / 1; // a /comment/\nconst x = [/a[/]b/gi, `${/c/.test('/d/')}`];\n";
  expect(regexesOf(text)).toStrictEqual([
    { line: 2, source: "a[/]b", flags: "gi" },
    { line: 2, source: "c", flags: "" },
  ]);
});

test.each([
  ["^(a+)+$", "exponential"],
  ["^a*a*$", "2nd degree polynomial"],
  ["\\s+$", "2nd degree polynomial"],
])("the regular expression %o takes %s time", async (source, complexity) => {
  expect(await slowness({ source, flags: "" })).toContain(complexity);
});

test("linear regular expressions pass", async () => {
  expect(await slowness({ source: "^[a-z][a-z0-9-]{0,47}$", flags: "" })).toBeUndefined();
});
