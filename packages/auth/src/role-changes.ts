import type { AuditActor, Collection, Hooks, Services, User } from "@lucent/core";

import { realmSettings } from "./settings.ts";

/**
 * Reports the changes of what accounts may do, whoever makes them and however, once they are committed.
 * @param audit Asked for when there is something to report.
 */
export function roleHooks(collection: Collection, audit: () => Services["audit"]): Hooks {
  const { roleFields } = realmSettings(collection);
  if (roleFields.length === 0) return {};
  return {
    afterCommit: [
      ({ id, doc, previous, user, requestId }) => {
        if (previous === undefined) return;
        for (const field of roleFields) {
          const value = JSON.stringify(doc[field]);
          if (value === JSON.stringify(previous[field])) continue;
          audit()({
            event: "role.changed",
            outcome: "ok",
            reason: `${field}=${value}`,
            target: `${collection.slug}/${id}`,
            requestId,
            ...(user === null ? {} : { actor: actorOf(user) }),
          });
        }
      },
    ],
  };
}

function actorOf({ id, collection, scopes }: User): AuditActor {
  return { type: scopes === undefined ? "user" : "key", id, collection };
}
