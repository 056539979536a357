import { describe, expect, test } from "vitest";

import { defaultPaths, linkOf, mailPathProblems } from "../../src/mail/link.ts";

describe("R-OT-5 links", () => {
  test("lead to the application's own pages, with the token in the query", () => {
    expect(linkOf("https://www.example.com", defaultPaths.reset, "a_-1")).toBe(
      "https://www.example.com/reset-password?token=a_-1",
    );
    expect(linkOf("http://localhost:3000", "/")).toBe("http://localhost:3000/");
  });

  test.each(["//evil.com/x", "https://evil.com", "\\\\evil.com", "@evil.com", ".evil.com", ":80@evil.com"])(
    "stay at the application whatever the page is: %s",
    (page) => {
      expect(new URL(linkOf("https://www.example.com", page, "t")).origin).toBe("https://www.example.com");
    },
  );

  test("hold the token and nothing else that could be meant by it", () => {
    const link = new URL(linkOf("https://www.example.com", "/a", "x&y=1#z"));
    expect([...link.searchParams]).toEqual([["token", "x&y=1#z"]]);
    expect(link.hash).toBe("");
  });
});

describe("the paths of an application", () => {
  test("may be any plain path", () => {
    expect(
      mailPathProblems({ verify: "/", reset: "/account/new-password.html", confirmEmail: "/a/b/c" }),
    ).toEqual([]);
  });

  test.each([
    "",
    "reset",
    "//evil.com",
    "/a//b",
    "/a/../b",
    "/a?b",
    "/a#b",
    "/a b",
    "https://evil.com/",
    "/ä",
  ])("are refused when they are more: %s", (path) => {
    expect(mailPathProblems({ reset: path })).toEqual([expect.stringContaining("paths.reset is not a path")]);
  });

  test("are refused by an unknown name", () => {
    expect(mailPathProblems(JSON.parse('{"rest":"/a","__proto__":"/b"}'))).toEqual([
      "paths.rest is not a page that mails lead to.",
      "paths.__proto__ is not a page that mails lead to.",
    ]);
  });
});
