import { randomUUID } from "node:crypto";

import type { CollectionModel } from "./contract/model.ts";
import type { Operation, User } from "./contract/rule.ts";
import type { Operations } from "./request/operations.ts";
import type { Call, Principal } from "./request/principal.ts";
import type { Written } from "./request/query.ts";

/** The untyped form of one collection's in-process API. */
export interface LocalCollection {
  find(parameters?: object): Promise<unknown>;
  count(where?: object): Promise<number>;
  findById(id: string, options?: { readonly select?: unknown }): Promise<unknown>;
  create(data: object): Promise<unknown>;
  update(id: string, data: object): Promise<unknown>;
  delete(id: string): Promise<void>;
}

/** Makes `lucent.as(user)`: the collections, each acting for one principal. A collection is made when it is touched. */
export function localAccess(
  collections: ReadonlyMap<string, CollectionModel>,
  operations: Operations,
): (who: {
  readonly user: User | null;
  readonly system: boolean;
}) => Readonly<Record<string, LocalCollection>> {
  return ({ user, system }) => {
    const principal: Principal = { user, system, requestId: randomUUID() };
    const getters = new Map<string, PropertyDescriptor>();
    for (const model of collections.values()) {
      getters.set(model.slug, { enumerable: true, get: () => localCollection(model, operations, principal) });
    }
    return Object.defineProperties({}, Object.fromEntries(getters));
  };
}

function localCollection(
  model: CollectionModel,
  operations: Operations,
  principal: Principal,
): LocalCollection {
  const call = (operation: Operation, id?: string): Call => ({ model, operation, id, principal });
  return {
    find: (parameters = {}) => operations.list(call("read"), () => parameters),
    count: (where) => operations.count(call("read"), () => where),
    findById: (id, options = {}) => operations.one(call("read", id), () => options.select),
    create: async (data) => shown(await operations.create(call("create"), () => withoutUnset(data))),
    update: async (id, data) => shown(await operations.update(call("update", id), () => withoutUnset(data))),
    delete: (id) => operations.delete(call("delete", id), () => undefined),
  };
}

/** In TypeScript a key may be there and undefined; in JSON it can't. */
function withoutUnset(data: unknown): unknown {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}

function shown({ id, document }: Written): unknown {
  return document ?? { id };
}
