import { describe, expect, it } from "vitest";

import { checkedOptions } from "../src/options.ts";

describe("checkedOptions", () => {
  it.each([
    ["(status = ANY (ARRAY['draft'::text, 'published'::text]))", ["draft", "published"]],
    ["(status = ANY (ARRAY['draft'::text]))", ["draft"]],
    ["(status = 'draft'::text)", ["draft"]],
    ["(status <@ ARRAY['draft'::text, 'it''s'::text])", ["draft", "it's"]],
    ["(status <@ ARRAY['draft'::text])", ["draft"]],
    [`("status" = ANY (ARRAY['it''s'::text, ''::text]))`, ["it's", ""]],
    ["(status = ANY (ARRAY['a'::text, ', ''x''::text])) or ('::text]))", ["a", ", 'x'::text])) or ("]],
    ["(status = ANY (ARRAY['new\nline'::text, 'back\\slash'::text]))", ["new\nline", "back\\slash"]],
  ])("reads %j", (expression, options) => {
    expect(checkedOptions(expression, "status")).toEqual(options);
  });

  it.each([
    "(lower(status) = ANY (ARRAY['draft'::text]))",
    "(other = ANY (ARRAY['draft'::text]))",
    "(status <> 'draft'::text)",
    "(status && ARRAY['draft'::text])",
    "(other <@ ARRAY['draft'::text])",
    "((status <@ ARRAY['a'::text]) OR (status <@ ARRAY['b'::text]))",
    "(length(status) < 5)",
    "((status = 'a'::text) OR (status = 'b'::text))",
    "((status = ANY (ARRAY['a'::text])) AND (status = ANY (ARRAY['b'::text])))",
    "(status = ANY (ARRAY['a'::text, upper('b'::text)]))",
  ])("does not take %j for a list of options", (expression) => {
    expect(checkedOptions(expression, "status")).toBeUndefined();
  });
});
