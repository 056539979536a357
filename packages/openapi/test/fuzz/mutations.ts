import * as fc from "fast-check";

import type { OpenApiDocument, Schema } from "../../src/index.ts";
import { type Change, changesOf, changed } from "./changes.ts";
import { schemaOf } from "./drafts.ts";
import { jsonSchemaOf, parametersOf } from "./links.ts";
import type { Parts } from "./parts.ts";
import { hostileText, strangeName } from "./texts.ts";

/** How a request that fits is spoilt. */
export interface Mutation {
  readonly kind: (typeof kinds)[number];
  /** Which of the ways there are. */
  readonly nth: number;
  readonly text: string;
  readonly name: string;
}

const kinds = [
  "value",
  "value",
  "value",
  "value",
  "parameter",
  "parameter",
  "more",
  "twice",
  "text",
  "type",
  "id",
  "header",
  "credential",
  "method",
  "unwanted",
] as const;

/** Draws ways to spoil a request. */
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...kinds),
  nth: fc.nat(100_000),
  text: hostileText,
  name: strangeName,
});

/** Spoils a request; where the wanted way is none for it, an unknown parameter is added. */
export function spoilt(parts: Parts, how: Mutation, document: OpenApiDocument): Parts {
  return (
    makers[how.kind](parts, how, document) ??
    withParameter(parts, [how.name === "" ? "surplus" : how.name, how.text])
  );
}

type Maker = (parts: Parts, how: Mutation, document: OpenApiDocument) => Parts | undefined;

const makers: Readonly<Record<Mutation["kind"], Maker>> = {
  value: (parts, how, document) => bodyChange(parts, how, document) ?? filterChange(parts, how, document),
  parameter: (parts, how, document) =>
    filterChange(parts, how, document) ?? parameterChange(parts, how, document),
  more: (parts, how) => withParameter(parts, [how.name === "" ? "x" : how.name, how.text]),
  twice(parts, { nth }) {
    const again = parts.query[nth % Math.max(1, parts.query.length)];
    return again === undefined ? undefined : withParameter(parts, again);
  },
  text: (parts, { nth }) =>
    parts.body === undefined
      ? undefined
      : { ...parts, text: nthOf(brokenTexts(JSON.stringify(parts.body)), nth) },
  type: (parts, { nth }) => (parts.body === undefined ? undefined : { ...parts, type: nthOf(types, nth) }),
  id: (parts, how) => {
    const [name] = Object.keys(parts.path);
    if (name === undefined) return undefined;
    return {
      ...parts,
      path: { ...parts.path, [name]: nthOf(ids(parts.path[name] ?? "", how.text), how.nth) },
    };
  },
  header: (parts, how) => ({ ...parts, headers: { ...parts.headers, ...nthOf(headers, how.nth) } }),
  credential: (parts, how) => ({ ...parts, headers: { ...parts.headers, ...nthOf(credentials, how.nth) } }),
  method: (parts, { nth }) => ({
    ...parts,
    method: nthOf(["HEAD", "PUT", "PATCH", "DELETE", "GET", "POST", "OPTIONS"], nth),
  }),
  unwanted: (parts) =>
    parts.body === undefined && parts.method !== "GET"
      ? { ...parts, text: "{}", type: "application/json" }
      : undefined,
};

function nthOf<T>(list: readonly [T, ...T[]], nth: number): T {
  return list[nth % list.length] ?? list[0];
}

function withParameter(parts: Parts, parameter: Parts["query"][number]): Parts {
  return { ...parts, query: [...parts.query, parameter] };
}

/** One value in the body becomes one that its schema refuses. */
function bodyChange(parts: Parts, how: Mutation, document: OpenApiDocument): Parts | undefined {
  const schema = jsonSchemaOf(parts.described.operation.requestBody);
  const change =
    schema === undefined || parts.body === undefined
      ? undefined
      : chosen(schema, parts.body, { how, document });
  return change === undefined ? undefined : { ...parts, body: changed(parts.body, change) };
}

/** The same inside a filter in the address. */
function filterChange(parts: Parts, how: Mutation, document: OpenApiDocument): Parts | undefined {
  const parameter = parametersOf(parts.described.operation, document).find(
    ({ content }) => content !== undefined,
  );
  const at = parts.query.findIndex(([name]) => name === parameter?.name);
  const text = parts.query[at]?.[1];
  if (parameter === undefined || text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  const change = chosen(schemaOf(parameter), value, { how, document });
  if (change === undefined) return undefined;
  return { ...parts, query: parts.query.with(at, [parameter.name, JSON.stringify(changed(value, change))]) };
}

function chosen(
  schema: Schema,
  value: unknown,
  { how, document }: { readonly how: Mutation; readonly document: OpenApiDocument },
): Change | undefined {
  const all = changesOf(schema, value, {
    schemas: document.components.schemas,
    text: how.text,
    name: how.name,
  });
  return all[how.nth % Math.max(1, all.length)];
}

/** A parameter in the address gets a value that its schema refuses, or may refuse. */
function parameterChange(
  parts: Parts,
  { nth, text }: Mutation,
  document: OpenApiDocument,
): Parts | undefined {
  const all = parametersOf(parts.described.operation, document).filter((each) => each.in === "query");
  const parameter = all[nth % Math.max(1, all.length)];
  if (parameter === undefined) return undefined;
  const { minimum, maximum } = schemaOf(parameter) as {
    readonly minimum?: number;
    readonly maximum?: number;
  };
  const values = [
    text,
    "",
    "[]",
    "%",
    "%ff",
    "-1",
    "1.5",
    "1e2",
    "99999999999999999999",
    "{",
    '{"and":[]}',
    `{"not":`.repeat(7) + "{}" + "}".repeat(7),
    ",",
    "id,id",
    "a.b.c.d.e",
    "constructor",
    ...(minimum === undefined ? [] : [String(minimum - 1)]),
    ...(maximum === undefined ? [] : [String(maximum + 1)]),
  ] as const;
  const others = parts.query.filter(([name]) => name !== parameter.name);
  return { ...parts, query: [...others, [parameter.name, nthOf(values, Math.floor(nth / 7))]] };
}

/** Texts that are no JSON, or none that a body is. */
function brokenTexts(json: string): readonly [string, ...string[]] {
  return [
    json.slice(0, -1),
    `${json}}`,
    `${json},`,
    "",
    " ",
    "null",
    "[]",
    "1",
    '"text"',
    `\ufeff${json}`,
    json.replace("{", "{'a':1,"),
    json.replace("}", ",}"),
    json.replace("{", '{"__proto__":{"a":1},'),
    json.replace("{", '{"x":1,"x":2,'),
    json.replace("{", '{"x":NaN,'),
    `{"x":${"[".repeat(3_000)}${"]".repeat(3_000)}}`,
    `{"x":${"9".repeat(500)}}`,
    `{"x":"${"y".repeat(1_100_000)}"}`,
    "\0",
  ];
}

const types: readonly [string | undefined, ...(string | undefined)[]] = [
  undefined,
  "text/plain",
  "application/xml",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/json, text/plain",
  "application/jsonx",
  "application/problem+json",
  "application/json; charset=utf-16",
];

function ids(known: string, text: string): readonly [string, ...string[]] {
  return [
    encodeURIComponent(text.toWellFormed()),
    `${known}%00`,
    `%7B${known}%7D`,
    known.slice(1),
    `${known}0`,
    known.replaceAll("-", ""),
    "1",
    "null",
    "..%2f..%2fetc",
    "%ff",
    "%",
    "x".repeat(300),
    "00000000-0000-0000-0000-000000000000",
    known.toUpperCase(),
    "' or 1=1--".replaceAll(" ", "%20"),
  ];
}

const headers: readonly [Readonly<Record<string, string>>, ...Readonly<Record<string, string>>[]] = [
  { "if-match": "*" },
  { "if-match": "" },
  { "if-match": 'W/"weak"' },
  { "if-match": '"a", "b", "c"' },
  { "if-match": "not quoted" },
  { "if-none-match": "*" },
  { "if-none-match": `"${"x".repeat(3_000)}"` },
  { "x-request-id": "short" },
  { "x-request-id": "a request id with spaces" },
  { accept: "text/html" },
  { accept: "nothing at all" },
  { "accept-encoding": "gzip;q=0, *;q=0" },
  { "content-encoding": "gzip" },
  { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" },
  { "x-forwarded-for": "' or 1=1", "x-forwarded-proto": "http" },
  { "x-http-method-override": "DELETE" },
  { range: "bytes=0-1" },
];

const credentials: typeof headers = [
  { authorization: "" },
  { authorization: "Bearer" },
  { authorization: "Bearer x" },
  { authorization: `Bearer ${"a".repeat(40)}.${"b".repeat(40)}.${"c".repeat(40)}` },
  { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0." },
  { authorization: "Basic YTpi" },
  { "x-api-key": "lk_test_AAAAAAAA_0000" },
  { "x-api-key": "" },
  { cookie: "__Host-lucent_access=x; __Host-lucent_access=y" },
  { cookie: "access=x; session=y; %00=1" },
];
