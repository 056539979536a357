import { randomUUID } from "node:crypto";

import type { Lucent } from "@lucent/core";

import { make } from "./application.ts";
import type { Caller } from "./parts.ts";
import type { Visitor } from "./run.ts";
import type { Wire } from "./wire.ts";

/** Who is to be there. */
export interface Member {
  readonly name: string;
  readonly weight: number;
  /** The collection of its account. */
  readonly slug: string;
  /** Fields of the account, beside address and password. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** By an API key with these scopes, instead of a session. */
  readonly scopes?: readonly string[];
}

/** Makes an account, past every rule, and signs it in as a program would. */
export async function visitor(engine: Lucent, over: Wire, member: Member): Promise<Visitor> {
  const credentials = { email: `${randomUUID()}@example.com`, password: `${randomUUID()} staple` };
  await make(engine, member.slug, { ...member.fields, ...credentials });
  const found = await signedIn({ engine, over, member }, credentials);
  if (found === undefined) throw new TypeError("an account that was just made can't sign in");
  return found;
}

interface Door {
  readonly engine: Lucent;
  readonly over: Wire;
  readonly member: Member;
}

/** Somebody with a session, or a key; `undefined` where the account is gone. */
async function signedIn(
  { engine, over, member }: Door,
  credentials: Caller["knows"],
): Promise<Visitor | undefined> {
  const { email, password } = credentials;
  const answer = await posted(over, `/api/${member.slug}/login`, { body: { email, password } });
  if (answer === undefined) return undefined;
  const session = { authorization: `Bearer ${String(answer["accessToken"])}` };
  return {
    name: member.name,
    weight: member.weight,
    home: `/api/${member.slug}`,
    headers: member.scopes === undefined ? session : await keyFor(over, session, member.scopes),
    knows: { email, password, currentPassword: password },
    renew: async (known) =>
      (await signedIn({ engine, over, member }, known)) ?? visitor(engine, over, member),
  };
}

async function keyFor(
  over: Wire,
  headers: Visitor["headers"],
  scopes: readonly string[],
): Promise<Visitor["headers"]> {
  const made = await posted(over, "/api/users/api-keys", { headers, body: { name: "some rights", scopes } });
  return { "x-api-key": String(made?.["key"]) };
}

async function posted(
  over: Wire,
  target: string,
  { headers = {}, body }: { readonly headers?: Visitor["headers"]; readonly body: unknown },
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const sent = { ...headers, "content-type": "application/json" };
  for (;;) {
    const answer = await over.send({ method: "POST", target, headers: sent, body: JSON.stringify(body) });
    if (answer.status < 300) return JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
    if (answer.status === 401) return undefined;
    // The limits of the application under test refuse some at random.
    if (answer.status !== 429) throw new TypeError(`${target} answered ${answer.status} ${answer.body}`);
  }
}

/** Somebody who is not known. */
export const nobody: Visitor = { name: "nobody", weight: 3, home: "", headers: {}, knows: {} };
