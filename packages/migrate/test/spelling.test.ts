import { searchVector } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { spelling } from "../src/spelling.ts";

describe("spelling", () => {
  it.each([
    [searchVector(["title"]), `to_tsvector('simple'::regconfig, "left"(COALESCE(title, ''::text), 100000))`],
    [
      searchVector(["title", "order"]),
      `to_tsvector('simple'::regconfig, "left"(((COALESCE(title, ''::text) || ' '::text) || COALESCE("order", ''::text)), 100000))`,
    ],
    ["deleted_at is null", "(deleted_at IS NULL)"],
  ])("is the same for %j and %j", (wanted, found) => {
    expect(spelling(found)).toBe(spelling(wanted));
  });

  it.each([
    ["coalesce(a, '') || ' ' || b", "((COALESCE(a, ''::text) || ''::text) || b)"],
    ["a = 'X'", "(a = 'x'::text)"],
    ["a = '(x)'", "(a = 'x'::text)"],
    ["deleted_at is null", "(deleted_at IS NOT NULL)"],
    ["a is null", "(b IS NULL)"],
  ])("differs for %j and %j", (wanted, found) => {
    expect(spelling(found)).not.toBe(spelling(wanted));
  });
});
