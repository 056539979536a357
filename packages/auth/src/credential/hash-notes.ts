import { AsyncLocalStorage } from "node:async_hooks";

import type { AccountHasher } from "./password-hasher.ts";

/** Takes a password whose hash was made just now. */
export type HashNote = (password: string, hash: string) => void;

/** A hasher that can be asked what it has made. */
export interface NotingHasher extends AccountHasher {
  /** Does work, and calls `note` for each password that is hashed for it, also where the work fails afterwards. */
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
      current.getStore()?.(password, made);
      return made;
    },
    noting: (note, work) => current.run(note, work),
  };
}
