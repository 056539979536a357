import { randomUUID } from "node:crypto";

import { treaty } from "@elysia/eden";

import type { App } from "../src/app.ts";
import type { ServedGuide } from "./guide.ts";

/** Somebody with an account, and a session by token. */
export interface Visitor {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  /** What goes with each of their requests. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Makes an account, past every rule, and signs it in as a program would. */
export async function visitor(
  { url, lucent }: ServedGuide,
  { name = "Ada", role = "reader" }: { readonly name?: string; readonly role?: Role } = {},
): Promise<Visitor> {
  const credentials = { email: `${randomUUID()}@example.com`, password: `${randomUUID()} staple` };
  const { id } = await lucent.asSystem().users.create({ ...credentials, name, role });
  const { data } = await client(url).users.login.post(credentials);
  const token = data?.accessToken;
  if (token === undefined) throw new TypeError("nobody was signed in");
  return { id, ...credentials, headers: { authorization: `Bearer ${token}` } };
}

type Role = "reader" | "editor" | "admin";

/** A typed client of the API, for a caller with these headers. */
export function client(url: string, headers: Readonly<Record<string, string>> = {}) {
  return treaty<App>(url, { parseDate: false, headers: { ...headers } }).api;
}
