import { expect, test } from "vitest";

import { isProduction, readEnvironment } from "../../src/blueprint/environment.ts";

test("only the known variables are read, and an empty one counts as unset", () => {
  expect(
    readEnvironment({
      DATABASE_URL: "postgres://x",
      API_URL: "",
      APP_URL: undefined,
      HOME: "/",
      NODE_ENV: "test",
    }),
  ).toStrictEqual({ DATABASE_URL: "postgres://x", NODE_ENV: "test" });
});

test("only NODE_ENV=production is a production start", () => {
  const answers = ["production", "Production", "prod", "test", ""].map((NODE_ENV) =>
    isProduction(readEnvironment({ NODE_ENV })),
  );
  expect(answers).toStrictEqual([true, false, false, false, false]);
  expect(isProduction({})).toBe(false);
});
