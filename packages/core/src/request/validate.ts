import { isId } from "../blueprint/value.ts";
import { LucentError } from "../errors.ts";
import { type ListParameters, parseList, parseSelect } from "../filter/list.ts";
import { everything } from "../filter/tree.ts";
import { parseWhere } from "../filter/where.ts";
import type { Permit } from "./access.ts";
import type { BodyReader } from "./body.ts";
import type { CountInput, CreateInput, DeleteInput, ListInput, OneInput, UpdateInput } from "./valid.ts";

/** Checks what a caller sent, whichever way it came in. Each throws the LucentError that the caller shall see. */
export interface Validator {
  list(permit: Permit, parameters: ListParameters): ListInput;
  count(permit: Permit, where: unknown): CountInput;
  one(permit: Permit, select: unknown): OneInput;
  create(permit: Permit, body: unknown): CreateInput;
  update(permit: Permit, body: unknown): UpdateInput;
  delete(permit: Permit): DeleteInput;
}

/** Makes the validator of an application. */
export function validator(bodies: BodyReader): Validator {
  return {
    list: ({ call, readable }, parameters) => ({
      kind: "list",
      query: parseList(parameters, call.model, readable),
    }),
    count: ({ readable }, where) => ({
      kind: "count",
      filter: where === undefined ? everything : parseWhere(where, readable),
    }),
    one: ({ call, readable }, select) => ({
      kind: "one",
      id: knownId(call.id),
      select: parseSelect(select, readable),
    }),
    create: ({ call }, body) => ({ kind: "create", ...bodies.create(call.model, body) }),
    update: ({ call }, body) => ({
      kind: "update",
      ...bodies.update(call.model, body),
      id: knownId(call.id),
    }),
    delete: ({ call }) => ({ kind: "delete", id: knownId(call.id) }),
  };
}

/** An id that can't be one is the same as one that does not exist. */
function knownId(id: string | undefined): string {
  if (id === undefined || !isId(id)) throw new LucentError("NOT_FOUND");
  return id.toLowerCase();
}
