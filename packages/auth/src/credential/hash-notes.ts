import { AsyncLocalStorage } from "node:async_hooks";

import type { AccountHasher } from "./password-hasher.ts";

/** Called when a hash was made just now. */
export type HashNote = () => void;

/** A hasher that tells when it has made a hash. */
export interface NotingHasher extends AccountHasher {
  /** Does work, and calls `note` when each password is hashed for it, also where the work fails afterwards. */
  noting<T>(note: HashNote, work: () => Promise<T>): Promise<T>;
}

/**
 * Lets whoever has an account stored know when the hash of its password is made, which is the one step that takes its time
 * whatever becomes of the account.
 */
export function notingHasher(hasher: AccountHasher): NotingHasher {
  const current = new AsyncLocalStorage<HashNote>();
  return {
    ...hasher,
    async hash(password) {
      const made = await hasher.hash(password);
      current.getStore()?.();
      return made;
    },
    noting: (note, work) => current.run(note, work),
  };
}
