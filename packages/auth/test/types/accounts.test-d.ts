import type { AuthService, CollectionAuthOptions } from "@lucent/auth";
import {
  type AnyUser,
  type AuthOptions,
  type Collection,
  type CreateOf,
  defineCollection,
  type DocumentOf,
  type FieldName,
  type HooksOf,
  type Services,
  type SortKey,
  start,
  type UpdateOf,
  type User,
  type WhereOf,
} from "@lucent/core";
import { expectTypeOf } from "vitest";

import { type Contacts, config, type Staff, type Users, users } from "./world.ts";

interface Account {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly name: string;
  readonly role: "reader" | "editor";
  readonly boss: string | null;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly disabledAt: string | null;
}

// A document has what an account has beside its own fields, but no password.
expectTypeOf<DocumentOf<Users>>().toEqualTypeOf<Account>();
expectTypeOf<DocumentOf<Staff>>().toEqualTypeOf<{
  readonly id: string;
  readonly deletedAt?: string | null;
  readonly level: number | null;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly disabledAt: string | null;
}>();
expectTypeOf<DocumentOf<Contacts>>().toEqualTypeOf<{ readonly id: string; readonly email: string }>();
users satisfies Collection;

// A create brings the address, and maybe a password.
expectTypeOf<CreateOf<Users>>().toEqualTypeOf<{
  readonly email: string;
  readonly name: string;
  readonly password?: string | null;
  readonly role?: "reader" | "editor";
  readonly boss?: string | null;
}>();
expectTypeOf<CreateOf<Contacts>>().toEqualTypeOf<{ readonly email: string }>();
// @ts-expect-error the address is required
({ name: "Ada" }) satisfies CreateOf<Users>;
// @ts-expect-error the server says what is verified
({ name: "Ada", email: "a@example.com", emailVerified: true }) satisfies CreateOf<Users>;
// @ts-expect-error the server says who is disabled
({ name: "Ada", email: "a@example.com", disabledAt: null }) satisfies CreateOf<Users>;
// @ts-expect-error the id belongs to the server
({ name: "Ada", email: "a@example.com", id: "b" }) satisfies CreateOf<Users>;

// An update brings neither.
expectTypeOf<UpdateOf<Users>>().toEqualTypeOf<{
  readonly name?: string;
  readonly role?: "reader" | "editor";
  readonly boss?: string | null;
}>();
expectTypeOf<UpdateOf<Staff>>().toEqualTypeOf<{ readonly level?: number | null }>();
expectTypeOf<UpdateOf<Contacts>>().toEqualTypeOf<{ readonly email?: string }>();
// @ts-expect-error an address is changed by its own route
({ email: "a@example.com" }) satisfies UpdateOf<Users>;
// @ts-expect-error so is a password
({ password: "correct horse" }) satisfies UpdateOf<Users>;
// @ts-expect-error the server says what is verified
({ emailVerified: true }) satisfies UpdateOf<Users>;
// @ts-expect-error the server says who is disabled
({ disabledAt: "2026-01-01" }) satisfies UpdateOf<Users>;

// Filters, orders and selections know the fields of accounts.
({ email: { like: "a" }, emailVerified: true, disabledAt: { exists: false } }) satisfies WhereOf<Users>;
// @ts-expect-error nobody asks for a password
({ password: "a" }) satisfies WhereOf<Users>;
// @ts-expect-error whether it is verified is no text
({ emailVerified: "yes" }) satisfies WhereOf<Users>;
expectTypeOf<FieldName<Staff>>().toEqualTypeOf<
  "id" | "level" | "email" | "emailVerified" | "disabledAt" | "deletedAt"
>();
expectTypeOf<"email" | "-disabledAt" | "emailVerified">().toExtend<SortKey<Users>>();
expectTypeOf<"password" | "-password">().not.toExtend<SortKey<Users>>();
expectTypeOf<Extract<SortKey<Users>, `${string}password`>>().toBeNever();

// In the process.
const engine = await start(config);
const anonymous = engine.as(null);
expectTypeOf(anonymous.users.findById("a")).resolves.toEqualTypeOf<DocumentOf<Users>>();
expectTypeOf(anonymous.users.find({ select: ["email"], sort: "-email" })).resolves.toHaveProperty("data");
expectTypeOf((await anonymous.users.findById("a", { select: ["email"] })).email).toBeString();
// @ts-expect-error nobody selects a password
void anonymous.users.find({ select: ["password"] });
// @ts-expect-error no order by password
void anonymous.users.find({ sort: "password" });
void engine.asSystem().users.create({ name: "Ada", email: "a@example.com", password: "correct horse" });
// @ts-expect-error not by the system either
void engine.asSystem().users.update("a", { password: "correct horse" });

// Relationships to accounts.
const post = await anonymous.posts.findById("a", { populate: ["author.boss", "readers"] });
expectTypeOf(post.author?.email).toEqualTypeOf<string | undefined>();
expectTypeOf(post.author?.boss?.name).toEqualTypeOf<string | undefined>();
expectTypeOf(post.readers[0]?.role).toEqualTypeOf<"reader" | "editor" | undefined>();
// @ts-expect-error a populated account has no password
void post.author?.password;
expectTypeOf((await anonymous.posts.findById("a")).author).toBeString();
void anonymous.posts.find({ where: { "author.email": "a@example.com" }, sort: "author.name" });

// A table has every column: the hash too.
expectTypeOf<keyof typeof engine.tables.users.$inferSelect>().toEqualTypeOf<keyof Account | "password">();
expectTypeOf(engine.tables.users.$inferSelect.password).toEqualTypeOf<string | null>();

// Hooks see an account as it is stored, and a create with its password.
type Context<K extends keyof HooksOf<Users>> = Parameters<NonNullable<HooksOf<Users>[K]>[number]>[0];
expectTypeOf<Context<"afterCreate">["doc"]>().toEqualTypeOf<Account>();
expectTypeOf<Context<"beforeCreate">["data"]>().toEqualTypeOf<Partial<CreateOf<Users>>>();
expectTypeOf<Context<"beforeUpdate">["data"]>().toEqualTypeOf<UpdateOf<Users>>();

// Where no accounts are named, a caller is anybody with any fields.
expectTypeOf<User>().toEqualTypeOf<AnyUser>();
void engine.as({ id: "a", anything: true });
expectTypeOf<AnyUser["role"]>().toBeUnknown();

// Options.
expectTypeOf<AuthOptions>().toExtend<CollectionAuthOptions>();
expectTypeOf<Services["auth"]>().toEqualTypeOf<AuthService | undefined>();
const editors = defineCollection({
  slug: "editors",
  auth: { apiKeys: { admin: (user: User) => user["role"] === "editor" } },
  fields: {},
});
expectTypeOf<DocumentOf<typeof editors>>().toHaveProperty("email");
// @ts-expect-error unknown option
defineCollection({ slug: "a", auth: { verify: true }, fields: {} });
// @ts-expect-error another kind of value
defineCollection({ slug: "a", auth: { lockout: 10 }, fields: {} });
// @ts-expect-error a text is no setting
defineCollection({ slug: "a", auth: "yes", fields: {} });
defineCollection({
  slug: "a",
  auth: true,
  fields: { name: { type: "text" } },
  access: { read: ({ user }) => ({ id: user?.id ?? "", email: { eq: "a" } }) },
  defaultSort: "email",
});
// @ts-expect-error no rule asks for a password
defineCollection({ slug: "a", auth: true, fields: {}, access: { read: () => ({ password: "a" }) } });
// @ts-expect-error no order by password
defineCollection({ slug: "a", auth: true, fields: {}, defaultSort: "password" });
// @ts-expect-error without auth there is no address
defineCollection({ slug: "a", fields: { name: { type: "text" } }, defaultSort: "email" });
