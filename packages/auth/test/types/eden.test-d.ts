import { treaty, type Treaty } from "@elysia/eden";
import type { ListedKeyBody, ListedSessionBody, Refreshed, SignedIn } from "@lucent/auth";
import { type DocumentOf, lucent, type PageOf, type ProblemBody, type WrittenOf } from "@lucent/core";
import { Elysia } from "elysia";
import { expectTypeOf } from "vitest";

import { config, type Staff, type Users } from "./world.ts";

const app = new Elysia().use(await lucent(config));
const { api } = treaty<typeof app>("http://localhost:3000", { parseDate: false });

type User = DocumentOf<Users>;

// Registering takes what a create takes, and a password.
const fresh = { name: "Ada", email: "a@example.com", password: "correct horse" } as const;
const registered = (await api.users.register.post({ ...fresh, session: "cookie" })).data;
expectTypeOf(registered?.user).toEqualTypeOf<User | undefined>();
expectTypeOf(registered?.expiresIn).toEqualTypeOf<number | undefined>();
// @ts-expect-error nobody registers without a password
void api.users.register.post({ name: "Ada", email: "a@example.com" });
// @ts-expect-error nor with none
void api.users.register.post({ ...fresh, password: null });
// @ts-expect-error the name is required
void api.users.register.post({ email: "a@example.com", password: "correct horse" });
// @ts-expect-error the server says what is verified
void api.users.register.post({ ...fresh, emailVerified: true });
// @ts-expect-error unknown way to keep the tokens
void api.users.register.post({ ...fresh, session: "header" });
// @ts-expect-error it takes no parameters
void api.users.register.post(fresh, { query: { session: "cookie" } });
// @ts-expect-error the fields of other accounts
void api.staff.register.post({ name: "Ada", email: "a@example.com", password: "correct horse" });

// A sign-in answers both tokens, or none where they are in cookies.
const { data, error } = await api.users.login.post({ email: "a@example.com", password: "correct horse" });
expectTypeOf(data).toEqualTypeOf<SignedIn<Users> | null>();
expectTypeOf(data?.user).toEqualTypeOf<User | undefined>();
if (data?.accessToken !== undefined) expectTypeOf(data.refreshToken).toBeString();
else expectTypeOf(data?.refreshToken).toEqualTypeOf<undefined>();
expectTypeOf(error?.value).toEqualTypeOf<ProblemBody | undefined>();
expectTypeOf<Treaty.Data<typeof api.staff.login.post>>().toEqualTypeOf<SignedIn<Staff>>();
// @ts-expect-error a password is required
void api.users.login.post({ email: "a@example.com" });
// @ts-expect-error no more than that is taken
void api.users.login.post({ email: "a@example.com", password: "a", name: "Ada" });
// @ts-expect-error with cookies there is no token
data?.accessToken satisfies string;
// @ts-expect-error a document has no password
void data?.user.password;

// Tokens.
const again = (await api.users.refresh.post({ refreshToken: "a" })).data;
expectTypeOf(again).toEqualTypeOf<Refreshed | null>();
expectTypeOf(again?.expiresIn).toEqualTypeOf<number | undefined>();
void api.users.refresh.post();
void api.users.refresh.post({});
// @ts-expect-error a token is a text
void api.users.refresh.post({ refreshToken: 1 });
// @ts-expect-error a refresh tells nothing of the account
void again?.user;
expectTypeOf<Treaty.Data<typeof api.users.logout.post>>().toEqualTypeOf<"">();
void api.users.logout.post();
void api.users.logout.post({ refreshToken: "a" });
expectTypeOf((await api.users["logout-all"].post()).data).toEqualTypeOf<"" | null>();

// The account itself, and its sessions.
const headers = { authorization: "Bearer a" };
expectTypeOf((await api.users.me.get({ headers })).data).toEqualTypeOf<User | null>();
expectTypeOf((await api.staff.me.get()).data?.level).toEqualTypeOf<number | null | undefined>();
expectTypeOf<Treaty.Data<typeof api.users.sessions.get>>().toEqualTypeOf<{
  readonly data: readonly ListedSessionBody[];
}>();
expectTypeOf((await api.users.sessions({ id: "a" }).delete()).data).toEqualTypeOf<"" | null>();

// Passwords and addresses.
const change = { currentPassword: "a", newPassword: "b" };
expectTypeOf((await api.users["change-password"].post(change)).data).toEqualTypeOf<"" | null>();
// @ts-expect-error the password as it is
void api.users["change-password"].post({ newPassword: "b" });
const move = { currentPassword: "a", email: "b@example.com" };
expectTypeOf((await api.users["change-email"].post(move)).data).toEqualTypeOf<{} | null>();
// @ts-expect-error whose address it is must be shown
void api.users["change-email"].post({ email: "b@example.com" });
expectTypeOf((await api.users["confirm-email"].post({ token: "a" })).data).toEqualTypeOf<"" | null>();
expectTypeOf((await api.users["forgot-password"].post({ email: "a" })).data).toEqualTypeOf<{} | null>();
const reset = { token: "a", password: "b" };
expectTypeOf((await api.users["reset-password"].post(reset)).data).toEqualTypeOf<"" | null>();
// @ts-expect-error a password is required
void api.users["reset-password"].post({ token: "a" });
expectTypeOf((await api.users["verify-email"].post({ token: "a" })).data).toEqualTypeOf<"" | null>();
expectTypeOf((await api.users["resend-verification"].post({ email: "a" })).data).toEqualTypeOf<{} | null>();

// Keys for programs.
const made = (await api.users["api-keys"].post({ name: "ci", scopes: ["posts:read"] })).data;
expectTypeOf(made?.key).toEqualTypeOf<string | undefined>();
expectTypeOf(made?.scopes).toEqualTypeOf<readonly string[] | undefined>();
// @ts-expect-error scopes are required
void api.users["api-keys"].post({ name: "ci" });
const keys = (await api.users["api-keys"].get()).data;
expectTypeOf(keys).toEqualTypeOf<{ readonly data: readonly ListedKeyBody[] } | null>();
// @ts-expect-error a list shows no key
void keys?.data[0]?.key;
expectTypeOf((await api.users["api-keys"]({ id: "a" }).delete()).data).toEqualTypeOf<"" | null>();

// The routes of any collection stand beside them.
expectTypeOf((await api.users.get()).data).toEqualTypeOf<PageOf<User> | null>();
expectTypeOf<Treaty.Data<typeof api.users.post>>().toEqualTypeOf<WrittenOf<Users>>();
void api.users.post({ name: "Ada", email: "a@example.com" });
void api.users.get({ query: { where: { email: "a@example.com" }, sort: "-email", select: ["email"] } });
void api.posts.get({ query: { populate: ["author", "readers.boss"], where: { "author.name": "Ada" } } });
// @ts-expect-error no filter by password
void api.users.get({ query: { where: { password: "a" } } });
// @ts-expect-error an address is not updated
void api.users({ id: "a" }).patch({ email: "b@example.com" });
// @ts-expect-error nor a password
void api.users({ id: "a" }).patch({ password: "correct horse" });

// Nobody signs in to what holds no accounts.
// @ts-expect-error a collection without accounts
void api.posts.login.post({ email: "a@example.com", password: "a" });
// @ts-expect-error an address alone makes no account
void api.contacts.me.get();
