import { adm, alice, bob, ids, robot } from "./callers.ts";
import type { Parameters } from "./parameters.ts";
import { insertLinks, insertPosts, nthDate, nthId } from "./rows.ts";
import { hush } from "./secrets.ts";
import type { World } from "./world.ts";

/** What differs between two worlds that alice must not be able to tell apart. */
export type Variant = "a" | "b";

const titles = ["ada", "bea", "cleo", "dora", "eve", "flo"];

/** Fills a world: what alice may read is the same in both, everything else is not. */
export async function fill(world: World, variant: Variant): Promise<void> {
  await world.reset();
  const { sql } = world;
  const isB = variant === "b";
  await sql`insert into tags ${sql([0, 1, 2].map((at) => ({ id: nthId("tag", at), name: `tag ${at}` })))}`;
  await insertPosts(world, [...titles.map((title, at) => ownPost(title, at, isB)), ...othersPosts(isB)]);
  await insertLinks(world, "tags", [nthId("post", 0), [nthId("tag", 0), nthId("tag", 2)]]);
  await insertLinks(world, "related", [nthId("post", 1), [nthId("post", 0), nthId("post", 100)]]);
  await sql`insert into contacts (id, email, owner, verify_token)
    values (${nthId("contact", 0)}, 'alice@example.com', ${ids.alice}, ${isB ? null : hush})`;
  if (isB) {
    await sql`insert into contacts (id, email, owner) values (${nthId("contact", 1)}, 'bob@example.com', ${ids.bob})`;
    await sql`update users set password = ${`${hush} b`}, password_hash = null, verify_token = 'a', login_attempts = 1,
      locked_until = null, email = name || '@b.example', profile = '{"secret":"b"}'`;
    await sql`update users set salary = 1 where id <> ${ids.alice}`;
    await sql`update vault set note = 'b', owner = null`;
  }
  await sql`update users set favourite = ${nthId("post", 2)} where id = ${ids.bob}`;
  await sql`update users set favourite = ${nthId("post", 100)} where id = ${ids.alice}`;
}

function ownPost(title: string, at: number, isB: boolean) {
  return {
    id: nthId("post", at),
    title: `${title} post`,
    body: `body of ${title}`,
    owner: ids.alice,
    author: at % 2 === 0 ? ids.bob : null,
    vault: at % 3 === 0 ? ids.vault : null,
    status: at % 2 === 0 ? "draft" : "published",
    code: at < 3 ? `code ${at}` : null,
    views: at % 3,
    secret_note: isB ? `b ${titles.length - at}` : `${hush} ${at}`,
    internal: isB ? null : `internal ${at}`,
    deleted_at: at === titles.length - 1 ? nthDate(isB ? 200 : 100) : null,
  };
}

const bobsWord = "bobs9word";

/** Bob's: in the second world more of them, earlier and later in every order, and with other words. */
function othersPosts(isB: boolean) {
  const count = isB ? 9 : 2;
  return Array.from({ length: count }, (_, at) => ({
    id: nthId("post", 100 + at),
    title: isB ? `a${at} ada of bob` : `${bobsWord} z${at}`,
    body: isB ? "body of eve" : bobsWord,
    owner: ids.bob,
    author: isB ? ids.alice : ids.bob,
    code: `bob ${isB ? 100 - at : at}`,
    views: isB ? 1_000 + at : -1,
    status: isB ? "published" : "draft",
  }));
}

/** Who must not notice; all but the first ask every nth question only. */
export const callers = [
  { user: alice, every: 1 },
  { user: undefined, every: 20 },
  { user: robot, every: 20 },
] as const;

/** Who does: without them the comparison would show nothing. */
export const witnesses = [bob, adm] as const;

const names: Readonly<Record<string, readonly string[]>> = {
  posts: [
    "id",
    "title",
    "body",
    "internal",
    "secretNote",
    "owner",
    "author",
    "vault",
    "status",
    "code",
    "views",
    "createdAt",
    "deletedAt",
    "meta.a",
    "tags",
    "related",
    "kinds",
    "author.name",
    "author.email",
    "author.salary",
    "author.favourite.title",
    "owner.favourite.views",
    "vault.note",
    "related.title",
    "related.secretNote",
    "related.owner.passwordHash",
    "tags.name",
    "nope",
  ],
  users: [
    "id",
    "name",
    "email",
    "role",
    "salary",
    "profile",
    "profile.secret",
    "password",
    "passwordHash",
    "verifyToken",
    "loginAttempts",
    "lockedUntil",
    "favourite",
    "favourite.title",
    "favourite.owner.email",
  ],
  contacts: ["id", "email", "verifyToken", "owner", "owner.email", "owner.loginAttempts"],
  vault: ["id", "note", "owner", "owner.name"],
};

const tests = [
  { exists: true },
  { neq: "a" },
  { gte: "b" },
  { lt: 2 },
  { like: "a" },
  { contains: nthId("post", 100) },
  { eq: nthId("post", 100) },
];

/** One question about a collection. */
export interface Question {
  readonly slug: string;
  readonly parameters: Parameters;
}

/** Every name of every collection, in every parameter that takes one. */
export function* questions(): Generator<Question> {
  for (const [slug, fields] of Object.entries(names)) {
    for (const parameters of general) yield { slug, parameters };
    for (const name of fields) {
      for (const test of tests) yield { slug, parameters: { where: { [name]: test }, count: "exact" } };
      yield { slug, parameters: { where: { not: { [name]: { exists: true } } }, perPage: 2 } };
      yield { slug, parameters: { sort: name, perPage: 2 } };
      yield { slug, parameters: { sort: `-${name}`, count: "exact" } };
      yield { slug, parameters: { select: name } };
      yield { slug, parameters: { populate: name } };
    }
  }
}

const general: readonly Parameters[] = [
  {},
  { count: "exact", perPage: 1 },
  { count: "exact", page: 2, perPage: 2 },
  { trashed: "with" },
  { trashed: "only", count: "exact" },
  ...[1, 2, 3].map((depth) => ({ depth, perPage: 3 })),
  ...["ada", "eve", "bob", "body", bobsWord, hush, "ada -bob", "a@b"].map((search) => ({
    search,
    count: "exact",
  })),
  { populate: "author.favourite.author,related.owner,vault,tags", perPage: 3 },
];
