import type { HookCollection, HookLucent } from "./contract/hook.ts";
import type { CollectionModel } from "./contract/model.ts";
import type { Operation, User } from "./contract/rule.ts";
import { LucentError } from "./errors.ts";
import { type BatchParts, parseBatch, runBatch } from "./operation/batch.ts";
import type { Operations } from "./operation/operations.ts";
import type { Call, Principal } from "./operation/principal.ts";
import type { DocumentText } from "./operation/render.ts";
import type { Session } from "./operation/session.ts";
import type { Written } from "./operation/write.ts";

/** The untyped form of one collection's in-process API. */
export interface LocalCollection extends HookCollection {
  restore(id: string): Promise<Record<string, unknown> & { readonly id: string }>;
}

/** For whom the in-process API acts, and where. */
export interface LocalCaller {
  readonly user: User | null;
  readonly system: boolean;
  /** See `Principal`. */
  readonly isOwn?: boolean;
  readonly requestId: string;
  readonly session: Session;
}

/** The collections by slug, and `batch`, which no collection can be called. */
export type LocalAccess = Readonly<Record<string, LocalCollection>> & {
  readonly batch: (operations: readonly object[]) => Promise<readonly unknown[]>;
};

/** Makes `lucent.as(user)`: the collections, each acting for one principal. A collection is made when it is touched. */
export function localAccess(parts: BatchParts): (caller: LocalCaller) => LocalAccess {
  return ({ user, system, isOwn = false, requestId, session }) => {
    const principal: Principal = { user, system, requestId, isOwn };
    const members = new Map<string, PropertyDescriptor>();
    for (const model of parts.collections.values()) {
      const get = (): LocalCollection => localCollection(model, parts.operations, { principal, session });
      members.set(model.slug, { enumerable: true, get });
    }
    const batch = async (operations: readonly object[]): Promise<readonly unknown[]> => {
      const list = parseBatch({ operations: operations.map(withoutUnset) });
      return (await runBatch(parts, list, { principal, session })).map(valueOf);
    };
    members.set("batch", { value: batch });
    const access: object = Object.defineProperties({}, Object.fromEntries(members));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was defined on the lines before
    return access as LocalAccess;
  };
}

/** The same for hooks, in the session that they run in. */
export function localInside(
  access: (caller: LocalCaller) => LocalAccess,
): (session: Session, requestId: string) => HookLucent {
  return (session, requestId) => ({
    as: (user) => access({ user, system: false, requestId, session }),
    asSystem: () => access({ user: null, system: true, requestId, session }),
    own(user) {
      const collections = access({ user, system: false, isOwn: true, requestId, session });
      const own = Object.hasOwn(collections, user.collection) ? collections[user.collection] : undefined;
      if (own === undefined) throw new LucentError("NOT_FOUND");
      return own.findById(user.id);
    },
  });
}

interface Where {
  readonly principal: Principal;
  readonly session: Session;
}

function localCollection(
  model: CollectionModel,
  operations: Operations,
  { principal, session }: Where,
): LocalCollection {
  const call = (operation: Operation, id?: string): Call => ({ model, operation, id, principal, session });
  return {
    async find(parameters = {}) {
      const { data, meta } = await operations.list(call("read"), () => parameters);
      return { data: data.map(valueOf), meta: { ...meta } };
    },
    count: (where) => operations.count(call("read"), () => where),
    findById: async (id, options = {}) =>
      valueOf((await operations.one(call("read", id), () => options)).document),
    create: async (data) => shown(await operations.create(call("create"), () => withoutUnset(data))),
    update: async (id, data) => shown(await operations.update(call("update", id), () => withoutUnset(data))),
    delete: (id) => operations.delete(call("delete", id), () => undefined),
    restore: async (id) =>
      shown(await operations.restore({ ...call("delete", id), includeDeleted: true }, () => undefined)),
  };
}

/** In TypeScript a key may be there and undefined; in JSON it can't. */
function withoutUnset(data: unknown): unknown {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}

function valueOf(text: DocumentText): Record<string, unknown> {
  // oxlint-disable-next-line eslint/no-restricted-properties, typescript/no-unsafe-type-assertion -- the text is our own: Postgres made it of a row, or this process of such a document
  return JSON.parse(text) as Record<string, unknown>;
}

function shown({ id, document }: Written): Record<string, unknown> & { readonly id: string } {
  return document === undefined ? { id } : { ...valueOf(document), id };
}
