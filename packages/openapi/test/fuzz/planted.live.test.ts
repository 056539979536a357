import { type Config, LucentError, type Plugin, type Route } from "@lucent/core";
import { expect, inject, test } from "vitest";

import { fuzz } from "./run.ts";
import { canary, servedShop } from "./shop.ts";

// What is planted, and what is said of it.
const expected = {
  "a status that is not documented": /GET \/api\/status 418: the status is not in the document/,
  "an answer of another shape": /GET \/api\/shape 200: the body is against required/,
  "a route that forgets to look who is calling":
    /GET \/api\/open 200: the document refuses the want of a credential/,
  "a failure that has no answer": /GET \/api\/failure 500: the status is 500/,
  "a hidden value in another field": /\/api\/goods.* 20[01]: a value that nobody reads is in it/,
  "a hidden name": /\/api\/goods.* 20[01]: the hidden name hiddenCost is in it/,
} as const;

const schema = { type: "object", required: ["a"] };
const document = { summary: "Planted", answers: { 200: { description: "Done.", schema } } };

function route(
  path: string,
  handle: Route["handle"],
  credentials: "optional" | "required" = "optional",
): Route {
  return {
    id: `planted.${path}`,
    method: "GET",
    path: `/${path}`,
    document: { ...document, credentials },
    handle,
  };
}

const routes: Plugin = {
  name: "planted",
  routes: () => [
    route("status", () => new Response(null, { status: 418 })),
    route("shape", () => Response.json({ b: 1 })),
    route("open", () => Response.json({ a: 1 }), "required"),
    route("failure", () => {
      throw new LucentError("INTERNAL");
    }),
  ],
};

function plant({ collections, plugins = [], ...config }: Config): Config {
  return {
    ...config,
    plugins: [...plugins, routes],
    collections: collections.map((each) =>
      each.slug === "goods"
        ? {
            ...each,
            hooks: { ...each.hooks, afterRead: [({ doc }) => ({ ...doc, text: canary, hiddenCost: "1" })] },
          }
        : each,
    ),
  };
}

function missing(faults: readonly string[]): readonly string[] {
  return Object.entries(expected).flatMap(([name, said]) =>
    faults.some((fault) => said.test(fault)) ? [] : [name],
  );
}

test("what is wrong on purpose is found", async () => {
  const application = await servedShop(inject("databaseUrl"), plant);
  try {
    const isEnough = (faults: readonly string[]): boolean => missing(faults).length === 0;
    const { faults } = await fuzz(application, { seed: 1, requests: 2_000, isEnough });
    expect(missing(faults)).toEqual([]);
  } finally {
    await application.stop();
  }
}, 120_000);
