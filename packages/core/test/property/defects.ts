import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import type { WhereObject } from "./evaluate.ts";

/** One thing that is wrong with a list query, and the code that http-api 2 and 3 give it. */
export interface Defect {
  readonly where?: WhereObject;
  readonly sort?: readonly string[];
  readonly select?: readonly string[];
  readonly depth?: number;
  readonly populate?: readonly string[];
  readonly trashed?: string;
  readonly code: "BAD_REQUEST" | "UNKNOWN_FIELD" | "FORBIDDEN";
}

const unknownFields = [
  "nope",
  "ID",
  "createdat",
  "created_at",
  "password",
  "owner.id",
  "title.x",
  "nope.color",
  "meta.a[0]",
  "meta.",
  "meta..a",
  "meta.a'b",
  "meta.a.b.c.d.e.f",
  "__proto__",
  "constructor",
  "toString",
  'id" or 1=1 --',
  "",
] as const;

/** Through text, since an assignment to `__proto__` would not make a key. */
function whereOf(key: string, value: unknown): WhereObject {
  return JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`);
}

const badConditions: readonly WhereObject[] = [
  { title: null },
  { title: 1 },
  { title: [] },
  { title: {} },
  { title: { eq: null } },
  { title: { EQ: "a" } },
  { title: { $eq: "a" } },
  { title: { "": "a" } },
  { title: { eq: "a", regex: "a" } },
  { title: { eq: { toString: "a" } } },
  { title: { eq: "a\0" } },
  { title: { eq: "\ud800" } },
  { title: { like: "" } },
  { title: { like: 1 } },
  { title: { like: "a".repeat(201) } },
  { title: { in: "a" } },
  { title: { in: [null] } },
  { title: { in: Array.from({ length: 101 }, () => "a") } },
  { title: { contains: "a" } },
  { title: { between: ["a"] } },
  { title: { between: ["a", "b", "c"] } },
  { title: { between: { 0: "a", 1: "b" } } },
  { title: { exists: "true" } },
  { title: { exists: null } },
  whereOf("title", JSON.parse('{"__proto__":{"eq":1}}')),
  { score: "1" },
  { score: { like: "1" } },
  { score: true },
  { rank: 1.5 },
  { rank: 2 ** 53 },
  { rank: { gt: "1" } },
  { price: 1 },
  { price: "1e5" },
  { price: "NaN" },
  { price: "Infinity" },
  { price: "" },
  { price: " 1" },
  { done: "true" },
  { done: 1 },
  { done: { gt: false } },
  { due: "infinity" },
  { due: "epoch" },
  { due: "now" },
  { due: "" },
  { due: "2024-02-30" },
  { due: "10000-01-01" },
  { due: "0000-01-01" },
  { due: "2024-01-01T00:00:00" },
  { due: "2024-01-01 00:00:00Z" },
  { due: "2024-01-01T24:00:00Z" },
  { due: "9999-12-31T23:59:59-01:00" },
  { due: "0001-01-01T00:00:00+00:01" },
  { due: 0 },
  { status: 1 },
  { status: { gt: "a" } },
  { id: "1" },
  { id: { like: "0" } },
  { id: { gt: "00000000-0000-0000-0000-000000000000" } },
  { owner: "{00000000-0000-0000-0000-000000000000}" },
  { meta: "red" },
  { meta: { eq: "red" } },
  { "meta.color": { eq: {} } },
  { "meta.color": { eq: null } },
  { "meta.color": { like: "r" } },
  { "meta.color": { gt: 1 } },
  { and: [] },
  { or: [] },
  { and: {} },
  { or: { 0: {}, length: 1 } },
  { and: [null] },
  { and: Array.from({ length: 21 }, () => ({})) },
  { not: [] },
  { not: null },
];

const badWhere: Arbitrary<Defect> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...unknownFields), fc.constantFrom<unknown>("a", null, { eq: 1 }, { nope: 1 }))
    .map(([field, value]): Defect => ({ where: whereOf(field, value), code: "UNKNOWN_FIELD" })),
  fc.constantFrom(...badConditions).map((where): Defect => ({ where, code: "BAD_REQUEST" })),
);

const badSort: Arbitrary<Defect> = fc.oneof(
  fc
    .constantFrom(...unknownFields.slice(0, 8), "--id", "id desc", " id", "-")
    .map((name): Defect => ({ sort: ["title", name], code: "UNKNOWN_FIELD" })),
  fc
    .constantFrom([], [""], ["title", "name", "rank", "id"])
    .map((sort): Defect => ({ sort, code: "BAD_REQUEST" })),
);

const badSelect: Arbitrary<Defect> = fc.oneof(
  fc
    .constantFrom(...unknownFields.slice(0, -1), "*", "-id")
    .map((name): Defect => ({ select: ["title", name], code: "UNKNOWN_FIELD" })),
  fc.constantFrom([], [""]).map((select): Defect => ({ select, code: "BAD_REQUEST" })),
);

/** A defect, in `where` also nested beside a filter that is right. */
export function defect(sound: Arbitrary<WhereObject>): Arbitrary<Defect> {
  const nested = fc
    .tuple(badWhere, sound, fc.constantFrom("bare", "and", "or", "not"))
    .map(([bad, good, place]): Defect => {
      const where = bad.where ?? {};
      if (place === "and") return { ...bad, where: { and: [good, where] } };
      if (place === "or") return { ...bad, where: { or: [{ id: { exists: true } }, { ...good }, where] } };
      return place === "not" ? { ...bad, where: { not: where } } : bad;
    });
  return fc.oneof(
    { weight: 4, arbitrary: nested },
    { weight: 1, arbitrary: badSort },
    { weight: 1, arbitrary: badSelect },
  );
}
