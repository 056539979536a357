import type { ApiOptions, Lucent, PasswordHasher, Plugin, User } from "@lucent/core";
import type postgres from "postgres";

import { type Application, prepare, serve } from "../world/application.ts";
import type { Answered, Asked, Asker } from "../world/asker.ts";
import { headerUser } from "../world/blog.ts";
import { type Caller, ids } from "./callers.ts";
import { collections } from "./collections.ts";
import { safeAsker } from "./safe-answer.ts";
import { adminsOnly, bobsSalary, hiddenDate, hiddenNumber, hush } from "./secrets.ts";

const hasher: PasswordHasher = {
  hash: async (password) => `${hush}:${password.length}`,
  verify: async (password, hash) => hash === `${hush}:${password.length}`,
};

/** Offers a hash that is no hash: what it makes is a secret that no answer may show. */
const passwords: Plugin = { name: "passwords", start: async () => ({ passwordHasher: hasher }) };

/** A route of the application's own that asks the collections as its caller. */
function ownRoute(engine: () => World["engine"]): Plugin {
  return {
    name: "own-route",
    routes: () => [
      {
        id: "own.posts",
        method: "GET",
        path: "/own/posts/{id}",
        async handle({ facts, params }) {
          const { posts } = engine().as(facts.user ?? null);
          const found = await posts.find({ sort: "title" });
          return Response.json({ found: found.data, one: await posts.findById(params.get("id") ?? "") });
        },
      },
    ],
  };
}

/** The application under attack. */
export interface World {
  readonly engine: Lucent<typeof collections>;
  readonly log: Application<typeof collections>["log"];
  readonly port: number;
  /** A client around the engine. */
  readonly sql: postgres.Sql;
  /** Every answer is checked to be safe. */
  readonly ask: Asker;
  /** Asks as a caller. */
  as(user: Caller, method: string, target: string, more?: Omit<Asked, "user">): Promise<Answered>;
  /** Empties all tables but the users' and their hidden values. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on a database of its own. */
export async function startWorld(
  server: string,
  { url = (own) => own, max = 4, api = {} }: WorldOptions = {},
): Promise<World> {
  const database = await prepare(server, "security", collections);
  const { sql } = database;
  await fillUsers(sql);
  const plugins = [headerUser, passwords, ownRoute(() => app.engine)];
  const app: Application<typeof collections> = await serve({
    collections,
    plugins,
    database: { url: await url(database.url), max },
    api,
    secret,
  });
  const ask = safeAsker(app.ask);
  return {
    engine: app.engine,
    log: app.log,
    port: app.port,
    sql,
    ask,
    as: (user, ...[method, target, more = {}]) => ask(method, target, { ...more, ...asked(user) }),
    async reset() {
      app.log.lines.length = 0;
      await sql`truncate tags, vault, notes, reports, ledger, articles cascade`;
      await fillUsers(sql);
      await sql`insert into vault (id, note, owner) values (${ids.vault}, ${`${hush} vault`}, ${ids.bob})`;
    },
    async stop() {
      await app.stop();
      await database.drop();
    },
  };
}

/** Where the world differs from the usual one. */
export interface WorldOptions {
  /** The connection string that the engine gets, made from the database's own. */
  readonly url?: (own: string) => string | Promise<string>;
  /** Connections in the engine's pool. */
  readonly max?: number;
  readonly api?: ApiOptions;
}

// Two worlds with one key open each other's cursors.
const secret = Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString("base64");

function asked(user: Caller): { readonly user?: User } {
  return user === undefined ? {} : { user };
}

async function fillUsers(sql: postgres.Sql): Promise<void> {
  await sql`truncate users cascade`;
  const rows = (["alice", "bob", "adm"] as const).map((name) => ({
    id: ids[name],
    name,
    email: `${name}@${adminsOnly}.example`,
    role: name === "adm" ? "admin" : "user",
    salary: name === "alice" ? 1_000 : bobsSalary,
    profile: sql.json({ secret: adminsOnly }),
    email_verified: true,
    password: `${hush} password of ${name}`,
    password_hash: `${hush}$argon2`,
    verify_token: `${hush} token`,
    login_attempts: hiddenNumber,
    locked_until: hiddenDate,
  }));
  await sql`insert into users ${sql(rows)}`;
}
