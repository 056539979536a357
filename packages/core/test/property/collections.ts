import type { CollectionFacts, FieldFacts } from "./facts.ts";

/** Options of the select field; not in alphabetical order. */
export const options = ["published", "draft", "Zed", "a b", "émis"] as const;

/** The fields of each, as a user writes them. */
export const definition = {
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
  { name: "owner", kind: "relationship", nullable: true, to: "people" },
];

const stamps: readonly FieldFacts[] = ["createdAt", "updatedAt"].map((name) => ({
  name,
  kind: "date",
  nullable: false,
}));

/** The collections without relations that matter: every kind of field, and one collection per kind of default order. */
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
