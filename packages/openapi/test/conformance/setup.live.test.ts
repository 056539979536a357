import { LucentError, type Plugin } from "@lucent/core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { serveShop, type Shop, shopDatabase } from "../world/served.ts";

// That the comparison is on, and fails the test in which something else was answered.
let database: Awaited<ReturnType<typeof shopDatabase>>;
let shop: Shop;

const answers: ReadonlyMap<string, () => Response> = new Map([
  ["right", () => Response.json({ name: "a" })],
  ["more", () => Response.json({ name: "a", more: "b" })],
  ["type", () => Response.json({ name: 1 })],
  ["status", () => Response.json({ name: "a" }, { status: 201 })],
  ["text", () => new Response("a")],
]);

const planted: Plugin = {
  name: "planted",
  routes: () => [
    {
      id: "planted.answer",
      method: "GET",
      path: "/planted/{name}",
      document: {
        summary: "Answers as it is told",
        answers: {
          200: {
            description: "What is right.",
            schema: { type: "object", properties: { name: { type: "string" } } },
          },
        },
      },
      handle({ params }) {
        const answer = answers.get(params.get("name") ?? "");
        if (answer === undefined) throw new LucentError("CONFLICT");
        return answer();
      },
    },
  ],
};

beforeAll(async () => {
  database = await shopDatabase(inject("databaseUrl"));
  shop = await serveShop(database.url, {}, { plugins: [planted] });
});

afterAll(async () => {
  await shop.stop();
  await database.drop();
});

const reached: string[] = [];

/** Asks, and gets what was planted: the answer itself is let pass. */
async function ask(name: string, status: number): Promise<void> {
  const answered = await shop.ask(`/api/planted/${name}`);
  if (answered.status === status) reached.push(name);
}

test("an answer that is as the document says is let pass", async () => {
  await ask("right", 200);
  expect(reached).toEqual(["right"]);
});

describe("a test fails where an answer", () => {
  test.fails("has a member that is not documented", () => ask("more", 200));
  test.fails("has a member of another type", () => ask("type", 200));
  test.fails("has a status that is not documented", () => ask("status", 201));
  test.fails("has a content type that is not documented", () => ask("text", 200));
  test.fails("is a problem that is not documented", () => ask("conflict", 409));
});

test("and not for want of the answer", () => {
  expect(reached).toEqual(["right", "more", "type", "status", "text", "conflict"]);
});
