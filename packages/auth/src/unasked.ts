import type { Work } from "./mail/attempt.ts";
import { type Realm, type Runtime, takeFor } from "./runtime.ts";

const mails = { max: 3, window: 3_600 };

/**
 * A mail to an address that somebody else may have named: no more of them than one address gets in an hour, wherever they
 * come from. What is over is not sent, nor done; nobody is told, since the first ones have arrived.
 */
export function unasked(
  { runtime, realm }: { readonly runtime: Runtime; readonly realm: Realm },
  email: string,
  work: Work,
): Work {
  let taken: Promise<boolean> | undefined;
  return async () => {
    // Once for each mail, however often it is tried.
    taken ??= takeFor(runtime, realm, { what: "unasked", email, limit: mails });
    return (await taken) ? work() : undefined;
  };
}
