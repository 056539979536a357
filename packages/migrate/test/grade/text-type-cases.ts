import type { TypeCase } from "./type-case.ts";

const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
const zoned = "timestamp(3) with time zone";
const instant = "2024-02-29 10:20:30.123";

/** To text. */
export const toText: readonly TypeCase[] = [
  { from: "character varying(50)", to: "text", file: "stays", good: { "a ": "a " } },
  { from: "character varying", to: "text", file: "stays", good: { "": "" } },
  { from: "character(5)", to: "text", file: "rewritten", good: { ab: "ab" } },
  { from: "bpchar", to: "text", file: "rewritten", good: { ab: "ab" } },
  { from: "smallint", to: "text", file: "rewritten", good: { "-7": "-7" } },
  { from: "bigint", to: "text", file: "rewritten", good: { "9007199254740993": "9007199254740993" } },
  {
    from: "double precision",
    to: "text",
    file: "rewritten",
    good: { "0.30000000000000004": "0.30000000000000004" },
  },
  { from: "numeric(10,2)", to: "text", file: "rewritten", good: { "1.50": "1.50" } },
  { from: "boolean", to: "text", file: "rewritten", good: { t: "true" } },
  { from: "uuid", to: "text", file: "rewritten", good: { [uuid]: uuid } },
  { from: "json", to: "text", file: "rewritten", good: { '{"a": 1}': '{"a": 1}' } },
  { from: "jsonb", to: "text", file: "rewritten", good: { '"a"': '"a"' } },
  { from: "date", to: "text", file: "rewritten", good: { "2024-02-29": "2024-02-29" } },
  { from: zoned, to: "text", file: "rewritten", good: { [`${instant}+02`]: "2024-02-29 08:20:30.123+00" } },
  { from: "inet", to: "text", file: "rewritten", good: { "10.0.0.0/8": "10.0.0.0/8" } },
  {
    from: "text[]",
    to: "text",
    file: "rewritten",
    good: { "{a}": "a", '{"a,b"}': "a,b", "{}": null, "[3:3]={c}": "c", "{NULL}": null },
    bad: ["{a,b}", "{{a}}", "{a,NULL}"],
    code: "LOSSY_CAST",
  },
  {
    from: "character varying(9)[]",
    to: "text",
    file: "rewritten",
    good: { "{a}": "a" },
    bad: ["{a,b}"],
    code: "LOSSY_CAST",
  },
];

/** To lists of texts. */
export const toTexts: readonly TypeCase[] = [
  { from: "text", to: "text[]", file: "rewritten", good: { a: "{a}", "": '{""}' } },
  { from: "character varying(5)", to: "text[]", file: "rewritten", good: { "a,b": '{"a,b"}' } },
  { from: "character(5)", to: "text[]", file: "rewritten", good: { a: "{a}" } },
  { from: "character varying(5)[]", to: "text[]", file: "rewritten", good: { "{a,NULL}": "{a,NULL}" } },
  { from: "integer[]", to: "text[]", file: "rewritten", good: { "{1,2}": "{1,2}" } },
  { from: "uuid[]", to: "text[]", file: "rewritten", good: { [`{${uuid}}`]: `{${uuid}}` } },
];

/** To all others. */
export const toOthers: readonly TypeCase[] = [
  {
    from: "text",
    to: "uuid",
    file: "rewritten",
    good: { [uuid.toUpperCase()]: uuid },
    bad: ["x", ""],
    code: "CAST_FAILS",
  },
  {
    from: "character(40)",
    to: "uuid",
    file: "rewritten",
    good: { [uuid]: uuid },
    bad: ["x"],
    code: "CAST_FAILS",
  },
  {
    from: "text",
    to: "jsonb",
    file: "rewritten",
    good: { '{"b":1,"a":[]}': '{"a": [], "b": 1}' },
    bad: ["{", "a"],
    code: "CAST_FAILS",
  },
  {
    from: "json",
    to: "jsonb",
    file: "rewritten",
    good: { '{"b":1}': '{"b": 1}' },
    bad: [String.raw`"\u0000"`],
    code: "CAST_FAILS",
  },
  { from: "text[]", to: "jsonb", file: "rewritten", good: { "{a,NULL}": '["a", null]', "{}": "[]" } },
  { from: "integer", to: "jsonb", file: "rewritten", good: { "1": "1" } },
  { from: "numeric(10,2)", to: "jsonb", file: "rewritten", good: { "1.50": "1.50" } },
  { from: "double precision", to: "jsonb", file: "rewritten", good: { "0.1": "0.1", NaN: '"NaN"' } },
  { from: "boolean", to: "jsonb", file: "rewritten", good: { t: "true" } },
  { from: "uuid", to: "jsonb", file: "rewritten", good: { [uuid]: `"${uuid}"` } },
  { from: "date", to: "jsonb", file: "rewritten", good: { "2024-02-29": '"2024-02-29"' } },
  ...([0, 1, 2] as const).flatMap((digits): readonly TypeCase[] => [
    {
      from: `timestamp(${digits}) with time zone`,
      to: zoned,
      file: "stays",
      good: { "2024-02-29 10:20:30+00": "2024-02-29 10:20:30+00" },
    },
    {
      from: `timestamp(${digits}) without time zone`,
      to: zoned,
      file: "rewritten",
      good: { "2024-02-29 10:20:30": "2024-02-29 10:20:30+00" },
    },
  ]),
  {
    from: "timestamp(3) without time zone",
    to: zoned,
    file: "rewritten",
    good: { [instant]: `${instant}+00`, infinity: "infinity" },
  },
  ...(
    ["timestamp with time zone", "timestamp without time zone", "timestamp(6) with time zone"] as const
  ).map((from): TypeCase => ({
    from,
    to: zoned,
    file: "rewritten",
    good: { [instant]: `${instant}+00`, infinity: "infinity" },
    bad: ["2024-02-29 10:20:30.1234"],
    code: "LOSSY_CAST",
  })),
  {
    from: "date",
    to: zoned,
    file: "rewritten",
    good: { "2024-02-29": "2024-02-29 00:00:00+00" },
    bad: ["300000-01-01"],
    code: "CAST_FAILS",
  },
  {
    from: "text",
    to: zoned,
    file: "rewritten",
    good: { "2024-02-29T10:20:30.123Z": `${instant}+00` },
    bad: ["", "2023-02-29"],
    code: "CAST_FAILS",
  },
  {
    from: "text",
    to: zoned,
    file: "rewritten",
    good: {},
    bad: ["2024-02-29T10:20:30.1234Z"],
    code: "LOSSY_CAST",
  },
];
