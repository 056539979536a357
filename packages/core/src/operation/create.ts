import type { Permit } from "./access.ts";
import type { ChangeParts } from "./change.ts";
import { checkFieldWrites } from "./field-access.ts";
import type { Call } from "./principal.ts";
import { changedDocument, checkFieldConditions, transacted } from "./stored-document.ts";
import { writeAnswer } from "./write-answer.ts";
import { checkReferences, insertRow, type Written } from "./write.ts";

/** Creates a document: the caller's fields, its body, the hooks around it, the row. */
export async function create(
  { access, bodies, hooks }: ChangeParts,
  call: Call,
  { body, permit }: { readonly body: unknown; readonly permit: Permit },
): Promise<Written> {
  const { model, principal } = call;
  const conditions = await checkFieldWrites(call, body, access.asker);
  const data = bodies.check(model, body, "create");
  const isHooked = hooks.has(
    model,
    "beforeOperation",
    "beforeCreate",
    "afterCreate",
    "afterRead",
    "afterCommit",
  );
  // Hashing a password takes its time, in which a transaction would keep a connection from everybody else.
  const isAlone = !hooks.has(model, "beforeOperation", "beforeCreate");
  const early = isAlone ? await bodies.completeCreate(model, data, principal) : undefined;
  return transacted(call, isHooked || conditions.size > 0, async (inside) => {
    const { session } = inside;
    await hooks.beforeOperation(inside);
    const changed = hooks.has(model, "beforeCreate")
      ? await hooks.change("beforeCreate", inside, { data })
      : data;
    const input = early ?? (await bodies.completeCreate(model, changed, principal));
    const allowed = await access.allowWrite(permit, { kind: "create", ...input }, data);
    await checkReferences(session.reader, allowed);
    const written = await insertRow(session, allowed);
    await checkFieldConditions(session, model, { id: written.id, conditions });
    if (hooks.has(model, "afterCreate", "afterCommit")) {
      const { doc } = await changedDocument(session, access.systemView(model), written.id);
      await hooks.tell("afterCreate", inside, { doc });
      await hooks.afterCommit(inside, { id: written.id, doc });
    }
    return writeAnswer(hooks, inside, { written, allowed });
  });
}
