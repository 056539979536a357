import { randomUUID } from "node:crypto";

import { LucentError, type Plugin, type RouteCall } from "@lucent/core";

import type { Answered } from "./asker.ts";
import type { AuthWorld } from "./auth-world.ts";

/**
 * A plugin that lets in whoever is named, by `POST /api/door/<collection>/<id>`, in the session that every sign-in ends
 * in: for tests that would spend their time hashing passwords.
 */
export function door(): Plugin {
  return {
    name: "door",
    after: ["auth"],
    routes: () => [
      {
        id: "door.open",
        method: "POST",
        path: "/door/{collection}/{id}/{transport}",
        ignoresCredentials: true,
        handle: letIn,
      },
    ],
  };
}

async function letIn(call: RouteCall): Promise<Response> {
  const { auth } = call.services;
  if (auth === undefined) throw new LucentError("UNAVAILABLE");
  const account = { collection: call.params.get("collection") ?? "", id: call.params.get("id") ?? "" };
  const transport = call.params.get("transport") === "cookie" ? "cookie" : "token";
  return auth.signIn(account, call, { method: "door", transport });
}

type Doored = Pick<AuthWorld, "ask" | "sql">;

/** An account with a session. */
export interface Entered extends Answered {
  readonly id: string;
  readonly email: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Signs an account in through the door. */
export async function enter(
  { ask }: Pick<Doored, "ask">,
  { id, email }: { readonly id: string; readonly email: string },
  {
    collection = "users",
    transport = "token",
  }: { readonly collection?: string; readonly transport?: string } = {},
): Promise<Entered> {
  const answer = await ask("POST", `/api/door/${collection}/${id}/${transport}`);
  const { accessToken, refreshToken } = answer.body ?? {};
  return { ...answer, id, email, accessToken, refreshToken };
}

/** What a newcomer is. */
export interface Newcomer {
  readonly collection?: string;
  readonly id?: string;
  readonly email?: string;
  /** Of the password, see `accounts.ts`. Default: none. */
  readonly hash?: string;
}

/** Makes an account whose address nobody has verified, and signs it in through the door. */
export async function newcomer(
  world: Doored,
  { collection = "users", id = randomUUID(), email = `${id}@example.com`, hash }: Newcomer = {},
): Promise<Entered> {
  await world.sql(
    `insert into "${collection}" (id, email, password, email_verified)
      values ($1::uuid, $2::text, $3::text, false)`,
    id,
    email,
    hash ?? null,
  );
  return enter(world, { id, email }, { collection });
}
