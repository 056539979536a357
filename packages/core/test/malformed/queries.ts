import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { brokenJson, jsonText, nastyName, nastyText, numberText, planted } from "./nasty.ts";

const operators = [
  "eq",
  "neq",
  "gt",
  "gte",
  "lt",
  "lte",
  "between",
  "in",
  "nin",
  "exists",
  "like",
  "startsWith",
  "contains",
  "notContains",
  "any",
  "all",
] as const;
const otherOperators = ["EQ", "$eq", "__proto__", "constructor", "", "regex"] as const;
const dotted = [
  "owner.title",
  "tags.title",
  "tags.id",
  "parent.title",
  "parent.owner.title",
  "parent.parent.parent.title",
  "parent.parent.parent.parent.title",
  "parent.secret",
  "parent.meta.a",
  "locked.title",
  "owner.title.x",
  "lines.label",
  "owner..title",
  "parent.",
  ".title",
] as const;
const fields = [
  "title",
  "count",
  "price",
  "score",
  "done",
  "due",
  "status",
  "meta",
  "meta.a",
  "owner",
  "mail",
  "id",
  "kinds",
  "tags",
  "lines",
  "doc",
  "secret",
  "deletedAt",
  ...dotted,
] as const;

const scalar = fc.oneof(
  nastyText.map((text) => JSON.stringify(text)),
  planted.map((text) => JSON.stringify(text)),
  numberText,
  fc.constantFrom(
    "true",
    "false",
    "null",
    "[]",
    "{}",
    '"2024-02-30"',
    '"infinity"',
    '"1.00"',
    '"1e5"',
    '"\\u0000"',
  ),
);

const operand = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }).map((items) => `[${items.join(",")}]`) },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 130 }).map((length) => `[${Array.from({ length }, () => '"a"').join(",")}]`),
  },
  { weight: 1, arbitrary: jsonText },
);

const condition = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom<string>(...fields) },
      { weight: 1, arbitrary: nastyName },
    ),
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom<string>(...operators) },
      { weight: 1, arbitrary: fc.constantFrom<string>(...otherOperators) },
      { weight: 1, arbitrary: planted },
    ),
    operand,
  )
  .map(([field, operator, value]) => `${JSON.stringify(field)}:{${JSON.stringify(operator)}:${value}}`);

/** `where` as JSON text: filters, broken filters, and anything else. */
const whereText: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.array(condition, { maxLength: 3 }).map((parts) => `{${parts.join(",")}}`) },
  { weight: 2, arbitrary: condition.map((part) => `{"or":[{${part}},{"and":[{${part}}]}]}`) },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 1_000 }).map((levels) => `${'{"not":'.repeat(levels)}{}${"}".repeat(levels)}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .nat({ max: 80 })
      .map((width) => `{"or":[${Array.from({ length: width }, () => "{}").join(",")}]}`),
  },
  { weight: 1, arbitrary: fc.nat({ max: 2_000 }).map((levels) => "[".repeat(levels)) },
  { weight: 3, arbitrary: jsonText },
  { weight: 1, arbitrary: brokenJson },
);

const sortText = fc.oneof(
  fc.constantFrom(
    "title",
    "-createdAt,id",
    "count,-price,due",
    "owner.title",
    "-parent.owner.title,tags.title",
    "deletedAt",
    "meta",
    "id;select",
    "(select 1)",
    "id desc nulls first",
  ),
  fc.constantFrom(
    ",",
    "--id",
    "-",
    "",
    "id,id",
    Array.from({ length: 50 }, () => "id").join(","),
    "title,,id",
  ),
  nastyName,
  nastyText,
);

const wholeText = fc.constantFrom(
  "1",
  "20",
  "100",
  "0",
  "-1",
  "1.5",
  "1e2",
  "101",
  "999999999999999999999",
  "abc",
  "[]",
  "",
  " 1",
  "+1",
  "0x10",
  "١",
);

const depthText = fc.constantFrom("0", "1", "2", "3", "4", "-1", "1.5", "1e0", "03", "", "NaN", "canary!");

/** Paths through relationships: right ones, ones that lead nowhere, and far too many. */
const populateText: Arbitrary<string> = fc.oneof(
  fc
    .array(
      fc.constantFrom<string>(
        "owner",
        "tags",
        "parent",
        "parent.owner",
        "parent.parent.tags",
        "locked",
        ...dotted,
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((paths) => paths.join(",")),
  fc.constantFrom(
    "title",
    "secret",
    "owner,owner",
    ",",
    "parent.parent.parent.parent",
    Array.from({ length: 30 }, () => "owner").join(","),
    "parent.".repeat(500),
  ),
  nastyName,
);

/** Words of a web search, right and wrong. */
const searchText: Arbitrary<string> = fc.oneof(
  fc
    .array(
      fc.constantFrom("first", '"', "-", "or", "and", "&", "|", "!", "(", ")", ":*", "<->", "\\", "'", "a-b"),
      {
        maxLength: 8,
      },
    )
    .map((words) => words.join(" ")),
  fc.nat({ max: 220 }).map((length) => "w ".repeat(length)),
  nastyText,
);

const trashedText = fc.constantFrom("with", "only", "without", "", "WITH", "true", "canary!");

/** Cursors that were never given out. `real` ones are cut, stretched, and used where they do not belong. */
function cursorText(real: readonly string[]): Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...real, ""),
    fc
      .tuple(fc.constantFrom(...real, "x"), fc.nat({ max: 80 }))
      .map(([cursor, length]) => cursor.slice(0, length)),
    fc.constantFrom(...real, "x").map((cursor) => `${cursor}AAAA`),
    fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
    fc.constantFrom('{"id":"0","sortValue":1}', '["x"]').map((text) => Buffer.from(text).toString("base64")),
    nastyText,
    fc.nat({ max: 5_000 }).map((length) => "A".repeat(length)),
  );
}

/** Names and values of parameters, before anything is encoded. */
export function parameters(real: readonly string[]): Arbitrary<readonly (readonly [string, string])[]> {
  const known = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constant("where"), whereText) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom("sort", "select"), sortText) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom("perPage", "page"), wholeText) },
    { weight: 2, arbitrary: fc.tuple(fc.constant("cursor"), cursorText(real)) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constant("count"), fc.constantFrom("none", "exact", "estimated", "EXACT", "")),
    },
  );
  const reaching = fc.oneof(
    { weight: 2, arbitrary: fc.tuple(fc.constant("populate"), populateText) },
    { weight: 2, arbitrary: fc.tuple(fc.constant("search"), searchText) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("depth"), depthText) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("trashed"), trashedText) },
  );
  const unknown = fc.tuple(
    fc.oneof(
      nastyName,
      fc.constantFrom("where[title]", "WHERE", "where ", "Depth", "populate[]", "search[]", "_method"),
    ),
    nastyText,
  );
  const any = fc.oneof(
    { weight: 8, arbitrary: known },
    { weight: 6, arbitrary: reaching },
    { weight: 1, arbitrary: unknown },
  );
  return fc.array(any, { maxLength: 3 });
}

/** The body of a query route: the same parameters as JSON text, values of any type. */
export function queryBody(real: readonly string[]): Arbitrary<string> {
  const value = (text: Arbitrary<string>) =>
    fc.oneof(
      text.map((each) => JSON.stringify(each)),
      jsonText,
    );
  const entry = fc.oneof(
    { weight: 4, arbitrary: whereText.map((text) => `"where":${text}`) },
    { weight: 2, arbitrary: value(sortText).map((text) => `"sort":${text}`) },
    {
      weight: 1,
      arbitrary: fc.array(nastyName, { maxLength: 5 }).map((names) => `"select":${JSON.stringify(names)}`),
    },
    { weight: 1, arbitrary: numberText.map((text) => `"perPage":${text}`) },
    { weight: 1, arbitrary: value(wholeText).map((text) => `"page":${text}`) },
    { weight: 2, arbitrary: value(cursorText(real)).map((text) => `"cursor":${text}`) },
    { weight: 2, arbitrary: value(populateText).map((text) => `"populate":${text}`) },
    { weight: 2, arbitrary: value(searchText).map((text) => `"search":${text}`) },
    { weight: 1, arbitrary: fc.oneof(numberText, jsonText).map((text) => `"depth":${text}`) },
    { weight: 1, arbitrary: value(trashedText).map((text) => `"trashed":${text}`) },
    {
      weight: 1,
      arbitrary: fc.tuple(nastyName, jsonText).map(([name, text]) => `${JSON.stringify(name)}:${text}`),
    },
  );
  return fc.array(entry, { maxLength: 3 }).map((entries) => `{${entries.join(",")}}`);
}
