import type { Collection, Hooks } from "@lucent/core";

import type { Runtime } from "./runtime.ts";

/**
 * Ends what a deleted account has left lying. None of it counted any more, but an account that is restored, or put back
 * under its id by SQL, must not find it alive again.
 */
export function deletionHooks({ slug }: Collection, running: () => Runtime): Hooks {
  return {
    afterCommit: [
      async ({ operation, id }) => {
        if (operation !== "delete") return;
        const { realms, services } = running();
        const realm = realms.get(slug);
        await realm?.sessions.endAll(id);
        await realm?.mailed.discard(id, services.database);
        await realm?.keys.revokeAll(id, services.database);
      },
    ],
  };
}
