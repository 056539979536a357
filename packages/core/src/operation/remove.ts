import { LucentError } from "../errors.ts";
import type { Permit } from "./access.ts";
import type { ChangeParts, Guard } from "./change.ts";
import type { Call } from "./principal.ts";
import { changedDocument, lockedDocument, transacted } from "./stored-document.ts";
import { knownId } from "./validate.ts";
import { writeAnswer } from "./write-answer.ts";
import { deleteRow, restoreRow, type Written } from "./write.ts";

/** Deletes a document, or marks it as deleted, with the hooks around it. */
export async function remove(
  { access, hooks, now }: ChangeParts,
  call: Call,
  { permit, precondition }: Guard,
): Promise<void> {
  const { model } = call;
  const id = knownId(call.id);
  const allowed = access.allowDelete(permit, { kind: "delete", id });
  const isHooked = hooks.has(model, "beforeOperation", "beforeDelete", "afterDelete", "afterCommit");
  const needsOld = isHooked || precondition !== undefined;
  await transacted(call, needsOld, async (inside) => {
    const { session } = inside;
    await hooks.beforeOperation(inside);
    const old = needsOld
      ? await lockedDocument(session, access.systemView(model), { id, permit, forHooks: isHooked })
      : undefined;
    if (old !== undefined && precondition?.(id, old.version) === false) {
      throw new LucentError("PRECONDITION_FAILED");
    }
    await hooks.tell("beforeDelete", inside, { doc: old?.doc, id });
    await deleteRow(session.reader, allowed, now);
    await hooks.tell("afterDelete", inside, { doc: old?.doc, id });
    await hooks.afterCommit(inside, { id, doc: old?.doc });
  });
}

/** Takes back a deletion. To hooks it is an update that changes no field of theirs. */
export async function restore({ access, hooks }: ChangeParts, call: Call, permit: Permit): Promise<Written> {
  const { model } = call;
  const id = knownId(call.id);
  const allowed = access.allowDelete(permit, { kind: "delete", id });
  const isHooked = hooks.has(model, "beforeOperation", "beforeUpdate", "afterUpdate", "afterCommit");
  return transacted({ ...call, operation: "update" }, true, async (inside) => {
    const { session } = inside;
    const view = access.systemView(model);
    await hooks.beforeOperation(inside);
    const old = isHooked
      ? await lockedDocument(session, view, { id, permit, forHooks: isHooked })
      : undefined;
    if (hooks.has(model, "beforeUpdate")) {
      await hooks.change("beforeUpdate", inside, { data: {}, doc: old?.doc, id });
    }
    const written = await restoreRow(session, allowed);
    if (hooks.has(model, "afterUpdate", "afterCommit")) {
      const { doc } = await changedDocument(session, view, id);
      await hooks.tell("afterUpdate", inside, { doc, previous: old?.doc, id });
      await hooks.afterCommit(inside, { id, doc, previous: old?.doc });
    }
    return writeAnswer(hooks, inside, { written, allowed });
  });
}
