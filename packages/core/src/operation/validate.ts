import { isId } from "../blueprint/value.ts";
import type { CollectionModel } from "../contract/model.ts";
import { LucentError } from "../errors.ts";
import { type ListParameters, listReach, parseList, populatePaths } from "../filter/list.ts";
import { checkPopulateCost, parseDepth, parsePopulate } from "../filter/populate.ts";
import { type Reaching, reachedCollections } from "../filter/reach.ts";
import { parseSelect } from "../filter/select.ts";
import { everything } from "../filter/tree.ts";
import { noViews, type View, type Views } from "../filter/view.ts";
import { parseWhere } from "../filter/where.ts";
import type { Permit } from "./access.ts";
import type { CountInput, DeleteInput, ListInput, OneInput } from "./valid.ts";

/** The parameters of a read of one document, as they arrive. */
export interface OneParameters {
  readonly select?: unknown;
  readonly depth?: unknown;
  readonly populate?: unknown;
}

/** Checks what a caller asks for, whichever way it came in. Each throws the LucentError that the caller shall see. */
export interface Validator {
  list(permit: Permit, parameters: ListParameters): Promise<ListInput>;
  count(permit: Permit, where: unknown): Promise<CountInput>;
  one(permit: Permit, parameters: OneParameters): Promise<OneInput>;
  delete(permit: Permit): DeleteInput;
}

/** Makes the validator of an application. */
export function validator(collections: ReadonlyMap<string, CollectionModel>): Validator {
  function viewsOf({ call, viewer }: Permit, reaching: Reaching): Views | Promise<Views> {
    const reached = reachedCollections(call.model, collections, reaching);
    return reached.size === 0 ? noViews : viewer.views(reached);
  }
  return {
    async list(permit, parameters) {
      const found = viewsOf(permit, listReach(parameters));
      const views = found instanceof Promise ? await found : found;
      return { kind: "list", query: parseList(parameters, readable(permit), views) };
    },
    async count(permit, where) {
      if (where === undefined) return { kind: "count", filter: everything };
      const views = await viewsOf(permit, { where });
      return { kind: "count", filter: parseWhere(where, readable(permit), views) };
    },
    async one(permit, { select, depth, populate }) {
      const id = knownId(permit.call.id);
      const paths = populatePaths(populate);
      const views = await viewsOf(permit, { populate: paths, depth: parseDepth(depth) });
      const view = readable(permit);
      const tree = parsePopulate({ depth, populate: paths }, view, views);
      checkPopulateCost(1, tree);
      return { kind: "one", id, select: parseSelect(select, view, paths), populate: tree };
    },
    delete: ({ call }) => ({ kind: "delete", id: knownId(call.id) }),
  };
}

/** A read was permitted, so there is something that the caller may read. */
function readable({ view }: Permit): View {
  if (view === undefined) throw new TypeError("a read was permitted to a caller who may not read");
  return view;
}

/** An id that can't be one is the same as one that does not exist. */
export function knownId(id: string | undefined): string {
  if (id === undefined || !isId(id)) throw new LucentError("NOT_FOUND");
  return id.toLowerCase();
}
