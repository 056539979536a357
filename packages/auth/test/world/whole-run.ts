import { randomBytes } from "node:crypto";

import type { Collection } from "@lucent/core";
import { secrets } from "@lucent/core/secrets";
import { migrate, runMigration } from "@lucent/migrate";

import { auditLog } from "../../src/audit/log-sink.ts";
import { auditTable } from "../../src/audit/postgres-sink.ts";
import { auth } from "../../src/plugin.ts";
import { cheap } from "./accounts.ts";
import type { Answered, Asked } from "./asker.ts";
import { type AuthWorld, authWorld } from "./auth-world.ts";
import { type Canary, canary } from "./canaries.ts";
import { posts, staff, users } from "./collections.ts";
import { mailedToken } from "./mailed.ts";
import { steward } from "./steward.ts";

const [foreign, listed] = ["https://evil.example", "https://app.example.com"];
const text = (): string => randomBytes(32).toString("base64");
const roles = { roleFields: ["role"], session: { grace: 0 }, lockout: { max: 4, window: 60 } };
const accounts = { ...users, auth: roles, access: { ...users.access, read: true } };
const collections = [accounts, staff, posts] as const;

/** Everything that a run of an application has left behind. */
export interface WholeRun {
  readonly world: AuthWorld<typeof collections>;
  readonly ids: { readonly user: string; readonly key: string; readonly publicId: string };
  /** Every answer, with its headers, cookies and body as one text. */
  readonly answers: readonly RecordedAnswer[];
  /** Every secret, with the answers in which it was handed over. */
  readonly canaries: readonly (Canary & { readonly at: readonly number[] })[];
  /** Those that a mail holds, with that mail's position. */
  readonly mailed: readonly (Canary & { readonly mail: number })[];
  /** Whose address nobody has. */
  readonly stranger: string;
}

/** An answer of the run. */
export interface RecordedAnswer extends Pick<Answered, "headers"> {
  /** Below the prefix. */
  readonly path: string;
  readonly text: string;
}

/** Does, over the routes of an application, everything that has an event, with secrets that nobody else has. */
export async function wholeRun(): Promise<WholeRun> {
  const kept = { session: text(), jwt: text(), vault: text(), stored: `sk_${text()}` };
  const environment = {
    SESSION_SECRET: kept.session,
    JWT_SECRET: kept.jwt,
    LUCENT_SECRETS_KEY: kept.vault,
  };
  const world = await authWorld({
    collections,
    auth: { hash: cheap },
    plugins: [secrets(), steward(kept.stored), auditTable(), auditLog()],
    api: { requestLog: true, cors: { origin: [listed] } },
    environment,
  });
  const recorder = recording(world);
  for (const [name, value] of Object.entries(kept)) recorder.secret(name, value);
  const ids = await story(world, recorder);
  await migrations(world);
  const insecure = { plugins: [auditTable()], environment: { SESSION_SECRET: undefined } };
  await (await world.another(insecure)).stop();
  const { answers, canaries, mailed, stranger } = recorder;
  return { world, ids, answers, canaries, mailed, stranger };
}

type Recorder = ReturnType<typeof recording>;

function recording(world: AuthWorld<typeof collections>) {
  const answers: RecordedAnswer[] = [];
  const canaries: (Canary & { readonly at: readonly number[] })[] = [];
  const mailed: (Canary & { readonly mail: number })[] = [];
  const secret = (name: string, value: string, at: readonly number[] = []): string => {
    canaries.push({ ...canary(name, value), at });
    return value;
  };
  const stranger = `${randomBytes(12).toString("hex")}@example.com`;
  return {
    answers,
    canaries,
    mailed,
    stranger,
    secret,
    ask: async (method: string, path: string, asked?: Asked): Promise<Answered> => {
      const answer = await world.ask(method, `/api/${path}`, asked);
      const { headers, setCookies, text: body } = answer;
      answers.push({ path, headers, text: JSON.stringify([headers, setCookies, body]) });
      const at = [answers.length - 1];
      const { accessToken, refreshToken, key } = answer.body ?? {};
      for (const [name, value] of Object.entries({ accessToken, refreshToken, key })) {
        if (typeof value === "string") secret(`${name} of ${path}`, value, at);
      }
      if (typeof key === "string") secret("secret of the key", key.slice("lk_test_12345678_".length), at);
      for (const cookie of answer.setCookies) {
        const value = /^[^=]+=([^;]+)/.exec(cookie)?.[1];
        if (value !== undefined) secret(`cookie of ${path}`, value, at);
      }
      return answer;
    },
    token: async (to: string, page: Parameters<typeof mailedToken>[2]): Promise<string> => {
      const token = await mailedToken(world, to, page);
      const mail = world.mails.mails.findIndex(({ text: body }) => body.includes(token));
      mailed.push({ ...canary(`token for ${page}`, token), mail });
      return token;
    },
    password: () => secret("password", `${randomBytes(15).toString("base64url")} ü "staple"`),
  };
}

async function story(world: AuthWorld<typeof collections>, recorder: Recorder): Promise<WholeRun["ids"]> {
  const { ask } = recorder;
  const body = { email: `${randomBytes(6).toString("hex")}@example.com`, password: recorder.password() };
  const first = await ask("POST", "users/register", { body });
  const user = String(first.body.user.id);
  await firstSession(recorder, { body, first });
  await lockedOut(recorder, body);
  const changed = await changes(recorder, body);
  const made = { name: "ci", scopes: ["posts:read"] };
  const key = await ask("POST", "users/api-keys", { token: changed.token, body: made });
  await ask("GET", "users/api-keys", { token: changed.token });
  await ask("DELETE", `posts/${user}`, { headers: { "x-api-key": String(key.body.key) } });
  await ask("GET", `posts?api_key=${String(key.body.key)}`);
  await ask("DELETE", `users/api-keys/${String(key.body.id)}`, { token: changed.token });
  await ask("POST", "users/logout-all", { token: changed.token });
  for (const act of ["promote", "rename", "disable", "enable", "keep", "rotate", "forget"]) {
    const { status } = await ask("POST", `steward/${act}/${user}`);
    if (status !== 204) throw new TypeError(`${act} was answered ${status}`);
  }
  await outage(world, recorder, changed);
  await strangers(world, recorder);
  await remains(recorder, changed);
  return { user, key: String(key.body.id), publicId: String(key.body.prefix).slice("lk_test_".length) };
}

interface Began {
  readonly body: { readonly email: string; readonly password: string };
  readonly first: Answered;
}

/** Refreshes twice with one token, which ends the session; then another one, by cookie, that is logged out. */
async function firstSession({ ask, token }: Recorder, { body, first }: Began): Promise<void> {
  const { refreshToken } = first.body;
  await ask("POST", "users/refresh", { body: { refreshToken } });
  await ask("POST", "users/refresh", { body: { refreshToken } });
  const headers = { "sec-fetch-site": "same-origin" };
  const cookies = await ask("POST", "users/login", { body: { ...body, session: "cookie" }, headers });
  await ask("POST", "users/logout", { cookie: cookies, headers });
  await ask("POST", "users/resend-verification", { body: { email: body.email } });
  await ask("POST", "users/verify-email", { body: { token: await token(body.email, "verify-email") } });
}

async function lockedOut({ ask, secret }: Recorder, { email }: Began["body"]): Promise<void> {
  const password = secret("wrong password", randomBytes(15).toString("base64url"));
  for (let attempt = 0; attempt < 6; attempt += 1)
    await ask("POST", "users/login", { body: { email, password } });
}

/** Another password by mail, a third by the form, and another address. */
async function changes(
  recorder: Recorder,
  { email }: Began["body"],
): Promise<Began["body"] & { readonly token: string }> {
  const { ask, token: mailed, password: another } = recorder;
  const [password, newPassword] = [another(), another()];
  await ask("POST", "users/forgot-password", { body: { email } });
  await ask("POST", "users/reset-password", {
    body: { token: await mailed(email, "reset-password"), password },
  });
  const token = String((await ask("POST", "users/login", { body: { email, password } })).body.accessToken);
  const currentPassword = password;
  await ask("POST", "users/change-password", { token, body: { currentPassword, newPassword } });
  const next = `new-${email}`;
  const change = { currentPassword: newPassword, email: next };
  await ask("POST", "users/change-email", { token, body: change });
  await ask("POST", "users/confirm-email", { body: { token: await mailed(next, "confirm-email") } });
  await ask("GET", "users/me", { token });
  await ask("GET", "users/sessions", { token });
  return { token, email: next, password: newPassword };
}

/** A sign-in whose session can't be written: what fails inside is told by the log. */
async function outage(
  world: AuthWorld<typeof collections>,
  { ask }: Recorder,
  { email, password }: Began["body"],
): Promise<void> {
  await world.sql("alter table lucent_sessions rename to elsewhere");
  await ask("POST", "users/login", { body: { email, password } });
  await ask("POST", "users/forgot-password", { body: { email } });
  await world.sql("alter table elsewhere rename to lucent_sessions");
}

/** What is good at the end, so that its rows are there: a session by each transport, a key, a token of a mail. */
async function remains({ ask, token: mailed }: Recorder, body: Began["body"]): Promise<void> {
  const { email, password } = body;
  const headers = { "sec-fetch-site": "same-origin" };
  await ask("POST", "users/login", { body: { email, password, session: "cookie" }, headers });
  const token = String((await ask("POST", "users/login", { body: { email, password } })).body.accessToken);
  await ask("POST", "users/api-keys", { token, body: { name: "kept", scopes: ["users:read"] } });
  await ask("POST", "users/forgot-password", { body: { email } });
  // That of the outage, and the one that has replaced it.
  for (const _ of ["first", "second"]) await mailed(email, "reset-password");
}

/** What is refused to people who are not known. */
async function strangers(world: AuthWorld<typeof collections>, recorder: Recorder): Promise<void> {
  const { ask, stranger: email } = recorder;
  const password = recorder.password();
  await ask("POST", "users/login", { body: { email, password } });
  await ask("POST", "users/forgot-password", { body: { email } });
  await ask("POST", "users/login", {
    body: { email, password },
    headers: { "sec-fetch-site": "cross-site" },
  });
  await ask("GET", "staff");
  await ask("GET", "users?perPage=100");
  await ask("GET", "users", { headers: { origin: foreign } });
  await ask("GET", "users", { headers: { host: "evil.example" } });
  await ask("GET", "users/me", { token: "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0." });
  await world.ask("GET", "/.well-known/jwks.json");
}

/** A column comes, and goes again. */
async function migrations({ url }: AuthWorld<typeof collections>): Promise<void> {
  const wider: Collection = { ...staff, fields: { ...staff.fields, desk: { type: "text" } } };
  const bring = async (wanted: readonly Collection[]): Promise<void> => {
    const plugins = [auth(), secrets(), auditTable(), migrate({ dropOrphaned: true })];
    const config = { collections: wanted, plugins, database: { url }, logger: false } as const;
    const { success } = await runMigration(config, { environment: {}, drop: ["staff.desk"] });
    if (!success) throw new TypeError("the schema was not brought about");
  };
  await bring([accounts, wider, posts]);
  await bring(collections);
}
