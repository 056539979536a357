import {
  type Config,
  defineCollection,
  defineConfig,
  type Plugin,
  type RuleResult,
  type User,
} from "@lucent/core";

/** What a value means when it is compared. */
export type Kind =
  | "text"
  | "number"
  | "integer"
  | "decimal"
  | "boolean"
  | "date"
  | "select"
  | "id"
  | "json"
  | "relationship";

/** A field as the generator and the reference evaluator know it; written by hand, not derived from the engine. */
export interface FieldFacts {
  readonly name: string;
  readonly kind: Kind;
  readonly nullable: boolean;
  /** Digits behind the point that a decimal column always shows. */
  readonly scale?: number;
}

/** A collection as the generator and the reference evaluator know it. */
export interface CollectionFacts {
  readonly slug: string;
  readonly table: string;
  readonly fields: readonly FieldFacts[];
  /** The order of a list that does not ask for one, tie-break included. */
  readonly defaultSort: readonly string[];
}

/** Options of the select field; not in alphabetical order. */
export const options = ["published", "draft", "Zed", "a b", "émis"] as const;

const definition = {
  title: { type: "text" },
  name: { type: "text", required: true },
  body: { type: "textarea" },
  mail: { type: "email" },
  score: { type: "number" },
  weight: { type: "number", required: true },
  rank: { type: "integer" },
  level: { type: "integer", required: true },
  price: { type: "decimal" },
  fee: { type: "decimal", precision: 12, scale: 3 },
  done: { type: "boolean" },
  due: { type: "date" },
  status: { type: "select", options },
  meta: { type: "json" },
  owner: { type: "relationship", to: "people" },
} as const;

const own: readonly FieldFacts[] = [
  { name: "id", kind: "id", nullable: false },
  { name: "title", kind: "text", nullable: true },
  { name: "name", kind: "text", nullable: false },
  { name: "body", kind: "text", nullable: true },
  { name: "mail", kind: "text", nullable: true },
  { name: "score", kind: "number", nullable: true },
  { name: "weight", kind: "number", nullable: false },
  { name: "rank", kind: "integer", nullable: true },
  { name: "level", kind: "integer", nullable: false },
  { name: "price", kind: "decimal", nullable: true },
  { name: "fee", kind: "decimal", nullable: true, scale: 3 },
  { name: "done", kind: "boolean", nullable: true },
  { name: "due", kind: "date", nullable: true },
  { name: "status", kind: "select", nullable: true },
  { name: "meta", kind: "json", nullable: true },
  { name: "owner", kind: "relationship", nullable: true },
];

const stamps: readonly FieldFacts[] = ["createdAt", "updatedAt"].map((name) => ({
  name,
  kind: "date",
  nullable: false,
}));

/** The collections that are queried: one per kind of default order. */
export const collections: readonly CollectionFacts[] = [
  { slug: "plain", table: "plain", fields: own, defaultSort: ["id"] },
  { slug: "stamped", table: "stamped", fields: [...own, ...stamps], defaultSort: ["-createdAt", "-id"] },
  {
    slug: "hand-ordered",
    table: "hand_ordered",
    fields: [...own, ...stamps],
    defaultSort: ["status", "-score", "-id"],
  },
];

/** The rule of every collection is whatever its caller brings along, so that each case has its own. */
function broughtRule({ user }: { readonly user: User | null }): RuleResult {
  return user === null ? false : (user["rule"] as RuleResult);
}

/** Over HTTP the caller comes in a header. */
const callers: Plugin = {
  name: "callers",
  async facts(request) {
    const rule = request.headers.get("x-rule");
    return rule === null ? {} : { user: { id: "caller", rule: JSON.parse(decodeURIComponent(rule)) } };
  },
};

/** The application under test. */
export function configuration(url: string): Config {
  const access = { read: broughtRule };
  return defineConfig({
    database: { url },
    logger: false,
    plugins: [callers],
    collections: [
      defineCollection({ slug: "people", fields: {} }),
      defineCollection({ slug: "plain", fields: definition, access }),
      defineCollection({ slug: "stamped", fields: definition, access, timestamps: true }),
      defineCollection({
        slug: "hand-ordered",
        fields: definition,
        access,
        timestamps: true,
        defaultSort: ["status", "-score"],
      }),
    ],
  });
}
