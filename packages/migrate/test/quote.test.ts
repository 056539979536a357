import { describe, expect, it } from "vitest";

import { identifier, literal } from "../src/quote.ts";

describe("identifier", () => {
  it.each([
    ["posts", '"posts"'],
    ["Posts of mine", '"Posts of mine"'],
    ['a"b', '"a""b"'],
    ['"; drop table users; --', '"""; drop table users; --"'],
    ["user", '"user"'],
    ["größe", '"größe"'],
    ["a\\b", '"a\\b"'],
  ])("quotes %j", (name, quoted) => {
    expect(identifier(name)).toBe(quoted);
  });

  it.each(["", "a\0b", "\ud800"])("refuses %j", (name) => {
    expect(() => identifier(name)).toThrow(TypeError);
  });
});

describe("literal", () => {
  it.each([
    ["draft", "'draft'"],
    ["", "''"],
    ["it's", "'it''s'"],
    ["'); drop table users; --", "'''); drop table users; --'"],
    ["a\\", "E'a\\\\'"],
    ["\\'; drop table users; --", "E'\\\\''; drop table users; --'"],
    ["line\nbreak", "'line\nbreak'"],
    ["$$ $1 {}", "'$$ $1 {}'"],
  ])("quotes %j", (text, quoted) => {
    expect(literal(text)).toBe(quoted);
  });

  it.each(["a\0b", "\udc00"])("refuses %j", (text) => {
    expect(() => literal(text)).toThrow(TypeError);
  });
});
