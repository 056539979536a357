import { defineCollection, openDatabase } from "@lucent/core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import type { Answered } from "./world/asker.ts";
import { type AuthWorld, authWorld, type SignedIn } from "./world/auth-world.ts";
import { users } from "./world/collections.ts";

const pages = defineCollection({
  slug: "pages",
  fields: { title: { type: "text" } },
  access: { read: true, create: ({ user }) => user !== null },
});
const collections = [users, pages] as const;

let world: AuthWorld<typeof collections>;
let ada: SignedIn;
let browser: SignedIn;

beforeAll(async () => {
  world = await authWorld({
    collections,
    auth: { hash: cheap },
    database: { statementTimeout: 500, max: 12 },
  });
  ada = await world.register();
  browser = await world.login({ email: ada.email, password: ada.password, session: "cookie" });
});
afterAll(() => world.stop());

/** Each way in which somebody may show a session, or begin, keep or end one. */
async function attempts(): Promise<Readonly<Record<string, Answered>>> {
  const { email, password, accessToken: token, refreshToken } = ada;
  const accounts = "/api/users";
  const title = { title: "by nobody" };
  const all = {
    "protected, by token": world.ask("GET", `${accounts}/me`, { token }),
    "protected, by cookie": world.ask("GET", `${accounts}/me`, { cookie: browser }),
    "a write": world.ask("POST", "/api/pages", { token, body: title }),
    "public, by token": world.ask("GET", "/api/pages", { token }),
    login: world.ask("POST", `${accounts}/login`, { body: { email, password } }),
    refresh: world.ask("POST", `${accounts}/refresh`, { body: { refreshToken } }),
    logout: world.ask("POST", `${accounts}/logout`, { token }),
    "logout-all": world.ask("POST", `${accounts}/logout-all`, { token }),
  };
  const answers = Object.entries(all).map(async ([name, answer]) => [name, await answer] as const);
  return Object.fromEntries(await Promise.all(answers));
}

/** All of these answers are the same failure, which lets nobody in and tells nothing. */
function expectFailed(answers: Readonly<Record<string, Answered>>, status: number): void {
  for (const [name, answer] of Object.entries(answers)) {
    expect([name, answer.status, answer.setCookies]).toStrictEqual([name, status, []]);
    expect(answer.text).not.toMatch(/lucent_|relation|lrt_|eyJ/);
    expect(answer.text).not.toContain(ada.email);
  }
}

/** Afterwards the sessions are as they were: none was ended, and nobody was let in meanwhile. */
async function expectAsBefore(): Promise<void> {
  const [[rows]] = (await world.sql("select count(*)::int from lucent_sessions")) as [[number]];
  expect(rows).toBe(2);
  for (const asked of [{ token: ada.accessToken }, { cookie: browser }])
    expect((await world.ask("GET", "/api/users/me", asked)).status).toBe(200);
  expect(await world.sql("select title from pages")).toStrictEqual([]);
}

/** Does something while nobody else can read or write a session. */
async function whileHeld(work: () => Promise<void>): Promise<void> {
  const beside = openDatabase({ collections: [], database: { url: world.url, max: 1 } }, {});
  try {
    await beside.database.transaction(async (tx) => {
      await tx.run({ text: "lock table lucent_sessions in access exclusive mode", values: [] });
      await work();
    });
  } finally {
    await beside.close();
  }
}

test("T-SESS-19 while sessions can't be read nobody is signed in or out, and what is public is answered", async () => {
  await whileHeld(async () => {
    const answers = await attempts();
    expectFailed(answers, 503);
    expect(answers["protected, by token"]?.headers["retry-after"]).toBe("2");
    expect((await world.ask("GET", "/api/pages")).status).toBe(200);
    // No row is asked for what shows by itself that it is none.
    expect((await world.ask("GET", "/api/pages", { token: "garbage" })).status).toBe(401);
  });
  await expectAsBefore();
});

test("T-SESS-19 a connection that breaks while a session is looked up is a failure, not a stranger", async () => {
  await whileHeld(async () => {
    let isOver = false;
    const answers = attempts().finally(() => {
      isOver = true;
    });
    const ended: unknown[] = [];
    while (!isOver) {
      const waiting = await world.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      ended.push(...waiting);
    }
    expectFailed(await answers, 503);
    expect(ended.length).toBeGreaterThan(0);
  });
  await expectAsBefore();
});

test("T-SESS-19 while there are no sessions at all every use of one fails", async () => {
  await world.sql("alter table lucent_sessions rename to lucent_sessions_gone");
  try {
    expectFailed(await attempts(), 503);
    expect(world.log.text()).toContain('relation \\"lucent_sessions\\" does not exist: run `lucent migrate`');
    expect((await world.ask("GET", "/api/pages")).status).toBe(200);
  } finally {
    await world.sql("alter table lucent_sessions_gone rename to lucent_sessions");
  }
  await expectAsBefore();
});
