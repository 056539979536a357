import { expect, test } from "vitest";

import { logLine } from "../src/logging.ts";

test("a line is one JSON object on one line, and what it holds comes back", () => {
  const line = logLine({
    message: 'a "quoted" \\ line\r\n\t\0',
    n: 1,
    ok: true,
    none: null,
    list: ["é", "😀"],
  });
  expect(line).not.toMatch(/[\r\n]/);
  expect(JSON.parse(line)).toStrictEqual({
    message: 'a "quoted" \\ line\r\n\t\0',
    n: 1,
    ok: true,
    none: null,
    list: ["é", "😀"],
  });
});

test("R-AU-2 nothing in a line can break it, hide in it or turn it round", () => {
  const ranges = [
    [0x00, 0x1f],
    [0x7f, 0x9f],
    [0x061c, 0x061c],
    [0x200b, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x206f],
    [0xd800, 0xdfff],
    [0xfeff, 0xfeff],
    [0xfff9, 0xfffb],
  ] as const;
  for (const [from, to] of ranges) {
    for (let code = from; code <= to; code += 1) {
      const text = `a${String.fromCharCode(code)}b`;
      const line = logLine({ [text]: text });
      expect([code, /^[\x20-\x7e]*$/.test(line)]).toStrictEqual([code, true]);
      expect(JSON.parse(line)).toStrictEqual({ [text]: text });
    }
  }
});
