import type { ColumnDefault, ColumnType } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { isSameDefault } from "../src/default-value.ts";
import { column } from "./world/tables.ts";

function same(type: ColumnType, wanted: ColumnDefault | undefined, found: string | undefined): boolean {
  return isSameDefault(column("a", { type, ...(wanted === undefined ? {} : { default: wanted }) }), found);
}

const now = { call: "now" } as const;
const randomId = { call: "gen_random_uuid" } as const;
const moment = "timestamp(3) with time zone";

describe("isSameDefault", () => {
  it.each<readonly [ColumnType, string, string]>([
    ["text", "x", "'x'::text"],
    ["text", "x", "E'x'::text"],
    ["text", "x", "('x'::character varying)::text"],
    ["text", "x", "'x'::character varying"],
    ["text", "", "''::text"],
    ["text", "it's", "'it''s'::text"],
    ["text", String.raw`a\b`, String.raw`'a\b'::text`],
    ["text", String.raw`a\b`, String.raw`E'a\\b'::text`],
    ["text", "'::text", "'''::text'::text"],
    ["text", "a\nb", "'a\nb'::text"],
    ["bigint", "0", "0"],
    ["bigint", "-1", "'-1'::integer"],
    ["bigint", "-1", "(-1)"],
    ["bigint", "9007199254740991", "'9007199254740991'::bigint"],
    ["integer", "5", "(5)::smallint"],
    ["double precision", "0.1", "0.1"],
    ["double precision", "-0.5", "'-0.5'::numeric"],
    ["double precision", "1e+21", "'1e+21'::double precision"],
    ["double precision", "2", "(2)::double precision"],
    ["numeric", "1.50", "1.50"],
    ["numeric", "1.5", "1.50"],
    ["numeric", "100", "100.0"],
    ["numeric(10,2)", "1.50", "(1.5)::numeric(10,2)"],
    ["numeric(10,2)", "-0.10", "'-0.1'::numeric"],
    ["numeric", "0", "0.00"],
    ["boolean", "true", "true"],
    ["boolean", "false", "'f'::boolean"],
    ["jsonb", '{"b":[1,2],"a":"x"}', `'{"a": "x", "b": [1, 2]}'::jsonb`],
    ["jsonb", "[]", "('[]'::json)::jsonb"],
    ["jsonb", '"it\'s"', `'"it''s"'::jsonb`],
    ["text[]", "{}", "'{}'::text[]"],
    ["text[]", "{}", "ARRAY[]::text[]"],
    ["text[]", '{"a","b c"}', "'{a,\"b c\"}'::text[]"],
    ["text[]", '{"a","b"}', "ARRAY['a'::text, 'b'::text]"],
    ["text[]", '{"a"}', "(ARRAY['a'::character varying])::text[]"],
    ["text[]", String.raw`{"a \"b\"","c\\d","it's"}`, String.raw`'{"a \"b\"","c\\d",it''s}'::text[]`],
    ["uuid", "0190B0B6-0000-7000-8000-000000000000", "'0190b0b6-0000-7000-8000-000000000000'::uuid"],
    [moment, "2026-01-01T00:00:00.000Z", "'2026-01-01 00:00:00+00'::timestamp with time zone"],
    [moment, "2026-01-01T00:00:00.120Z", "'2026-01-01 00:00:00.12+00'::timestamp(3) with time zone"],
    [moment, "0001-01-01T00:00:00.000Z", "'0001-01-01 00:00:00+00'::timestamp with time zone"],
  ])("takes the %s %j for %j", (type, value, found) => {
    expect(same(type, { value }, found)).toBe(true);
  });

  it.each<readonly [ColumnType, string, string | undefined]>([
    ["text", "x", undefined],
    ["text", "NULL", "NULL::text"],
    ["text", "x", "'y'::text"],
    ["text", "x", "'X'::text"],
    ["text", "x", "lower('x'::text)"],
    ["text", "x", "('x'::text || 'y'::text)"],
    ["text", "x", "('x'::text"],
    ["text", "x", "'x'::text)"],
    ["text", "x", "'x'::text COLLATE \"C\""],
    ["text", "xy", "('xyz'::character varying(2))::text"],
    ["text", "now()", "now()"],
    ["bigint", "1", "(1 + 0)"],
    ["bigint", "2", "nextval('posts_seq'::regclass)"],
    ["bigint", "1", "'-1'::integer"],
    ["bigint", "1", "(1.4)::bigint"],
    ["double precision", "1.7", "(1.7)::integer"],
    ["double precision", "0", "'NaN'::double precision"],
    ["double precision", "0", "''::double precision"],
    ["numeric", "1.5", "1.6"],
    ["numeric", "10", "1"],
    ["numeric", "0.1", "(0.1)::double precision"],
    ["boolean", "true", "false"],
    ["jsonb", "[1,2]", "'[2, 1]'::jsonb"],
    ["jsonb", "1", "'\"1\"'::jsonb"],
    ["text[]", "{}", "ARRAY[NULL::text]"],
    ["text[]", '{"a"}', "'{{a}}'::text[]"],
    ["text[]", '{"a","b"}', "ARRAY['b'::text, 'a'::text]"],
    ["text[]", '{"NULL"}', "'{NULL}'::text[]"],
    [moment, "2026-01-01T00:00:00.000Z", "'2026-01-01 00:00:00'::timestamp without time zone"],
    [moment, "2026-01-01T00:00:00.000Z", "'2026-01-01 00:00:00+02'::timestamp with time zone"],
    [moment, "2026-01-01T00:00:00.000Z", "'2026-01-01 00:00:01+00'::timestamp with time zone"],
  ])("does not take the %s %j for %j", (type, value, found) => {
    expect(same(type, { value }, found)).toBe(false);
  });

  it.each([
    "now()",
    "CURRENT_TIMESTAMP",
    "CURRENT_TIMESTAMP(3)",
    "transaction_timestamp()",
    "(now())::timestamp(3) with time zone",
  ])("takes now for %j", (found) => {
    expect(same(moment, now, found)).toBe(true);
  });

  it.each([
    "clock_timestamp()",
    "CURRENT_TIMESTAMP(0)",
    "(now())::date",
    "evil.now()",
    "(now() + '1 day'::interval)",
    "LOCALTIMESTAMP",
    "'now'::text",
  ])("does not take now for %j", (found) => {
    expect(same(moment, now, found)).toBe(false);
  });

  it("tells the two functions apart", () => {
    expect(same("uuid", randomId, "gen_random_uuid()")).toBe(true);
    expect(same("uuid", randomId, "now()")).toBe(false);
    expect(same("uuid", randomId, "evil.gen_random_uuid()")).toBe(false);
  });

  it("takes no default, and one of null, for none", () => {
    expect(same("text", undefined, undefined)).toBe(true);
    expect(same("text", undefined, "NULL::text")).toBe(true);
    expect(same("text", undefined, "(NULL::character varying)::text")).toBe(true);
    expect(same("text", undefined, "'NULL'::text")).toBe(false);
    expect(same("text", undefined, "lower('x'::text)")).toBe(false);
  });
});
