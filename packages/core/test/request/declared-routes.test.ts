import { declaredRoutes, describe, type Plugin } from "@lucent/core";
import { expect, test } from "vitest";

const mail: Plugin = {
  name: "mail",
  health: async () => undefined,
  routes: ({ prefix }) => [
    { id: "mail.a", method: "GET", path: "/mail", handle: () => new Response(prefix) },
    { id: "mail.b", method: "POST", path: "/mail", handle: () => new Response(prefix) },
  ],
};

test("the engine's routes come first, then those of each plugin", () => {
  const declared = declaredRoutes(describe({ collections: [], plugins: [{ name: "quiet" }, mail] }));
  expect(declared.map(({ owner, route }) => [owner, route.id])).toStrictEqual([
    ["lucent", "health.live"],
    ["lucent", "health.ready"],
    ["mail", "mail.a"],
    ["mail", "mail.b"],
  ]);
});

test("readiness says what it asks: the database, and the plugins that have something to say", () => {
  const declared = declaredRoutes(describe({ collections: [], plugins: [{ name: "quiet" }, mail] }));
  const ready = declared.find(({ route }) => route.id === "health.ready");
  expect(ready?.route.document?.answers[503]).toMatchObject({
    schema: { properties: { checks: { required: ["database", "mail"] } } },
    example: { status: "unavailable", checks: { database: "unavailable", mail: "unavailable" } },
  });
});
