import { treaty } from "@elysia/eden";
import {
  type AccountOf,
  defineCollection,
  defineFields,
  type DocumentOf,
  type LucentPlugin,
  type PopulatedOf,
  type User,
} from "@lucent/core";
import { Elysia } from "elysia";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { ListedKeyBody, ListedSessionBody, Refreshed, SignedIn } from "../src/client.ts";
import { cheap } from "./world/accounts.ts";
import { cookieHeader } from "./world/asker.ts";
import { type AuthWorld, authWorld, newCredentials } from "./world/auth-world.ts";

const userFields = defineFields({
  name: { type: "text", required: true },
  born: { type: "date" },
  size: { type: "integer" },
  balance: { type: "decimal" },
  role: { type: "select", options: ["reader", "editor"], required: true, default: "reader" },
  friends: { type: "relationship", to: "users", hasMany: true },
  secret: { type: "text", hidden: true },
});
const users = defineCollection({
  slug: "users",
  auth: true,
  fields: userFields,
  access: { create: true, read: ({ user }) => user !== null, update: ({ user }) => user !== null },
});
/** Whoever registers here has to wait for a mail. */
const members = defineCollection({
  slug: "members",
  auth: { requireEmailVerification: true },
  fields: { name: { type: "text" } },
  access: { create: true, read: true },
});
const callers: (User | null)[] = [];
const posts = defineCollection({
  slug: "posts",
  fields: { title: { type: "text", required: true }, author: { type: "relationship", to: "users" } },
  access: { create: ({ user }) => user !== null, read: true },
  hooks: {
    beforeCreate: [
      ({ data, user }) => {
        callers.push(user);
        return { ...data, author: user?.id };
      },
    ],
  },
});
const collections = [users, members, posts] as const;

type Users = typeof users;
type Document = DocumentOf<Users>;
type Client = ReturnType<typeof treaty<ReturnType<typeof host>>>["api"];

let world: AuthWorld<typeof collections>;
let api: Client;

/** A host as an application writes it: the client needs its type alone. */
function host(plugin: LucentPlugin<typeof collections, "/api">) {
  return new Elysia().use(plugin);
}

beforeAll(async () => {
  world = await authWorld({ collections, auth: { hash: cheap } });
  ({ api } = treaty<ReturnType<typeof host>>(`http://127.0.0.1:${world.port}`, { parseDate: false }));
});

afterAll(() => world.stop());

/** What JSON shows of a value. */
type KindOf<V> = [V] extends [string]
  ? "string"
  : [V] extends [number]
    ? "number"
    : [V] extends [boolean]
      ? "boolean"
      : [V] extends [readonly string[]]
        ? "strings"
        : "object";

/** The kinds of what a type declares; with a question mark where there may be null. The compiler asks for the right ones. */
type KindsOf<T> = {
  readonly [K in keyof T]-?: null extends T[K] ? `${KindOf<NonNullable<T[K]>>}?` : KindOf<T[K]>;
};

function kindOf(value: unknown): string {
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return "strings";
  return value === null ? "null" : typeof value;
}

/** Checks that a body has every member that its type declares, each of its kind, and no other. */
function expectKinds<T>(body: T | null | undefined, kinds: KindsOf<T>): void {
  const found = Object.fromEntries(
    Object.entries(body ?? {}).map(([name, value]) => [name, kindOf(value)] as const),
  );
  const wanted = Object.entries<string>(kinds).map(([name, kind]) => {
    const isUnset = kind.endsWith("?") && found[name] === "null";
    return [name, isUnset ? "null" : kind.replace("?", "")] as const;
  });
  expect(found).toEqual(Object.fromEntries(wanted));
}

const documentKinds: KindsOf<Document> = {
  id: "string",
  email: "string",
  emailVerified: "boolean",
  disabledAt: "string?",
  name: "string",
  born: "string?",
  size: "number?",
  balance: "string?",
  role: "string",
  friends: "strings",
};
const inBody: KindsOf<Extract<Refreshed, { accessToken: string }>> = {
  expiresIn: "number",
  accessToken: "string",
  refreshToken: "string",
};
const withUser = { ...inBody, user: "object" } as const;

let asked = 0;

/** Each caller from an address of its own, so that no limit meets it. */
function from(more: Readonly<Record<string, string>> = {}): { readonly headers: Record<string, string> } {
  asked += 1;
  return { headers: { "x-forwarded-for": `10.77.0.${asked}`, ...more } };
}

const bearer = (token = "none") => from({ authorization: `Bearer ${token}` });

/** Values that a client which reads dates or numbers of its own accord would change. */
const set = { name: "2026-01-02T03:04:05.678Z", born: "2026-01-02T03:04:05.678Z", size: 7, balance: "0.10" };

async function registered(): Promise<{
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly user: Document;
}> {
  const { email, password } = newCredentials();
  const { data, status } = await api.users.register.post({ email, password, ...set }, from());
  expect(status).toBe(201);
  if (data?.accessToken === undefined) expect.unreachable("no token");
  return { email, password, token: data.accessToken, user: data.user };
}

test("registering, signing in and going on answer what is declared, by token", async () => {
  const { email, password, user } = await registered();
  expectKinds(user, documentKinds);
  expect(user).toMatchObject(set);
  const login = await api.users.login.post({ email, password }, from());
  expect([login.status, login.error]).toEqual([200, null]);
  expectKinds<Extract<SignedIn<Users>, { accessToken: string }>>(
    login.data?.accessToken === undefined ? null : login.data,
    withUser,
  );
  expect(login.data?.user).toEqual(user);
  const refreshToken = login.data?.refreshToken ?? "";
  const refreshed = await api.users.refresh.post({ refreshToken }, from());
  if (refreshed.data?.accessToken === undefined) expect.unreachable("no token");
  expectKinds(refreshed.data, inBody);
  const me = await api.users.me.get(bearer(refreshed.data.accessToken));
  expectKinds(me.data, documentKinds);
  const gone = await api.users.logout.post({ refreshToken: refreshed.data.refreshToken }, from());
  expect([gone.status, gone.data, gone.error]).toEqual([204, "", null]);
});

test("with cookies the tokens are in no body", async () => {
  const { email, password, user } = await registered();
  const page = (cookie?: string) => from({ ...world.ownPage, ...(cookie === undefined ? {} : { cookie }) });
  const login = await api.users.login.post({ email, password, session: "cookie" }, page());
  expect(login.data).toEqual({ user, expiresIn: 900 });
  const cookie = cookieHeader({ setCookies: login.response.headers.getSetCookie() });
  const refreshed = await api.users.refresh.post(undefined, page(cookie));
  expect(refreshed.data).toEqual({ expiresIn: 900 });
  expect((await api.users.me.get(page(cookie))).data).toEqual(user);
  expect((await api.users["logout-all"].post(undefined, page(cookie))).data).toBe("");
});

test("sessions and keys are listed as declared", async () => {
  const { token } = await registered();
  const session: KindsOf<ListedSessionBody> = {
    id: "string",
    createdAt: "string",
    lastUsedAt: "string",
    ip: "string?",
    userAgent: "string?",
    current: "boolean",
  };
  const key: KindsOf<ListedKeyBody> = {
    id: "string",
    name: "string",
    scopes: "strings",
    prefix: "string",
    createdAt: "string",
    expiresAt: "string",
    lastUsedAt: "string?",
  };
  const sessions = (await api.users.sessions.get(bearer(token))).data?.data ?? [];
  expectKinds(sessions[0], session);
  const wanted = { name: "ci", scopes: ["posts:create"] };
  const made = await api.users["api-keys"].post(wanted, bearer(token));
  const { lastUsedAt: _, ...shown } = key;
  expectKinds(made.data, { ...shown, key: "string" });
  const keys = (await api.users["api-keys"].get(bearer(token))).data?.data ?? [];
  expectKinds(keys[0], key);
  const ended = await api.users["api-keys"]({ id: keys[0]?.id ?? "" }).delete(undefined, bearer(token));
  expect([ended.status, ended.data]).toEqual([204, ""]);
  const out = await api.users.sessions({ id: sessions[0]?.id ?? "" }).delete(undefined, bearer(token));
  expect([out.status, out.data]).toEqual([204, ""]);
  expect((await api.users.me.get(bearer(token))).error?.status).toBe(401);
});

test("what waits for a mail answers an empty object, and a refusal is a problem", async () => {
  const { email, password, token } = await registered();
  const other = newCredentials();
  const answers = [
    await api.users["forgot-password"].post({ email }, from()),
    await api.users["resend-verification"].post({ email }, from()),
    await api.users["change-email"].post({ currentPassword: password, email: other.email }, bearer(token)),
    await api.members.register.post({ email: other.email, password: other.password }, from()),
  ];
  expect(answers.map(({ status, data }) => [status, data])).toEqual(answers.map(() => [202, {}]));
  const unknown = "A".repeat(43);
  const wrong = [
    await api.users["verify-email"].post({ token: unknown }, from()),
    await api.users["confirm-email"].post({ token: unknown }, from()),
    await api.users["reset-password"].post({ token: unknown, password: other.password }, from()),
    await api.users.login.post({ email, password: "wrong" }, from()),
  ];
  expect(wrong.map(({ error, data }) => [error?.value.code, data])).toEqual([
    ["INVALID_TOKEN", null],
    ["INVALID_TOKEN", null],
    ["INVALID_TOKEN", null],
    ["INVALID_CREDENTIALS", null],
  ]);
  const changed = { currentPassword: password, newPassword: other.password };
  const done = await api.users["change-password"].post(changed, bearer(token));
  expect([done.status, done.data]).toEqual([204, ""]);
});

test("the caller in a hook is what the fields of its collection declare, by session and by key", async () => {
  const { token, user } = await registered();
  await api.users({ id: user.id }).patch({ friends: [user.id] }, bearer(token));
  const wanted = { name: "ci", scopes: ["posts:create"] };
  const key = (await api.users["api-keys"].post(wanted, bearer(token))).data?.key;
  callers.length = 0;
  expect((await api.posts.post({ title: "a" }, bearer(token))).status).toBe(201);
  expect((await api.posts.post({ title: "b" }, bearer(key))).status).toBe(201);
  const [bySession, byKey] = callers;
  const caller: Omit<KindsOf<AccountOf<"users", typeof userFields>>, "scopes"> = {
    ...documentKinds,
    collection: "string",
  };
  expectKinds<object>(bySession, caller);
  expectKinds<object>(byKey, { ...caller, scopes: "strings" });
  expect(bySession).toEqual({ ...user, collection: "users", friends: [user.id] });
  expect(byKey).toEqual({ ...bySession, scopes: wanted.scopes });
});

test("an author is populated as an account, without what only its owner reads", async () => {
  const { token, user } = await registered();
  const { id = "" } = (await api.posts.post({ title: "a" }, bearer(token))).data ?? {};
  const populated = await api.posts({ id }).get({ query: { populate: "author" }, ...bearer(token) });
  const read: unknown = populated.data;
  type Populated = PopulatedOf<{ readonly collections: typeof collections }, "posts", "author">;
  expectKinds(read as Populated, { id: "string", title: "string", author: "object?" });
  expectKinds((read as Populated).author, documentKinds);
  const { email: _, emailVerified: __, disabledAt: ___, ...seen } = user;
  const other = await registered();
  const elsewhere = await api.posts({ id }).get({ query: { populate: "author" }, ...bearer(other.token) });
  expect(elsewhere.data).toEqual({ id, title: "a", author: seen });
});
