import { auth } from "@lucent/auth";
import {
  type AccountOf,
  type AnyUser,
  defineCollection,
  defineConfig,
  defineFields,
  type DocumentOf,
  type Facts,
  type HookLucent,
  lucent,
  type Plugin,
  type RuleContext,
  type User,
  type ValidateContext,
} from "@lucent/core";
import { expectTypeOf } from "vitest";

import { plain, staff, type userFields, users } from "./accounts.ts";

interface UserAccount {
  readonly collection: "users";
  readonly scopes?: readonly string[];
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly disabledAt: string | null;
  readonly name: string;
  readonly role: "reader" | "editor";
  readonly boss: string | null;
  readonly friends: readonly string[];
}

interface StaffAccount {
  readonly collection: "staff";
  readonly scopes?: readonly string[];
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly disabledAt: string | null;
  readonly level: number | null;
}

// One of the accounts that were named, and nothing else; what is hidden or a password is not there.
expectTypeOf<User>().toEqualTypeOf<UserAccount | StaffAccount>();
expectTypeOf<AccountOf<"users", typeof userFields>>().toEqualTypeOf<UserAccount>();
expectTypeOf<User>().not.toBeAny();
expectTypeOf<User>().toExtend<AnyUser>();
// A document with where it belongs is an account.
expectTypeOf<DocumentOf<typeof users> & { readonly collection: "users" }>().toExtend<User>();

// Wherever there is a caller.
expectTypeOf<RuleContext["user"]>().toEqualTypeOf<User | null>();
expectTypeOf<ValidateContext["user"]>().toEqualTypeOf<User | null>();
expectTypeOf<Facts["user"]>().toEqualTypeOf<User | null | undefined>();
expectTypeOf<HookLucent["as"]>().parameter(0).toEqualTypeOf<User | null>();

const posts = defineCollection({
  slug: "posts",
  fields: {
    title: {
      type: "text",
      access: { update: ({ user }) => user?.collection === "users" && user.role === "editor" },
      validate: (_, { user }) => user === null || user.email !== "",
    },
    author: { type: "relationship", to: "users" },
  },
  access: {
    read: ({ user }) => {
      expectTypeOf(user).toEqualTypeOf<User | null>();
      return user?.collection === "staff" || (user !== null && { author: user.id });
    },
  },
  hooks: {
    beforeCreate: [
      ({ data, user, lucent: inside }) => {
        expectTypeOf(user).toEqualTypeOf<User | null>();
        void inside.as(user);
        return { ...data, author: user?.collection === "users" ? user.id : null };
      },
    ],
    afterRead: [({ doc, user }) => (user?.collection === "staff" ? doc : { ...doc, title: user?.name })],
  },
});

const config = defineConfig({
  collections: [users, staff, plain, posts],
  plugins: [auth()],
  hooks: { beforeRead: [({ user }) => void (user?.collection === "users" && user.role)] },
});
const engine = (await lucent(config)).decorator.lucent;
export const own = async (request: Request): Promise<object> => {
  const { user } = await engine.facts(request);
  expectTypeOf(user).toEqualTypeOf<User | null | undefined>();
  if (user?.collection === "users") expectTypeOf(user.friends).toEqualTypeOf<readonly string[]>();
  return engine.as(user ?? null).posts.find();
};
void engine.as(null).posts.find();
const ada = { ...(await engine.asSystem().users.findById("a")), collection: "users" } as const;
void engine.as(ada).posts.find();

// A rule of its own.
const isEditor = ({ user }: RuleContext) => user?.collection === "users" && user.role === "editor";
defineCollection({ slug: "pages", fields: { title: { type: "text" } }, access: { create: isEditor } });

// A plugin that signs somebody in signs in an account.
const signedIn: Plugin = { name: "door", facts: () => ({ user: ada }) };
void signedIn;
// @ts-expect-error an account has more than an id
export const stranger: Plugin = { name: "door", facts: () => ({ user: { id: "a" } }) };
// @ts-expect-error the same in the process
void engine.as({ id: "a" });
// @ts-expect-error an account of no collection
void engine.as({ ...ada, collection: "clients" });
// @ts-expect-error the accounts of one collection are not those of another
void engine.as({ ...ada, collection: "staff" });

// Mistakes in rules.
const fields = defineFields({ title: { type: "text" } });
// @ts-expect-error only some accounts have a role
defineCollection({ slug: "a", fields, access: { read: ({ user }) => user?.role === "editor" } });
const readers = { read: ({ user }: RuleContext) => user?.collection === "users" && user.role === "reader" };
defineCollection({ slug: "a", fields, access: readers });
// @ts-expect-error not one of the roles
export const roles = ({ user }: RuleContext) => user?.collection === "users" && user.role === "admin";
// @ts-expect-error unknown field
export const unknown = ({ user }: RuleContext) => user?.collection === "users" && user.rolle === "a";
// @ts-expect-error nobody reads a password
export const password = ({ user }: RuleContext) => void user?.password;
// @ts-expect-error what is hidden
export const hidden = ({ user }: RuleContext) => user?.collection === "users" && user.secret === "a";
// @ts-expect-error an anonymous caller has no fields
export const anonymous = ({ user }: RuleContext) => user.id;
// @ts-expect-error no collection of accounts
export const clients = ({ user }: RuleContext) => user?.collection === "clients";

// Every collection of accounts is named, or none.
// @ts-expect-error not named
defineCollection({ slug: "clients", auth: true, fields });
// @ts-expect-error the same with options
defineCollection({ slug: "clients", auth: { lockout: { max: 3, window: 60 } }, fields });
defineCollection({ slug: "clients", auth: false, fields });
