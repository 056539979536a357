import {
  type AccessRule,
  type Collection,
  type Config,
  defineCollection,
  defineConfig,
  describe,
  type DocumentOf,
  type Fields,
  type Lucent,
  type RuleContext,
  start,
  type User,
} from "@lucent/core";
import { expectTypeOf } from "vitest";

import { type BlogPosts, blogPosts, config, kinds, people } from "./world.ts";

// Literals are kept by every way of writing a configuration.
expectTypeOf(config).not.toBeAny();
expectTypeOf(config.collections[1].slug).toEqualTypeOf<"blog-posts">();
expectTypeOf(config.collections[1]).toEqualTypeOf<BlogPosts>();
expectTypeOf(config.api).toEqualTypeOf<Config<readonly [], "/api">["api"]>();
expectTypeOf(defineConfig({ collections: [], api: { prefix: "/api/v1" } })).toEqualTypeOf<
  Config<readonly [], "/api/v1">
>();

// Every configuration is a wide one, and can be used where any will do.
config satisfies Config;
blogPosts satisfies Collection;
const wide: readonly Collection[] = [kinds, blogPosts, people];
expectTypeOf(defineConfig({ collections: wide }).collections).toEqualTypeOf<readonly Collection[]>();
expectTypeOf(describe(config).config).toEqualTypeOf<Config>();
const engine = await start(config);
expectTypeOf(engine).not.toBeAny();
expectTypeOf(engine).toExtend<Lucent>();
expectTypeOf(engine.as(null)["blog-posts"]).not.toBeAny();

// Timestamps that are not mentioned are off, with and without defineCollection.
const written = { slug: "written", fields: { name: { type: "text" } } } as const satisfies Collection;
expectTypeOf<DocumentOf<typeof written>>().toEqualTypeOf<{
  readonly id: string;
  readonly name: string | null;
}>();
const stamped = { ...written, timestamps: true } as const satisfies Collection;
expectTypeOf<DocumentOf<typeof stamped>["createdAt"]>().toBeString();
const inline = defineConfig({
  collections: [{ slug: "inline", fields: { size: { type: "integer", required: true } } }],
});
expectTypeOf<DocumentOf<(typeof inline.collections)[0]>>().toEqualTypeOf<{
  readonly id: string;
  readonly size: number;
}>();

// Fields that are only known at run time make a wide collection.
const made = (fields: Fields): Collection => defineCollection({ slug: "made", fields, defaultSort: "-any" });
expectTypeOf(made).returns.toEqualTypeOf<Collection>();

// Mistakes in fields.
// @ts-expect-error unknown kind
defineCollection({ slug: "a", fields: { name: { type: "string" } } });
// @ts-expect-error a select needs options
defineCollection({ slug: "a", fields: { name: { type: "select" } } });
// @ts-expect-error a relationship needs a target
defineCollection({ slug: "a", fields: { name: { type: "relationship" } } });
// @ts-expect-error the default must be a value of the kind
defineCollection({ slug: "a", fields: { size: { type: "integer", default: "1" } } });
// @ts-expect-error an option's value of another kind
defineCollection({ slug: "a", fields: { name: { type: "text", maxLength: "3" } } });
// @ts-expect-error unknown option
defineCollection({ slug: "a", fields: {}, timestamp: true });

// Mistakes in the default order.
defineCollection({ slug: "a", fields: { name: { type: "text" } }, defaultSort: ["-name", "id"] });
defineCollection({ slug: "a", fields: {}, timestamps: true, defaultSort: "-createdAt" });
// @ts-expect-error unknown field
defineCollection({ slug: "a", fields: { name: { type: "text" } }, defaultSort: "-title" });
// @ts-expect-error without timestamps there is no createdAt
defineCollection({ slug: "a", fields: { name: { type: "text" } }, defaultSort: "-createdAt" });
// @ts-expect-error JSON has no order
defineCollection({ slug: "a", fields: { meta: { type: "json" } }, defaultSort: "meta" });

// Rules are typed by the collection's own fields.
const plain = { name: { type: "text" } } as const satisfies Fields;
const fields = {
  name: { type: "text" },
  status: { type: "select", options: ["draft", "published"] },
  owner: { type: "relationship", to: "people" },
  meta: { type: "json" },
} as const satisfies Fields;
defineCollection({
  slug: "ruled",
  fields,
  access: {
    read: ({ user, operation, collection, id, requestId }) => {
      expectTypeOf(user).toEqualTypeOf<User | null>();
      expectTypeOf(operation).toEqualTypeOf<"create" | "read" | "update" | "delete">();
      expectTypeOf([collection, requestId]).toEqualTypeOf<string[]>();
      expectTypeOf(id).toEqualTypeOf<string | undefined>();
      return user === null
        ? { status: "published", "meta.public": true }
        : { not: { owner: { neq: user.id } } };
    },
    create: true,
    update: async ({ user }) => user !== null && { owner: user.id },
    delete: () => null,
  },
});
// @ts-expect-error not one of the options
defineCollection({ slug: "a", fields, access: { read: () => ({ status: "gone" }) } });
// @ts-expect-error unknown field
defineCollection({ slug: "a", fields: plain, access: { read: () => ({ title: "gone" }) } });
// @ts-expect-error a select has no order
defineCollection({ slug: "a", fields, access: { read: () => ({ status: { gt: 1 } }) } });
// @ts-expect-error a value of another kind
defineCollection({ slug: "a", fields, access: { update: ({ user }) => (user ? { name: 1 } : false) } });
// @ts-expect-error the same, in a rule that answers later
defineCollection({ slug: "a", fields, access: { update: async () => ({ name: 1 }) } });
// @ts-expect-error not an answer at all
defineCollection({ slug: "a", fields, access: { read: () => "yes" } });
// @ts-expect-error a forgotten return is not an answer
defineCollection({ slug: "a", fields, access: { read: () => undefined } });
// @ts-expect-error unknown operation
defineCollection({ slug: "a", fields, access: { list: true } });
// @ts-expect-error without timestamps there is no createdAt
defineCollection({ slug: "a", fields: plain, access: { read: () => ({ createdAt: "2026" }) } });

// A rule that several collections have in common: written once, checked against each of them.
const own = ({ user }: RuleContext) => user !== null && { owner: { eq: user.id } };
defineCollection({ slug: "ruled", fields, access: { read: own } });
// @ts-expect-error people have no owner
defineCollection({ slug: "people", fields: { name: { type: "text" } }, access: { read: own } });
const open: AccessRule = ({ user }) => (user === null ? { anything: "goes" } : true);
defineCollection({ slug: "ruled", fields, access: { read: open } });
