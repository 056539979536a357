// How long the document of a large application takes: `node --conditions=lucent-source bench/document.ts`.
import { type Collection, describe } from "@lucent/core";

import { buildDocument, publicView } from "../src/index.ts";

const count = 200;
const rounds = 15;

const collections = Array.from({ length: count }, (_, at): Collection => ({
  slug: `things-${at}`,
  fields: {
    title: { type: "text", required: true, maxLength: 200, searchable: true },
    slug: { type: "text", unique: true, pattern: "^[a-z0-9-]+$" },
    body: { type: "textarea" },
    status: { type: "select", options: ["draft", "published"], required: true, default: "draft" },
    tags: { type: "multiselect", options: ["a", "b", "c"] },
    price: { type: "decimal", precision: 8, scale: 2 },
    stock: { type: "integer", min: 0 },
    rating: { type: "number", min: 0, max: 5 },
    isOpen: { type: "boolean", default: false },
    dueAt: { type: "date" },
    meta: { type: "json" },
    note: { type: "text", access: { read: ({ user }) => user !== null } },
    next: { type: "relationship", to: `things-${(at + 1) % count}` },
    others: { type: "relationship", to: `things-${(at + 7) % count}`, hasMany: true },
  },
  access: {
    read: () => ({ status: "published" }),
    create: true,
    update: true,
    delete: async ({ user }) => user !== null,
  },
  timestamps: true,
  softDelete: at % 2 === 0,
}));

const blueprint = describe({ collections });
const times: number[] = [];
let size = 0;
for (let round = 0; round < rounds; round += 1) {
  const started = performance.now();
  const document = buildDocument(blueprint, { view: await publicView(blueprint) });
  times.push(performance.now() - started);
  size = JSON.stringify(document).length;
}
const [first = 0, ...later] = times;
const median = later.toSorted((left, right) => left - right)[Math.floor(later.length / 2)] ?? 0;
process.stdout.write(
  `${count} collections, ${Math.round(size / 1_024)} KiB: ${first.toFixed(0)} ms at first, then ${median.toFixed(0)} ms\n`,
);
// Generous: what is asked of a calm machine is 150.
if (first > 1_500) throw new Error("the document takes far too long");
