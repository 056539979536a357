import { defineCollection, defineConfig } from "@lucent/core";
import { expect, test } from "vitest";

test("definitions come back as they were written, unchecked", () => {
  const options = { slug: "NOT A SLUG", fields: { title: { type: "text" } } } as const;
  const collection = defineCollection(options);
  expect(collection).toBe(options);
  const config = { collections: [collection] } as const;
  expect(defineConfig(config)).toBe(config);
});
