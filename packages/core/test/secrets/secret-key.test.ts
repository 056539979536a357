import { secretKey } from "@lucent/core/secrets";
import { describe, expect, test } from "vitest";

import { isSecretKey } from "../../src/secrets/secret-key.ts";

const parts = { scope: "user", owner: "7d0c", provider: "github", name: "refresh-token" };

describe("secretKey", () => {
  test("joins the four parts in their order", () => {
    expect(secretKey(parts)).toBe("user:7d0c:github:refresh-token");
    expect(secretKey({ ...parts, owner: "A.b_c-9" })).toBe("user:A.b_c-9:github:refresh-token");
    expect(secretKey({ ...parts, name: "a".repeat(128) })).toHaveLength(145);
  });

  const wrong = [
    "",
    "a:b",
    "7d0c:stripe:api-key",
    " a",
    "a ",
    "a\n",
    ".a",
    "-a",
    "ä",
    "a".repeat(129),
    undefined,
    null,
    7,
    ["a"],
  ];
  test.each(["scope", "owner", "provider", "name"] as const)(
    "refuses a %s that is none, and does not show it",
    (part) => {
      for (const text of wrong) {
        const given = { ...parts, [part]: text };
        expect([text, messageOf(() => secretKey(given))]).toStrictEqual([
          text,
          `the ${part} of a secret must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`,
        ]);
      }
    },
  );

  test("makes what the store takes, and nothing else is taken", () => {
    expect(isSecretKey(secretKey(parts))).toBe(true);
    const others: readonly unknown[] = [
      "",
      "a:b:c",
      "a:b:c:d:e",
      "a:b::d",
      "a:b:c:d\n",
      "a:b:c: d",
      ["a", "b", "c", "d"],
    ];
    expect(others.filter(isSecretKey)).toStrictEqual([]);
  });
});

function messageOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof TypeError ? error.message : error;
  }
}
