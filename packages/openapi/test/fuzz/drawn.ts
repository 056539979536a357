import {
  type AccessRule,
  type Collection,
  type Config,
  describe,
  type Field,
  type Plugin,
  type User,
} from "@lucent/core";
import { migrate } from "@lucent/migrate";
import fc from "fast-check";

import { openapi } from "../../src/index.ts";
import { configs, mark } from "../world/random.ts";
import { nobody } from "./accounts.ts";
import { serve } from "./application.ts";
import { Memory } from "./memory.ts";
import type { Fuzzed, Visitor } from "./run.ts";

const somebodysId = "0198f2c0-8a6b-7c3d-9e4f-5a6b7c8d9e0f";

/** Knows one caller. */
const knowing: Plugin = {
  name: "knowing",
  credentials: { header: { type: "apiKey", in: "header", name: "x-api-key" } },
  facts(request) {
    const isSomebody = request.headers.get("x-api-key") === somebodysId;
    return isSomebody ? { user: { id: somebodysId } satisfies User } : {};
  },
};

/** Applications of which nothing is known beforehand, made from a seed; one of no collections among them, now and then. */
export async function servedDrawn(server: string, seed: number): Promise<Fuzzed> {
  const config = describable(seed);
  const plugins = [migrate(), knowing, openapi({ title: "Drawn", view: "caller" })];
  const application = await serve(server, {
    ...config,
    collections: config.collections.map(answering),
    plugins,
  });
  const somebody: Visitor = {
    name: "somebody",
    weight: 5,
    home: "",
    headers: { "x-api-key": somebodysId },
    knows: {},
  };
  return {
    ...application,
    name: `the application of seed ${seed}`,
    visitors: [somebody, nobody],
    memory: new Memory(),
    secrets: { values: [], names: [mark] },
  };
}

/** The first that can be described: two columns may have one name. */
function describable(seed: number): Config {
  for (const { collections, api } of fc.sample(configs, { seed, numRuns: 50 })) {
    const config: Config = { collections, ...(api === undefined ? {} : { api }) };
    try {
      describe({ ...config, plugins: [knowing] });
      if (collections.length > 0) return config;
    } catch {
      // Another one then.
    }
  }
  throw new TypeError(`nothing can be described that is drawn from ${seed}`);
}

/** The same collection without rules that are waited for without an end: a request would be, too. */
function answering(collection: Collection): Collection {
  const { access, fields } = collection;
  return {
    ...collection,
    access: mapped(access ?? {}, settled),
    fields: mapped(fields, (field: Field) =>
      field.access === undefined ? field : { ...field, access: mapped(field.access, settled) },
    ),
  };
}

function settled<T extends AccessRule | undefined>(rule: T): T | false {
  return typeof rule === "function" && rule.toString().includes("new Promise") ? false : rule;
}

function mapped<T extends object>(record: T, change: (value: never) => unknown): T {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(value as never)]),
  ) as T;
}
