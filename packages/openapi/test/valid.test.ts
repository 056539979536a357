import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { type Blueprint, type Config, describe, isBootError } from "@lucent/core";
import fc from "fast-check";
import { expect, test } from "vitest";

import { buildDocument, publicView } from "../src/index.ts";
import { configs, mark } from "./world/random.ts";
import { documentProblems, lintProblems, schemaProblems } from "./world/validators.ts";

/** A document that may be spoilt. */
interface Planted {
  readonly paths: Record<string, unknown>;
  readonly components: Readonly<Record<"schemas" | "parameters", Record<string, unknown>>>;
}

const readable = { slug: "a", fields: {}, access: { read: true } } as const;

const long = process.env["LUCENT_LONG"] === "1";

async function documentOf(config: Config) {
  const blueprint = describe(config);
  return buildDocument(blueprint, { view: await publicView(blueprint) });
}

test("two validators accept the document of an application without collections", async () => {
  expect(await documentProblems(await documentOf({ collections: [] }))).toStrictEqual([]);
});

test("they accept that of the example", async () => {
  const file = resolve(import.meta.dirname, "../../../apps/example/src/lucent.config.ts");
  const example = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default: Config };
  const document = await documentOf(example.default);
  expect(Object.keys(document.paths)).toContain("/api/places/{id}");
  expect(await documentProblems(document)).toStrictEqual([]);
});

/** `undefined` for a configuration that could not be started either. */
function described(config: Config): Blueprint | undefined {
  try {
    return describe(config);
  } catch (error) {
    if (isBootError(error)) return undefined;
    throw error;
  }
}

test("they accept those of random applications", { timeout: 120_000 }, async () => {
  let seen = 0;
  const property = fc.asyncProperty(configs, async (config) => {
    const blueprint = described(config);
    fc.pre(blueprint !== undefined);
    const document = buildDocument(blueprint, { view: await publicView(blueprint) });
    seen += Object.keys(document.paths).length;
    expect(await documentProblems(document)).toStrictEqual([]);
    expect(JSON.stringify(document)).not.toContain(mark);
  });
  await fc.assert(property, { numRuns: long ? 1_000 : 100 });
  expect(seen).toBeGreaterThan(300);
});

/** Ways to spoil a document, each with the validator that finds it. */
const spoilt: readonly (readonly [string, (document: Planted) => void, typeof lintProblems])[] = [
  ["a method that there is none of", ({ paths }) => void (paths["/a"] = { fetch: {} }), schemaProblems],
  [
    "a parameter without a schema",
    ({ components }) => void (components.parameters["Page"] = { name: "page", in: "query" }),
    schemaProblems,
  ],
  [
    "a type that there is none of",
    ({ components }) => void (components.schemas["Count"] = { type: "text" }),
    lintProblems,
  ],
  [
    "a reference to nothing",
    ({ components }) => void (components.schemas["Count"] = { $ref: "#/components/schemas/Nothing" }),
    lintProblems,
  ],
  [
    "an example that does not fit",
    ({ components }) => void (components.schemas["Count"] = { type: "object", examples: ["1"] }),
    lintProblems,
  ],
  [
    "a parameter that no path has",
    ({ paths }) => void (paths["/api/a/b"] = paths["/api/a/{id}"]),
    lintProblems,
  ],
];

test.each(spoilt)("they find %s", async (_, spoil, find) => {
  const document = structuredClone(await documentOf({ collections: [readable] }));
  spoil(document);
  expect(await find(document)).not.toStrictEqual([]);
});
