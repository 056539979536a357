import type { Facts, Plugin, Services } from "@lucent/core";
import { expect, test } from "vitest";

import { LucentError } from "../../src/errors.ts";
import { factsReader } from "../../src/request/facts.ts";

const services = {} as Services;
const request = new Request("http://a/");
const knows = (name: string, facts: Facts, asked: string[] = []): Plugin => ({
  name,
  facts: async () => {
    asked.push(name);
    return facts;
  },
});

test("the first plugin that knows a user wins, and later ones are not asked", async () => {
  const asked: string[] = [];
  const plugins = [
    { name: "silent" },
    knows("a", {}, asked),
    knows("b", { user: null }, asked),
    knows("c", { user: { id: "c" } }, asked),
    knows("d", { user: { id: "d" } }, asked),
  ];
  expect(await factsReader(plugins, services)(request)).toStrictEqual({ user: { id: "c" } });
  expect(asked).toStrictEqual(["a", "b", "c"]);
});

test("without a user the caller is anonymous", async () => {
  expect(await factsReader([knows("a", { user: null })], services)(request)).toStrictEqual({});
  expect(await factsReader([], services)(request)).toStrictEqual({});
});

test("what a plugin throws is passed on", async () => {
  const plugin: Plugin = { name: "a", facts: () => Promise.reject(new LucentError("UNAUTHENTICATED")) };
  await expect(factsReader([plugin], services)(request)).rejects.toThrow("Authentication required");
});
