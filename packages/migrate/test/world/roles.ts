import { randomBytes } from "node:crypto";

import { type Database, openDatabase } from "@lucent/core";

import type { World } from "./database.ts";

/** A role of one test, with what it may do. */
export interface Role {
  /** Privileges on the schema `public`, such as `create`. */
  readonly grants: readonly string[];
  /** SQL that gives it more; `:role` stands for its name. */
  readonly more?: string;
}

/** Runs work as a role that owns nothing and is no superuser; the role is dropped afterwards. */
export async function as<T>(
  here: World,
  { grants, more }: Role,
  work: (database: Database, role: string) => Promise<T>,
): Promise<T> {
  const role = `lucent_test_role_${randomBytes(6).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  await here.sql(`create role ${role} login password '${password}'`);
  const url = new URL(here.url);
  url.username = role;
  url.password = password;
  const { database, close } = openDatabase({ collections: [], database: { url: url.href } }, {});
  try {
    for (const grant of grants) await here.sql(`grant ${grant} on schema public to ${role}`);
    if (more !== undefined) await here.script(more.replaceAll(":role", role));
    return await work(database, role);
  } finally {
    await close();
    await here.sql(`drop owned by ${role} cascade`);
    await here.sql(`drop role ${role}`);
  }
}

/** The same database through connections that work in a schema of their own. */
export async function schemaWorld(
  here: World,
  schema: string,
): Promise<{ readonly database: Database; close(): Promise<void> }> {
  const url = new URL(here.url);
  url.searchParams.set("search_path", schema);
  return openDatabase({ collections: [], database: { url: url.href } }, {});
}
