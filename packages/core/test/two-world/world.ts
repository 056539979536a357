import {
  type Collection,
  type Config,
  defineConfig,
  describe,
  type Fields,
  type Hooks,
  lucent,
  type Lucent,
  type Plugin,
  type RuleResult,
} from "@lucent/core";
import { createTestDatabase } from "@lucent/core/testing";
import postgres from "postgres";

import type { Stock } from "../property/facts.ts";
import type { RuleAnswer } from "../property/sight.ts";
import { store } from "../property/store.ts";
import { createTables } from "../world/create-tables.ts";
import type { AllRules, Principal } from "./rules.ts";
import type { DrawnCollection } from "./schema.ts";

/** One of the two worlds: an application over a database of its own. */
export interface World {
  /** Replaces all data, and whose rules hold. */
  begin(stock: Stock, caller: Principal): Promise<void>;
  handle(request: Request): Promise<Response>;
  stop(): Promise<void>;
}

/** A defect that is put into an application on purpose: the rules that it takes for the caller's, or a hook. */
export interface Leak {
  readonly rules?: (rules: AllRules) => AllRules;
  readonly hooks?: Hooks;
}

/** The header that a signed-in caller sends. */
export const callerHeader = "x-caller";

const callers: Plugin = {
  name: "callers",
  async facts(request) {
    return request.headers.get(callerHeader) === null ? {} : { user: { id: "caller" } };
  },
};

/** Starts one world. Its tables are made anew, since each schema is drawn. */
export async function startWorld(
  server: string,
  schema: readonly DrawnCollection[],
  leak: Leak = {},
): Promise<World> {
  let caller: Principal | undefined;
  const rulesOf = (slug: string): AllRules | undefined => {
    const rules = caller?.rules[slug];
    return rules === undefined ? undefined : (leak.rules?.(rules) ?? rules);
  };
  const collections = schema.map((each) => collectionOf(each, rulesOf));
  const database = await createTestDatabase({
    url: server,
    template: "two_worlds",
    prepare: async () => undefined,
  });
  await createTables(database.url, describe({ collections }));
  const plugin = await lucent(configuration(database.url, collections, leak.hooks));
  const engine: Lucent = plugin.decorator.lucent;
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const bySlug = new Map(schema.map((each) => [each.slug, each]));
  return {
    async begin(stock, next) {
      caller = next;
      await store(sql, bySlug, stock);
    },
    handle: (request) => engine.handle(request),
    async stop() {
      await engine.stop();
      await sql.end();
      await database.drop();
    },
  };
}

function configuration(url: string, collections: readonly Collection[], hooks: Hooks = {}): Config {
  return defineConfig({
    database: { url, max: 2 },
    logger: false,
    plugins: [callers],
    hooks,
    collections,
  });
}

function collectionOf(
  { slug, drawn, softDelete, timestamps, defaultSort }: DrawnCollection,
  rulesOf: (slug: string) => AllRules | undefined,
): Collection {
  const answer = (find: (rules: AllRules) => RuleAnswer | undefined) => (): RuleResult => {
    const rules = rulesOf(slug);
    return rules === undefined ? false : (find(rules) ?? false);
  };
  const fields: Fields = Object.fromEntries(
    drawn.map(({ name, definition }) => [
      name,
      {
        ...definition,
        access: {
          read: answer((rules) => rules.fields?.[name] ?? true),
          create: answer((rules) => rules.writes[name]?.create ?? true),
          update: answer((rules) => rules.writes[name]?.update ?? true),
        },
      },
    ]),
  );
  return {
    slug,
    fields,
    softDelete,
    timestamps,
    defaultSort: defaultSort.length === 1 ? "id" : defaultSort.slice(0, -1),
    access: {
      read: answer((rules) => rules.read),
      create: answer((rules) => rules.create),
      update: answer((rules) => rules.update),
      delete: answer((rules) => rules.delete),
      ...(softDelete ? { readDeleted: answer((rules) => rules.readDeleted) } : {}),
    },
  };
}
