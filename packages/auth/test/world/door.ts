import { randomUUID } from "node:crypto";

import { LucentError, type Plugin, type RouteCall } from "@lucent/core";

// Brings `auth` to the type of services.
import type { AuthService } from "../../src/service.ts";
import type { Answered } from "./asker.ts";
import type { AuthWorld } from "./auth-world.ts";

/**
 * A plugin that lets in whoever is named, by `POST /api/door/<collection>/<id>`, in the session that every sign-in ends
 * in: for tests that would spend their time hashing passwords.
 */
export function door(): Plugin {
  let service: AuthService | undefined;
  const letIn = (call: RouteCall): Promise<Response> => {
    if (service === undefined) throw new LucentError("UNAVAILABLE");
    const account = { collection: call.params.get("collection") ?? "", id: call.params.get("id") ?? "" };
    const transport = call.params.get("transport") === "cookie" ? "cookie" : "token";
    return service.signIn(account, call, { method: "door", transport });
  };
  return {
    name: "door",
    after: ["auth"],
    start: async (services) => {
      service = services.auth;
    },
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
  { collection = "users", transport = "token" }: { readonly collection?: string; readonly transport?: string } = {},
): Promise<Entered> {
  const answer = await ask("POST", `/api/door/${collection}/${id}/${transport}`);
  const { accessToken, refreshToken } = answer.body ?? {};
  return { ...answer, id, email, accessToken, refreshToken };
}

/** Makes an account without a password and signs it in through the door. */
export async function newcomer(
  world: Doored,
  { collection = "users", id = randomUUID() }: { readonly collection?: string; readonly id?: string } = {},
): Promise<Entered> {
  const email = `${id}@example.com`;
  const insert = `insert into "${collection}" (id, email, email_verified) values ($1::uuid, $2::text, false)`;
  await world.sql(insert, id, email);
  return enter(world, { id, email }, { collection });
}
