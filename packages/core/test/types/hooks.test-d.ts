import {
  type CreateOf,
  defineCollection,
  defineConfig,
  type DocumentOf,
  type HookContext,
  type HookData,
  type HookLucent,
  type Hooks,
  type HooksOf,
  LucentError,
  type Lucent,
  type PopulatedDocument,
  type UpdateOf,
  type User,
  type WriteHookContext,
} from "@lucent/core";
import { expectTypeOf } from "vitest";

import type { Books } from "./library.ts";

type Book = DocumentOf<Books>;
type BookHooks = HooksOf<Books>;
type ContextOf<K extends keyof Hooks> = Parameters<NonNullable<BookHooks[K]>[number]>[0];

// What each moment knows.
expectTypeOf<ContextOf<"beforeOperation">>().toEqualTypeOf<
  HookContext & { readonly id: string | undefined }
>();
expectTypeOf<ContextOf<"beforeRead">["id"]>().toEqualTypeOf<string | undefined>();
expectTypeOf<ContextOf<"beforeCreate">["data"]>().toEqualTypeOf<Partial<CreateOf<Books>>>();
expectTypeOf<ContextOf<"beforeUpdate">["data"]>().toEqualTypeOf<UpdateOf<Books>>();
expectTypeOf<ContextOf<"beforeUpdate">["doc"]>().toEqualTypeOf<Book>();
expectTypeOf<ContextOf<"afterCreate">["doc"]>().toEqualTypeOf<Book>();
expectTypeOf<ContextOf<"afterUpdate">["previous"]>().toEqualTypeOf<Book>();
expectTypeOf<ContextOf<"beforeDelete">["doc"]>().toEqualTypeOf<Book>();
expectTypeOf<ContextOf<"afterDelete">["doc"]>().toEqualTypeOf<Book>();
expectTypeOf<ContextOf<"afterCommit">["doc"]>().toEqualTypeOf<Book>();
expectTypeOf<ContextOf<"afterCommit">["id"]>().toBeString();
expectTypeOf<ContextOf<"afterUpdate">["tx"]>().toEqualTypeOf<Lucent["drizzle"]>();
expectTypeOf<ContextOf<"afterCreate">["lucent"]>().toEqualTypeOf<HookLucent>();
expectTypeOf<ContextOf<"afterCreate">["user"]>().toEqualTypeOf<User | null>();
expectTypeOf<"tx">().not.toExtend<keyof ContextOf<"afterRead"> | keyof ContextOf<"afterCommit">>();

// A document on its way out: of what was selected and may be read, with ids or documents behind its relationships.
expectTypeOf<ContextOf<"afterRead">["doc"]>().toEqualTypeOf<{
  readonly id: string;
  readonly deletedAt?: string | null;
  readonly title?: string;
  readonly author?: string | PopulatedDocument;
  readonly editor?: string | PopulatedDocument | null;
  readonly readers?: readonly string[] | readonly PopulatedDocument[];
}>();

// Where a collection is defined, its hooks know its fields.
const pages = defineCollection({
  slug: "pages",
  fields: {
    title: { type: "text", required: true },
    path: { type: "text", required: true, unique: true },
    kind: { type: "select", options: ["note", "essay"], default: "note" },
    secret: { type: "text", hidden: true },
  },
  hooks: {
    beforeOperation: [({ id, operation }) => void [id?.length, operation === "delete"]],
    beforeRead: [async ({ requestId }) => void requestId.length],
    beforeCreate: [
      ({ data }) => {
        expectTypeOf(data.path).toEqualTypeOf<string | undefined>();
        expectTypeOf(data.kind).toEqualTypeOf<"note" | "essay" | null | undefined>();
        expectTypeOf(data.secret).toEqualTypeOf<string | null | undefined>();
        return { ...data, path: data.path ?? `/${data.title ?? ""}` };
      },
      async ({ data, user }) => ({ ...data, title: user?.id }),
      ({ data }) => {
        if (data.kind === "essay") throw new LucentError("FORBIDDEN");
      },
    ],
    afterCreate: [
      async ({ doc, lucent, tx }) => {
        expectTypeOf(doc.kind).toEqualTypeOf<"note" | "essay" | null>();
        expectTypeOf(tx.select()).toBeObject();
        await lucent.asSystem()["log"]?.create({ page: doc.id });
        await lucent.as(null).batch([{ op: "delete", collection: "log", id: doc.id }]);
        expectTypeOf(await lucent.asSystem()["log"]?.restore(doc.id)).toEqualTypeOf<
          (HookData & { readonly id: string }) | undefined
        >();
      },
    ],
    beforeUpdate: [({ data, doc }) => (data.title === doc.title ? undefined : { ...data, path: "/" })],
    afterUpdate: [({ doc, previous, id }) => void [doc.title === previous.title, id]],
    beforeDelete: [({ doc, id }) => void [doc.path, id]],
    afterDelete: [async ({ doc }) => void doc.path],
    afterRead: [({ doc }) => ({ ...doc, title: doc.title?.toUpperCase() })],
    afterCommit: [async ({ doc, id }) => void [doc.title, id]],
  },
});
// Hooks do not change what is inferred from the rest.
expectTypeOf<DocumentOf<typeof pages>["kind"]>().toEqualTypeOf<"note" | "essay" | null>();

// One hook for many collections, and for all.
const stamp = ({ data, user }: WriteHookContext & { readonly data: HookData }): HookData => ({
  ...data,
  owner: user?.id,
});
const audit = ({ collection, operation }: HookContext): void => void [collection, operation];
const fields = { name: { type: "text" }, owner: { type: "text" } } as const;
defineCollection({ slug: "a", fields, hooks: { beforeCreate: [stamp], afterDelete: [audit] } });
defineConfig({ collections: [pages], hooks: { beforeCreate: [stamp], afterCommit: [audit] } });

// Mistakes.
const sure = { n: { type: "text", required: true } } as const;
const secret = { n: { type: "text", hidden: true } } as const;
// @ts-expect-error unknown moment
defineCollection({ slug: "a", fields, hooks: { beforeSave: [audit] } });
// @ts-expect-error a list of functions
defineCollection({ slug: "a", fields, hooks: { afterCreate: audit } });
// @ts-expect-error unknown field of a document
defineCollection({ slug: "a", fields, hooks: { afterCreate: [({ doc }) => void doc.title] } });
// @ts-expect-error unknown field of a body
defineCollection({ slug: "a", fields, hooks: { beforeCreate: [({ data }) => void data.title] } });
// @ts-expect-error unknown field of the changes
defineCollection({ slug: "a", fields, hooks: { beforeUpdate: [({ data }) => void data.title] } });
// @ts-expect-error a create may lack what is required
defineCollection({ slug: "a", fields: sure, hooks: { beforeCreate: [({ data }) => void data.n.at(0)] } });
// @ts-expect-error a field that was not selected is not there
defineCollection({ slug: "a", fields: sure, hooks: { afterRead: [({ doc }) => void doc.n.at(0)] } });
// @ts-expect-error a secret is in no document
defineCollection({ slug: "a", fields: secret, hooks: { afterRead: [({ doc }) => void doc.n] } });
// @ts-expect-error before a create there is no document
defineCollection({ slug: "a", fields, hooks: { beforeCreate: [({ doc }) => void doc] } });
// @ts-expect-error outside a write there is no transaction
defineCollection({ slug: "a", fields, hooks: { afterRead: [({ tx }) => void tx] } });
// @ts-expect-error what was committed is out of the transaction
defineCollection({ slug: "a", fields, hooks: { afterCommit: [({ tx }) => void tx] } });
// @ts-expect-error the body is changed by what the hook answers
defineCollection({ slug: "a", fields, hooks: { beforeCreate: [({ data }) => void (data.name = "a")] } });
// @ts-expect-error an answer is an object
defineCollection({ slug: "a", fields, hooks: { beforeCreate: [() => "a"] } });
// @ts-expect-error who is asked answers nothing
defineCollection({ slug: "a", fields, hooks: { afterCreate: [() => true] } });
// @ts-expect-error in a hook of all collections nothing is known of a document
defineConfig({ collections: [], hooks: { afterCreate: [({ doc }) => void doc["title"].length] } });
