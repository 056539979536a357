import { LucentError } from "../errors.ts";

const maxDepth = 32;
const maxKeys = 2_000;
const maxItems = 10_000;

/**
 * Refuses JSON that is too deep or too wide to be walked cheaply. Iterative, since a deep value would overflow the
 * stack of a recursive walk.
 * @throws LucentError `BAD_REQUEST`.
 */
export function checkJsonSize(value: unknown): void {
  let keys = 0;
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) throw new LucentError("BAD_REQUEST");
    const next: unknown[] = [];
    for (const node of level) {
      if (typeof node !== "object" || node === null) continue;
      const children: readonly unknown[] = Array.isArray(node) ? node : Object.values(node);
      if (Array.isArray(node) ? children.length > maxItems : (keys += children.length) > maxKeys) {
        throw new LucentError("BAD_REQUEST");
      }
      for (const child of children) next.push(child);
    }
    level = next;
  }
}
