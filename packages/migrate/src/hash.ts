import { createHash } from "node:crypto";

import type { Step } from "./model/step.ts";

/** Hash of a text, in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Hash of what a step does: its kind, its object and its statements. */
export function stepHash({ kind, object, statements }: Step): string {
  return sha256(JSON.stringify([kind, object, statements]));
}
