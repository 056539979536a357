import { describe, expect, it } from "vitest";

import {
  filledCheckName,
  isTemporaryName,
  nextColumnName,
  nextConstraintName,
  nextIndexName,
  retiredIndexName,
  syncName,
  waitingName,
} from "../src/temporary.ts";

const check = { name: "posts_state_check", column: "state", options: ["draft", "done"] };
const key = {
  name: "posts_author_fkey",
  column: "author",
  references: "users",
  onDelete: "cascade",
} as const;
const long = "x".repeat(63);
const names = [
  nextIndexName("posts", "title"),
  retiredIndexName("posts", "title"),
  nextConstraintName("posts", check),
  nextConstraintName("posts", key),
  filledCheckName("posts", "title"),
  nextColumnName("posts", "title"),
  syncName("posts", "title"),
  waitingName("column", "posts.title"),
];

describe("temporary names", () => {
  it("L05 fit, whatever they stand for", () => {
    for (const name of [...names, nextIndexName(long, long), filledCheckName(long, long)]) {
      expect(name).toMatch(/^[a-z_][a-z0-9_]{0,62}$/);
      expect(isTemporaryName(name)).toBe(true);
    }
  });

  it("differ for whatever differs", () => {
    expect(new Set(names).size).toBe(names.length);
    expect(nextIndexName("posts", "title")).not.toBe(nextIndexName("posts_title", ""));
    expect(nextConstraintName("posts", check)).not.toBe(
      nextConstraintName("posts", { ...check, options: ["x"] }),
    );
    expect(nextConstraintName("posts", key)).not.toBe(
      nextConstraintName("posts", { ...key, onDelete: "restrict" }),
    );
  });

  it("are the same for the same, in whatever order options are", () => {
    const turned = { ...check, options: check.options.toReversed() };
    expect(nextConstraintName("posts", turned)).toBe(nextConstraintName("posts", check));
  });

  it.each(["lucent_managed", "lucent_next_idx", "posts_title_idx", "lucent_next_0123456"])(
    "do not look like %s",
    (name) => {
      expect(isTemporaryName(name)).toBe(false);
    },
  );
});
