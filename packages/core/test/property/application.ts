import {
  type Access,
  type AccessRule,
  type Collection,
  type Config,
  defineCollection,
  defineConfig,
  type Fields,
  type FieldRule,
  type Plugin,
  type RuleResult,
  type User,
} from "@lucent/core";

import { collections, definition } from "./collections.ts";
import type { Collections } from "./facts.ts";
import { graph } from "./graph.ts";
import type { ReadRules, Rulebook } from "./sight.ts";

/** Every collection that is queried. `people` is only referred to: nobody may read it. */
export const everyCollection: Collections = new Map(
  [...collections, ...graph, { slug: "people", table: "people", fields: [], defaultSort: ["id"] }].map(
    (each) => [each.slug, each],
  ),
);

/** Every rule answers what its caller brings along, so that each case has rules of its own. */
function brought(slug: string, find: (rules: ReadRules) => unknown): AccessRule & FieldRule {
  return ({ user }: { readonly user: User | null }): RuleResult => {
    const rules = (user?.["rules"] as Rulebook | undefined)?.[slug];
    return (rules === undefined ? false : find(rules)) as RuleResult;
  };
}

function accessOf(slug: string, softDelete: boolean): Access {
  const read = brought(slug, (rules) => rules.read);
  const readDeleted = brought(slug, (rules) => rules.readDeleted ?? false);
  return softDelete ? { read, readDeleted } : { read };
}

function ruled(slug: string, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      { ...field, access: { read: brought(slug, ({ fields: of }) => of?.[name] ?? true) } },
    ]),
  );
}

/** Over HTTP the caller comes in a header. */
const callers: Plugin = {
  name: "callers",
  async facts(request) {
    const rules = request.headers.get("x-rules");
    return rules === null ? {} : { user: { id: "caller", rules: JSON.parse(decodeURIComponent(rules)) } };
  },
};

/** The application under test. */
export function configuration(url: string): Config {
  const plain = { fields: definition, access: accessOf("plain", false) };
  return defineConfig({
    database: { url },
    logger: false,
    plugins: [callers],
    collections: [
      defineCollection({ slug: "people", fields: {} }),
      defineCollection({ slug: "plain", ...plain }),
      defineCollection({ slug: "stamped", ...plain, access: accessOf("stamped", false), timestamps: true }),
      defineCollection({
        slug: "hand-ordered",
        ...plain,
        access: accessOf("hand-ordered", false),
        timestamps: true,
        defaultSort: ["status", "-score"],
      }),
      ...graph.map(({ slug, softDelete, definition: fields, defaultSort }): Collection => ({
        slug,
        fields: ruled(slug, fields),
        access: accessOf(slug, softDelete),
        softDelete,
        defaultSort: defaultSort.slice(0, -1),
      })),
    ],
  });
}
