import { LucentError } from "../errors.ts";
import type { CursorSeal } from "../filter/cursor.ts";
import type { ListParameters } from "../filter/list.ts";
import type { Permit } from "./access.ts";
import type { ChangeParts, Precondition } from "./change.ts";
import { create } from "./create.ts";
import type { IndexAdvisor } from "./index-advice.ts";
import { countRows, findPage, type Page } from "./list.ts";
import type { Call } from "./principal.ts";
import { findOne, type Found } from "./read.ts";
import { remove, restore } from "./remove.ts";
import { update } from "./update.ts";
import type { OneParameters, Validator } from "./validate.ts";
import type { Written } from "./write.ts";

/** Something that a caller sent, read only once the operation's rule has been asked. */
export type Late<T> = () => T | Promise<T>;

/**
 * What can be done with a collection: rule, validation, hooks, query. HTTP, batches, hooks and the in-process API all come
 * through here, and differ only in where the parameters come from.
 */
export interface Operations {
  list(call: Call, parameters: Late<ListParameters>): Promise<Page>;
  count(call: Call, where: Late<unknown>): Promise<number>;
  one(call: Call, parameters: Late<OneParameters>): Promise<Found>;
  create(call: Call, body: Late<unknown>): Promise<Written>;
  update(call: Call, body: Late<unknown>, precondition?: Precondition): Promise<Written>;
  delete(call: Call, parameters: Late<unknown>, precondition?: Precondition): Promise<void>;
  restore(call: Call, parameters: Late<unknown>): Promise<Written>;
}

/** What the operations work with. */
export interface OperationParts extends ChangeParts {
  readonly validator: Validator;
  readonly seal: CursorSeal;
  /** Absent in production. */
  readonly advise: IndexAdvisor | undefined;
}

/** Makes the operations of an application. */
export function operations(parts: OperationParts): Operations {
  const { access, validator, hooks, seal, advise } = parts;
  async function permitRead(call: Call): Promise<Permit> {
    const permit = await access.permit(call);
    await hooks.beforeOperation(call);
    await hooks.beforeRead(call);
    return permit;
  }
  return {
    async list(call, parameters) {
      const permit = await permitRead(call);
      const input = await validator.list(permit, await parameters());
      const allowed = await access.allow(permit, input);
      const reading = { reader: call.session.reader, seal, afterRead: hooks.afterRead(call) };
      const page = await findPage(allowed, reading);
      // Inside a transaction the pool, which the advice needs, is out of bounds.
      if (!call.session.isTransaction) advise?.(allowed);
      return page;
    },
    async count(call, where) {
      const permit = await permitRead(call);
      const input = await validator.count(permit, await where());
      return countRows(call.session.reader, await access.allow(permit, input));
    },
    async one(call, parameters) {
      const permit = await permitRead(call);
      const input = await validator.one(permit, await parameters());
      const allowed = await access.allow(permit, input);
      return findOne(allowed, { reader: call.session.reader, afterRead: hooks.afterRead(call) });
    },
    async create(call, body) {
      const permit = await access.permit(call);
      return create(parts, call, { body: await body(), permit });
    },
    async update(call, body, precondition) {
      const permit = await access.permit(call);
      return update(parts, call, { body: await body(), permit, precondition });
    },
    async delete(call, parameters, precondition) {
      const permit = await access.permit(call);
      await parameters();
      await remove(parts, call, { permit, precondition });
    },
    async restore(call, parameters) {
      if (!call.model.softDelete) throw new LucentError("NOT_FOUND");
      const permit = await access.permit(call);
      await parameters();
      return restore(parts, call, permit);
    },
  };
}
