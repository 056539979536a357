import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

/** Stands in every value that is planted; no answer of the engine itself contains it. */
export const canary = "canary";

/** Values that must never come back. They fit no field grammar, so not even a name may be echoed. */
export const planted: Arbitrary<string> = fc
  .nat({ max: 9_999 })
  .map((number) => `${canary}!${number}-s3cret`);

const injections = [
  "' OR 1=1--",
  '"; drop table things;--',
  "'; select pg_sleep(5)--",
  "$1",
  "\\",
  "\\\\'",
  "%",
  "_",
  "`",
  "id)",
  "\u2019 or 1=1",
  "{{7*7}}",
  "${7*7}",
  "<script>alert(1)</script>",
  "../../etc/passwd",
  "\r\nX-Injected: yes",
  "[object Object]",
  "null",
  "undefined",
  "NaN",
  "\u202e\ufeff",
  "💩",
  "e\u0301",
  "\ufdfd".repeat(50),
] as const;

/** Texts that trouble parsers: injections, control characters, halves of characters, the planted canaries. */
export const nastyText: Arbitrary<string> = fc.oneof(
  planted,
  fc.constantFrom(...injections),
  fc.tuple(fc.constantFrom(...injections), planted).map((parts) => parts.join("")),
  fc.constantFrom("", " ", "\0", "a\0b", "\ud800", "\udfffx", "\u001f", "\u0085"),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.nat({ max: 400 }).map((length) => "x".repeat(length)),
);

/** Names that fields, parameters and operators have, and names that they must not have. */
export const nastyName: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "title",
    "count",
    "price",
    "done",
    "due",
    "status",
    "meta",
    "owner",
    "mail",
    "id",
    "createdAt",
  ),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "then",
    "toJSON",
  ),
  fc.constantFrom(
    "",
    " ",
    "ID",
    "created_at",
    "owner_id",
    "$set",
    "$where",
    "title.x",
    "meta.a",
    "meta.a'b",
    "meta..a",
  ),
  fc.constantFrom(
    `meta.${"k".repeat(60)}.${"k".repeat(60)}`,
    `meta.${"_".repeat(63)}`,
    "t".repeat(48),
    "t".repeat(65),
  ),
  fc.constantFrom("queryChunks", "sql", "raw", "getSQL", "and", "or", "not", "eq", "in", "x"),
  planted,
  nastyText,
);

/** Numbers as JSON text, at the edges and beyond them. */
export const numberText: Arbitrary<string> = fc.constantFrom(
  "0",
  "-0",
  "1",
  "-1",
  "1.5",
  "1e308",
  "1e309",
  "-1e400",
  "5e-324",
  "1e-400",
  "2147483648",
  "1E2",
  "0.1",
  "9007199254740991",
  "9007199254740993",
  "-9007199254740993",
  "1".repeat(400),
  `0.${"1".repeat(400)}`,
);

/** What is no JSON, though some reader somewhere takes it. */
export const brokenJson: Arbitrary<string> = fc.constantFrom(
  "",
  " ",
  "NaN",
  "Infinity",
  "undefined",
  "'a'",
  "01",
  "+1",
  ".5",
  "1.",
  "0x10",
  "{a:1}",
  "{'a':1}",
  '{"a":1,}',
  "[1,]",
  "[,]",
  '{"a"}',
  '{"a":}',
  "{}{}",
  "[]]",
  "/* c */{}",
  "{}//",
  '"\\x41"',
  '"\\u12"',
  '"\t"',
  '"',
  "{",
  "[",
  "\ufeff{}",
  "{}\0",
  "\0",
  "nul",
  "tru",
  "-",
  "1e",
  "--1",
  "\u2028{}\u00a0",
  "1_000",
);

/** JSON text of any shape, keys repeated and dangerous ones among them; now and then it is broken. */
export const jsonText: Arbitrary<string> = fc.letrec<{ any: string; object: string; array: string }>(
  (tie) => ({
    any: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { weight: 6, arbitrary: nastyText.map((text) => JSON.stringify(text)) },
      { weight: 4, arbitrary: fc.oneof(numberText, fc.constantFrom("true", "false", "null")) },
      { weight: 1, arbitrary: fc.constantFrom('"\\ud800"', '"\\u0000"', '"\\udc00\\ud800"', '"\\/"') },
      { weight: 4, arbitrary: tie("object") },
      { weight: 2, arbitrary: tie("array") },
    ),
    object: fc
      .array(fc.tuple(nastyName, tie("any")), { maxLength: 4 })
      .map((entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`),
    array: fc.array(tie("any"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
  }),
).any;
