import type { Collection, Config, Field, Fields } from "@lucent/core";
import fc from "fast-check";

import { routing, signIn } from "./plugins.ts";

const fieldName = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/).filter((name) => !reserved.has(name));
const reserved = new Set(["id", "and", "or", "not", "constructor", "prototype"]);
const slug = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,10}$/)
  .filter((name) => !/^(?:batch|files|health|docs|openapi|lucent.*)$/.test(name));
const words = { description: fc.string().map((text) => `About ${text}`), deprecated: fc.boolean() };
const required = fc.boolean();
const hidden = fc.boolean();
const option = fc.stringMatching(/^[a-z]{1,5}$/);
const options = fc.uniqueArray(option, { minLength: 1, maxLength: 4 });

/** A rule that answers in one of the ways in which rules answer. */
const rule = fc.constantFrom<NonNullable<Collection["access"]>["read"]>(
  true,
  false,
  undefined,
  () => true,
  () => false,
  () => null,
  ({ user }) => user !== null,
  async ({ user }) => user !== null,
  () => ({ id: "0198f2c0-8a6b-7c3d-9e4f-5a6b7c8d9e0f" }),
  () => new Promise(() => undefined),
  () => {
    throw new TypeError("a rule that fails");
  },
);

function given<T>(part: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(part, { nil: undefined });
}

function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

function kind(type: Field["type"], more: Readonly<Record<string, fc.Arbitrary<unknown>>> = {}) {
  const access = given(fc.record({ read: rule, create: rule, update: rule }).map(withoutUndefined));
  return fc
    .record({ type: fc.constant(type), required, access, ...words, ...more }, { requiredKeys: ["type"] })
    .map(withoutUndefined) as unknown as fc.Arbitrary<Field>;
}

const bound = fc.integer({ min: 0, max: 20 });
const text = {
  minLength: bound,
  maxLength: fc.integer({ min: 20, max: 200 }),
  pattern: fc.constantFrom("^[a-z]+$", "^[A-Z]{2}$", String.raw`\d{3}-\d{3}`, "^(?:yes|no)$"),
};

const entry: fc.Arbitrary<Field> = fc.oneof(
  fc.record({ type: fc.constant("text" as const), required, ...words }),
  fc.record({
    type: fc.constant("decimal" as const),
    precision: fc.constant(5),
    scale: bound.map((n) => n % 6),
  }),
  fc.record({ type: fc.constant("select" as const), options }),
  fc.record({ type: fc.constant("date" as const), required }),
);

const field = (slugs: readonly string[]): fc.Arbitrary<Field> =>
  fc.oneof(
    kind("text", { ...text, hidden }),
    kind("textarea", text),
    kind("email", { unique: fc.boolean() }),
    kind("number", { min: bound, max: fc.integer({ min: 20, max: 90 }), default: fc.constant(20) }),
    kind("integer", { min: bound }),
    kind("decimal", { min: fc.constant("0.5"), hidden }),
    kind("boolean", { default: fc.boolean() }),
    kind("date"),
    kind("json", { hidden }),
    kind("richtext"),
    fc.tuple(kind("select"), options).map(([made, all]) => ({ ...made, options: all }) as Field),
    fc.tuple(kind("multiselect"), options).map(([made, all]) => ({ ...made, options: all }) as Field),
    kind("array", {
      fields: fc.dictionary(fieldName, entry, { minKeys: 1, maxKeys: 3 }),
      maxItems: bound.map((n) => n + 1),
    }),
    fc
      .tuple(kind("relationship"), fc.constantFrom(...slugs), fc.boolean())
      .map(([made, to, hasMany]) => ({ ...made, to, hasMany }) as Field),
  );

/** What stands in the name of every field that is hidden, and nowhere else. */
export const mark = "Zzq";

function withMarks(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, each]) => [each.hidden === true ? `${name}${mark}` : name, each]),
  );
}

function collection(slugs: readonly string[]): (own: string) => fc.Arbitrary<Collection> {
  return (own) => {
    const fields: fc.Arbitrary<Fields> = fc
      .dictionary(
        fieldName.filter((name) => !["createdAt", "updatedAt", "deletedAt"].includes(name)),
        field(slugs),
        { maxKeys: 6 },
      )
      .map(withMarks);
    const access = fc.record({ read: rule, create: rule, update: rule, delete: rule }).map(withoutUndefined);
    const switches = { timestamps: fc.boolean(), softDelete: fc.boolean(), clientId: fc.boolean() };
    return fc.record({
      slug: fc.constant(own),
      fields,
      access,
      ...switches,
      ...words,
    }) as fc.Arbitrary<Collection>;
  };
}

const extra = routing("extra", [
  { id: "extra.plain", method: "GET", path: "/extra/{name}" },
  {
    id: "extra.told",
    method: "POST",
    path: "/extra",
    limit: { max: 1, window: 1 },
    document: {
      summary: "Does something",
      answers: { 204: { description: "Done." } },
      credentials: "required",
    },
  },
]);

/** Applications of every shape. Not all of them can be described: two columns may have one name. */
export const configs: fc.Arbitrary<Config> = fc
  .uniqueArray(slug, { minLength: 0, maxLength: 4 })
  .chain((slugs) => fc.tuple(...slugs.map(collection(slugs))))
  .chain((collections) =>
    fc.record({
      collections: fc.constant(collections),
      plugins: fc.constantFrom([], [signIn], [signIn, extra]),
      api: fc.record({ rateLimit: fc.boolean(), trustProxy: fc.constantFrom(0, 1) }),
    }),
  );
