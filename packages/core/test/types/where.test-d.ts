import type { Where, WhereOf } from "@lucent/core";
import { expectTypeOf } from "vitest";

import type { BlogPosts, Kinds, People } from "./world.ts";

type KindsWhere = WhereOf<Kinds>;
type PostsWhere = WhereOf<BlogPosts>;

expectTypeOf<KindsWhere>().not.toBeAny();
expectTypeOf<KindsWhere["text"]>().not.toBeAny();
expectTypeOf<KindsWhere["and"]>().toEqualTypeOf<readonly KindsWhere[] | undefined>();
expectTypeOf<WhereOf<People>["name"]>().not.toBeAny();

// Bare values, and several operators at once.
({
  text: "a",
  number: 1.5,
  integer: 2,
  boolean: true,
  select: "red",
  relationship: "id",
}) satisfies KindsWhere;
({
  decimal: "1.50",
  date: "2026-01-01",
  email: "a@example.com",
  textarea: "a",
  id: "b",
}) satisfies KindsWhere;
({ integer: { gte: 1, lt: 9, neq: 5, exists: true } }) satisfies KindsWhere;
({}) satisfies KindsWhere;

// Operators by kind.
({ text: { eq: "a", neq: "b", in: ["a"], nin: [], exists: true } }) satisfies KindsWhere;
({ text: { like: "a", startsWith: "b", gt: "a", between: ["a", "b"] } }) satisfies KindsWhere;
({ textarea: { like: "a" }, email: { startsWith: "a" } }) satisfies KindsWhere;
({ number: { between: [0, 1.5] }, decimal: { gt: "0.1" }, date: { lte: "2026-01-01" } }) satisfies KindsWhere;
({
  boolean: { neq: true },
  select: { in: ["red", "green"] },
  relationship: { nin: ["a"] },
}) satisfies KindsWhere;
({ json: { exists: false }, sureJson: { exists: true }, id: { in: ["a"] } }) satisfies KindsWhere;
({ createdAt: { gt: "2026-01-01" }, updatedAt: "2026-01-01T00:00:00.000Z" }) satisfies KindsWhere;

// @ts-expect-error a number has no text search
({ number: { like: "1" } }) satisfies KindsWhere;
// @ts-expect-error a boolean has no order
({ boolean: { gt: false } }) satisfies KindsWhere;
// @ts-expect-error a select has no text search
({ select: { like: "red" } }) satisfies KindsWhere;
// @ts-expect-error a reference has no order
({ relationship: { gt: "a" } }) satisfies KindsWhere;
// @ts-expect-error an id has no order
({ id: { gt: "a" } }) satisfies KindsWhere;
// @ts-expect-error a whole JSON value is only asked for existence
({ json: { eq: 1 } }) satisfies KindsWhere;
// @ts-expect-error a JSON value has no bare form
({ json: 1 }) satisfies KindsWhere;
// @ts-expect-error not one of the options
({ select: "blue" }) satisfies KindsWhere;
// @ts-expect-error not one of the options, in a list
({ select: { in: ["red", "blue"] } }) satisfies KindsWhere;
// @ts-expect-error a text is not a number
({ integer: "1" }) satisfies KindsWhere;
// @ts-expect-error a decimal is a text
({ decimal: 1 }) satisfies KindsWhere;
// @ts-expect-error null is asked for with exists
({ text: null }) satisfies KindsWhere;
// @ts-expect-error between takes two values
({ integer: { between: [1] } }) satisfies KindsWhere;
// @ts-expect-error in takes a list
({ text: { in: "a" } }) satisfies KindsWhere;
// @ts-expect-error unknown operator
({ text: { contains: "a" } }) satisfies KindsWhere;
// @ts-expect-error unknown operator beside a known one
({ text: { eq: "a", equals: "a" } }) satisfies KindsWhere;
// @ts-expect-error unknown field
({ title: "a" }) satisfies KindsWhere;
// @ts-expect-error unknown field beside a known one
({ text: "a", title: "a" }) satisfies KindsWhere;
// @ts-expect-error without timestamps there is no createdAt
({ createdAt: "2026-01-01" }) satisfies PostsWhere;

// Combinations nest and stay typed.
({ and: [{ text: "a" }, { or: [{ number: 1 }, { not: { select: "red" } }] }] }) satisfies KindsWhere;
// @ts-expect-error and takes a list
({ and: { text: "a" } }) satisfies KindsWhere;
// @ts-expect-error not takes one filter
({ not: [{ text: "a" }] }) satisfies KindsWhere;
// @ts-expect-error unknown field, further in
({ or: [{ text: "a" }, { not: { title: "a" } }] }) satisfies KindsWhere;
// @ts-expect-error wrong value, further in
({ and: [{ or: [{ integer: { gt: "1" } }] }] }) satisfies KindsWhere;

// Paths into JSON: equality on scalars, existence.
({ "json.color": "red", "json.size.width": { neq: 3 }, "sureJson.on": true }) satisfies KindsWhere;
({ "json.color": { exists: true, in: ["red", 1, false] } }) satisfies KindsWhere;
// @ts-expect-error a path has no order
({ "json.size": { gt: 1 } }) satisfies KindsWhere;
// @ts-expect-error a path of a field that is not JSON
({ "text.color": "red" }) satisfies KindsWhere;
// @ts-expect-error a collection without JSON fields has no paths
({ "meta.color": "red" }) satisfies PostsWhere;

// Where the fields are only known at run time, every object is a filter.
expectTypeOf<PostsWhere>().toExtend<Where>();
({ anything: { goes: "here" } }) satisfies Where;
