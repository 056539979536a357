import type { Data } from "../body/settle.ts";
import { LucentError } from "../errors.ts";
import type { AllowedWrite } from "./access.ts";
import type { ChangeParts, Guard } from "./change.ts";
import { superseded } from "./conflict.ts";
import { checkFieldWrites } from "./field-access.ts";
import type { Call } from "./principal.ts";
import type { Session } from "./session.ts";
import { changedDocument, checkFieldConditions, lockedDocument, transacted } from "./stored-document.ts";
import { knownId } from "./validate.ts";
import { writeAnswer } from "./write-answer.ts";
import { checkReferences, updateRow, type Written } from "./write.ts";

/** Updates a document: the caller's fields, its body, the hooks around it, the row. */
export async function update(
  { access, bodies, hooks }: ChangeParts,
  call: Call,
  { body, permit, precondition }: Guard & { readonly body: unknown },
): Promise<Written> {
  const { model, principal } = call;
  const conditions = await checkFieldWrites(call, body, access.asker);
  const data = bodies.check(model, body, "update");
  const id = knownId(call.id);
  const isHooked = hooks.has(model, "beforeOperation", "beforeUpdate", "afterUpdate", "afterCommit");
  const needsOld = isHooked || precondition !== undefined || conditions.size > 0;
  return transacted(call, needsOld || hooks.has(model, "afterRead"), async (inside) => {
    const { session } = inside;
    const view = access.systemView(model);
    const complete = async (left: Data): Promise<AllowedWrite> => {
      const input = await bodies.completeUpdate(model, left, principal);
      const allowed = await access.allowWrite(permit, { kind: "update", ...input, id }, data);
      await checkReferences(session.reader, allowed);
      return allowed;
    };
    await hooks.beforeOperation(inside);
    // What is wrong with the body comes before the row; only a hook that may still change the one needs the other.
    const known = hooks.has(model, "beforeUpdate") ? undefined : await complete(data);
    const old = needsOld
      ? await lockedDocument(session, view, { id, permit, forHooks: isHooked })
      : undefined;
    await checkFieldConditions(session, model, { id, conditions });
    const allowed =
      known ?? (await complete(await hooks.change("beforeUpdate", inside, { data, doc: old?.doc, id })));
    const isStale = old !== undefined && precondition?.(id, old.version) === false;
    const written = isStale ? await refuseStale(session, allowed) : await updateRow(session, allowed);
    if (hooks.has(model, "afterUpdate", "afterCommit")) {
      const { doc } = await changedDocument(session, view, id);
      await hooks.tell("afterUpdate", inside, { doc, previous: old?.doc, id });
      await hooks.afterCommit(inside, { id, doc, previous: old?.doc });
    }
    return writeAnswer(hooks, inside, { written, allowed });
  });
}

/** A new image that the rule does not allow comes before a stale precondition, and is known only after the write. */
async function refuseStale(session: Session, allowed: AllowedWrite): Promise<never> {
  const stale = new LucentError("PRECONDITION_FAILED");
  if (allowed.image.kind === "everything") throw stale;
  try {
    await updateRow(session, allowed);
  } catch (error) {
    throw superseded(error, stale);
  }
  throw stale;
}
