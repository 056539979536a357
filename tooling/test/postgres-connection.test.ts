import { expect, test } from "vitest";

import { maskUrl } from "../services/postgres-connection.ts";

test.each([
  ["postgres://ann:secret@db.example/app", "postgres://ann:***@db.example/app"],
  ["postgres://db.example/app?user=ann&password=secret", "postgres://db.example/app?user=ann&password=***"],
  ["postgres://db.example/app", "postgres://db.example/app"],
  ["secret text that is no URL", "not shown"],
])("%s is shown as %s", (url, shown) => {
  expect(maskUrl(url)).toBe(shown);
});
