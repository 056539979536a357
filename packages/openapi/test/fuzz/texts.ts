import * as fc from "fast-check";

/** Stands in texts that must never come back in a problem. It fits no name of a field, so that not even a path may carry it. */
export const marker = "mark!ed";

const injections = [
  "' OR 1=1--",
  '"; drop table posts;--',
  "'; select pg_sleep(9)--",
  "$1",
  String.raw`\\'`,
  "%",
  "_",
  "{{7*7}}",
  "${7*7}",
  "<script>alert(1)</script>",
  "../../etc/passwd",
  "[object Object]",
  "null",
  "undefined",
  "\u202e\ufeff",
  "💩",
  "e\u0301",
  "\u2028",
] as const;

/** Texts that a database can store, plain ones and such as trouble parsers, with a length in code points. */
export function storableText(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const most = Math.min(maxLength, Math.max(minLength, 24));
  const plain = fc.string({ minLength, maxLength: most });
  const wide = fc
    .array(fc.constantFrom("ä", "ß", "é", "字", "💩", "a", "Z", "9", " ", "-"), {
      minLength,
      maxLength: most,
    })
    .map((letters) => letters.join(""));
  const fitting = injections.filter((text) => isOfLength(text, minLength, maxLength));
  const atBound =
    maxLength <= 10_000 ? [fc.constant("m".repeat(maxLength)), fc.constant("n".repeat(minLength))] : [];
  return fc.oneof(
    { weight: 8, arbitrary: plain },
    { weight: 3, arbitrary: wide },
    ...(fitting.length === 0 ? [] : [{ weight: 3, arbitrary: fc.constantFrom(...fitting) }]),
    ...atBound.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
}

/** Texts that should be refused wherever they are sent, or do nothing. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...injections).map((text) => `${text}${marker}`),
  fc.constantFrom(
    "",
    " ",
    "\0",
    `a\0${marker}`,
    "\ud800",
    "\udfffx",
    "\u001f",
    "\u0085",
    "\r\nX-Injected: yes",
  ),
  fc.constantFrom("x".repeat(300), "ﷺ".repeat(80), "9".repeat(400), "-", "NaN", "1e999", "0x10", "true"),
);

/** Names that objects of JavaScript have by themselves, and others that no document has. */
export const strangeName: fc.Arbitrary<string> = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "then",
  "toJSON",
  "surplusName",
  "$where",
  "a.b",
  `x${marker}`,
  "",
);

/** Whether a text has a length in code points, as JSON Schema and the engine count. */
export function isOfLength(text: string, minLength: number, maxLength: number): boolean {
  const { length } = Array.from(text);
  return length >= minLength && length <= maxLength;
}
