import type { Database } from "../contract/database.ts";
import type { CursorSeal } from "../filter/cursor.ts";
import type { ListParameters } from "../filter/list.ts";
import type { AccessEvaluator } from "./access.ts";
import type { Document } from "./decode.ts";
import { countRows, findPage, type Page } from "./list.ts";
import type { Call } from "./principal.ts";
import { createOne, deleteOneRow, findOne, updateOneRow, type Written } from "./query.ts";
import type { Validator } from "./validate.ts";

/** Something that a caller sent, read only once the operation's rule has been asked. */
export type Late<T> = () => T | Promise<T>;

/** What can be done with a collection. HTTP and the in-process API both come through here: rule, validation, query. */
export interface Operations {
  list(call: Call, parameters: Late<ListParameters>): Promise<Page>;
  count(call: Call, where: Late<unknown>): Promise<number>;
  one(call: Call, select: Late<unknown>): Promise<Document>;
  create(call: Call, body: Late<unknown>): Promise<Written>;
  update(call: Call, body: Late<unknown>): Promise<Written>;
  delete(call: Call, parameters: Late<unknown>): Promise<void>;
}

/** What the operations work with. */
export interface Parts {
  readonly access: AccessEvaluator;
  readonly validator: Validator;
  readonly database: Database;
  readonly seal: CursorSeal;
}

/** Makes the operations of an application. */
export function operations({ access, validator, database, seal }: Parts): Operations {
  return {
    async list(call, parameters) {
      const permit = await access.permit(call);
      const input = validator.list(permit, await parameters());
      return findPage(database, access.allow(permit, input), seal);
    },
    async count(call, where) {
      const permit = await access.permit(call);
      const input = validator.count(permit, await where());
      return countRows(database, access.allow(permit, input));
    },
    async one(call, select) {
      const permit = await access.permit(call);
      const input = validator.one(permit, await select());
      return findOne(database, access.allow(permit, input));
    },
    async create(call, body) {
      const permit = await access.permit(call);
      const input = validator.create(permit, await body());
      return createOne(database, await access.allowWrite(permit, input));
    },
    async update(call, body) {
      const permit = await access.permit(call);
      const input = validator.update(permit, await body());
      return updateOneRow(database, await access.allowWrite(permit, input));
    },
    async delete(call, parameters) {
      const permit = await access.permit(call);
      await parameters();
      const input = validator.delete(permit);
      await deleteOneRow(database, access.allow(permit, input));
    },
  };
}
