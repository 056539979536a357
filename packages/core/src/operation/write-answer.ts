import { everything } from "../filter/tree.ts";
import type { Allowed, AllowedWrite } from "./access.ts";
import type { HookRunner } from "./hooks.ts";
import type { Call } from "./principal.ts";
import { isTouched, rendered } from "./render.ts";
import type { DeleteInput } from "./valid.ts";
import { readWritten, type Written } from "./write.ts";

/** What the caller gets to see of a written row: as the hooks behind the write left it, and read like any document. */
export async function writeAnswer(
  hooks: HookRunner,
  call: Call,
  {
    written,
    allowed,
  }: { readonly written: Written; readonly allowed: Allowed<AllowedWrite["input"] | DeleteInput> },
): Promise<Written> {
  const moment = call.operation === "create" ? "afterCreate" : "afterUpdate";
  const current = hooks.has(call.model, moment)
    ? ((await readWritten(call.session.reader, allowed, everything)) ?? { ...written, document: undefined })
    : written;
  const afterRead = hooks.afterRead(call);
  if (current.document === undefined || !isTouched(allowed.shape, afterRead)) return current;
  return { ...current, document: await rendered(current.document, allowed.shape, afterRead) };
}
