import { isLucentError } from "../../src/errors.ts";

/** What a LucentError says to a client, in short: its code, and each entry as `path rule`. Rethrows anything else. */
export function saidBy(error: unknown): readonly string[] {
  if (!isLucentError(error)) throw error;
  return [error.code, ...(error.errors ?? []).map(({ path, rule }) => `${path} ${rule}`)];
}

/** What `work` returns, or what the LucentError says that it throws. */
export function outcomeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return saidBy(error);
  }
}

/** What the LucentError says that `work` is rejected with; `undefined` where it is not. */
export async function rejectionOf(work: Promise<unknown>): Promise<readonly string[] | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return saidBy(error);
  }
}
