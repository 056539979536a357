import type { User } from "@lucent/core";

/** Who calls; `undefined` for an anonymous caller. */
export type Caller = User | undefined;

/** Ids that both rows and callers have, the same in every run. */
export const ids = {
  alice: "018f4e1c-0000-7000-8000-00000000a11c",
  bob: "018f4e1c-0000-7000-8000-0000000000b0",
  adm: "018f4e1c-0000-7000-8000-00000000ad00",
  missing: "018f4e1c-0000-7000-8000-00000000dead",
  vault: "018f4e1c-0000-7000-8000-0000000fa017",
} as const;

/** A caller who owns what has her id. */
export const alice: User = { id: ids.alice, collection: "users", role: "user" };

/** Another one. */
export const bob: User = { id: ids.bob, collection: "users", role: "user" };

/** Who may do everything that any rule allows. */
export const adm: User = { id: ids.adm, collection: "users", role: "admin" };

/** An account of another collection that says it is an admin. */
export const robot: User = { id: ids.alice, collection: "robots", role: "admin" };

/** Whether a caller is the administrator: the role alone is not enough, the account must be a user's. */
export function isAdmin(user: User | null): boolean {
  return user?.collection === "users" && user["role"] === "admin";
}
