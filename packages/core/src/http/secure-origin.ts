import { LucentError } from "../errors.ts";
import type { Target } from "./path.ts";

const printable = /^[\x21-\x7e]*$/;

/**
 * Where a client that came by plain http is to go instead: the same target on the public origin, whatever `Host` said.
 * @throws LucentError `FORBIDDEN` for methods that may have sent a secret already.
 */
export function secureLocation(method: string, { path, search }: Target, origin: string): string {
  const target = search === "" ? path : `${path}?${search}`;
  if ((method !== "GET" && method !== "HEAD") || !printable.test(target)) throw new LucentError("FORBIDDEN");
  return `${origin}${target}`;
}
