import { expect, test } from "vitest";

import { entityTags, matchesAny, matchesStrongly } from "../../src/http/etag.ts";
import { fastest } from "../world/fastest.ts";

const tags = entityTags(new Uint8Array(32).fill(7));
const tag = tags.tag("posts", "018f4e1c-7a3b-7c3d-8e4f-0123456789ab", "742");
const other = tags.tag("posts", "018f4e1c-7a3b-7c3d-8e4f-0123456789ab", "743");

test("a tag is strong and quoted, and made of characters that need no escape", () => {
  expect(tag).toMatch(/^"[A-Za-z0-9_-]{22}"$/);
});

test("the same version of a document has the same tag, and nothing else has", () => {
  expect(tags.tag("posts", "018f4e1c-7a3b-7c3d-8e4f-0123456789ab", "742")).toBe(tag);
  const others = [
    other,
    tags.tag("pages", "018f4e1c-7a3b-7c3d-8e4f-0123456789ab", "742"),
    tags.tag("posts", "018f4e1c-7a3b-7c3d-8e4f-0123456789ac", "742"),
    entityTags(new Uint8Array(32).fill(8)).tag("posts", "018f4e1c-7a3b-7c3d-8e4f-0123456789ab", "742"),
  ];
  expect(new Set([tag, ...others]).size).toBe(5);
});

test("a tag does not show the version behind it", () => {
  const marked = tags.tag("posts", "a", "987654321");
  expect(Buffer.from(marked.slice(1, -1), "base64url").toString("latin1")).not.toContain("987654321");
  expect(marked).not.toContain("987654321");
});

test.each<[string, boolean, boolean]>([
  [tag, true, true],
  [`W/${tag}`, true, false],
  [`${other}, ${tag}`, true, true],
  [`${other},W/${tag}`, true, false],
  [`${other} ,\t${tag} `, true, true],
  [`"a",W/"b",${tag}`, true, true],
  ["*", true, true],
  [" * ", true, true],
  [other, false, false],
  [`W/${other}`, false, false],
  ["", false, false],
  [",", false, false],
  [tag.slice(1, -1), false, false],
  [tag.slice(1), false, false],
  [`'${tag.slice(1, -1)}'`, false, false],
  [`w/${tag}`, false, false],
  [`W/W/${tag}`, false, false],
  [`W/ ${tag}`, false, false],
  [`${tag}${tag}`, false, false],
  [`${tag};${other}`, false, false],
  [tag.toLowerCase() === tag ? tag.toUpperCase() : tag.toLowerCase(), false, false],
  ["**", false, false],
  [`${other}, *`, false, false],
  ["W/*", false, false],
])("RFC 9110 13.1 the header %s: If-None-Match %s, If-Match %s", (header, weakly, strongly) => {
  expect([matchesAny(header, tag), matchesStrongly(header, tag)]).toStrictEqual([weakly, strongly]);
});

test("T-DOS-08 of a very long list a bounded part is compared", () => {
  const many = Array(99).fill(other);
  expect(matchesAny([...many, tag].join(","), tag)).toBe(true);
  expect(matchesAny([...many, other, tag].join(","), tag)).toBe(false);
  const headers = [`${" ".repeat(15_000)}${tag}`, "W/".repeat(7_500), ",".repeat(15_000), '"'.repeat(15_000)];
  const time = fastest(() => {
    for (const header of headers) {
      matchesAny(header, tag);
      matchesStrongly(header, tag);
    }
  });
  expect(time).toBeLessThan(20);
});
