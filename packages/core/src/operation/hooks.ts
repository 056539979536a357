import type { Hooks, HookContext, HookData, HookLucent, WriteHookContext } from "../contract/hook.ts";
import type { CollectionModel } from "../contract/model.ts";
import { isLucentError, LucentError } from "../errors.ts";
import type { DocumentShape } from "../filter/shape.ts";
import { queryFailure } from "../postgres/failure.ts";
import type { Call } from "./principal.ts";
import type { AfterRead } from "./render.ts";
import type { Session } from "./session.ts";

/** The moments of a write that have hooks of their own. */
export type WriteMoment =
  | "beforeCreate"
  | "afterCreate"
  | "beforeUpdate"
  | "afterUpdate"
  | "beforeDelete"
  | "afterDelete";

/** The hooks of an application: the global ones and those of each collection, in the order in which they run. */
export interface HookRunner {
  /** Whether a collection has hooks for one of some moments. */
  has(model: CollectionModel, ...moments: readonly (keyof Hooks)[]): boolean;
  /** Before anything is done. */
  beforeOperation(call: Call): Promise<void>;
  /** Before something is read. */
  beforeRead(call: Call): Promise<void>;
  /** What `afterRead` does to the documents of one call. */
  afterRead(call: Call): AfterRead;
  /** Lets hooks change a body. */
  change(
    moment: "beforeCreate" | "beforeUpdate",
    call: Call,
    more: HookData & { readonly data: HookData },
  ): Promise<HookData>;
  /** Tells hooks about a write. */
  tell(moment: WriteMoment, call: Call, more: HookData): Promise<void>;
  /** Has `afterCommit` run when the transaction of a call is committed. */
  afterCommit(call: Call, more: HookData & { readonly id: string }): Promise<void>;
}

/** Makes the application as a hook reaches it, from the session that the hook runs in. */
export type LucentInside = (session: Session, requestId: string) => HookLucent;

type AnyHook = (context: object) => unknown;

/** Makes the hook runner of an application. */
export function hookRunner(global: Hooks | undefined, inside: LucentInside): HookRunner {
  const lists = new WeakMap<CollectionModel, Map<keyof Hooks, readonly AnyHook[]>>();

  function listOf(model: CollectionModel, moment: keyof Hooks): readonly AnyHook[] {
    const known = lists.get(model) ?? new Map<keyof Hooks, readonly AnyHook[]>();
    lists.set(model, known);
    const found = known.get(moment) ?? [
      ...anyHooks(global?.[moment]),
      ...anyHooks(model.definition.hooks?.[moment]),
    ];
    known.set(moment, found);
    return found;
  }

  async function run(moment: keyof Hooks, model: CollectionModel, context: object): Promise<void> {
    for (const hook of listOf(model, moment)) await called(hook, context);
  }

  function contextOf({ model, operation, principal, session }: Call): HookContext {
    const { user, requestId } = principal;
    const lucent = inside(session.nested(), requestId);
    return { collection: model.slug, operation, user, requestId, lucent };
  }

  function writeContext(call: Call): WriteHookContext {
    return { ...contextOf(call), tx: call.session.drizzle };
  }

  return {
    has: (model, ...moments) => moments.some((moment) => listOf(model, moment).length > 0),
    beforeOperation: (call) => run("beforeOperation", call.model, { ...contextOf(call), id: call.id }),
    beforeRead: (call) => run("beforeRead", call.model, { ...contextOf(call), id: call.id }),
    afterRead: (call) => ({
      has: ({ model }) => listOf(model, "afterRead").length > 0,
      run: ({ model }: DocumentShape, document) =>
        replaced(
          listOf(model, "afterRead"),
          { ...contextOf({ ...call, model, operation: "read" }) },
          { doc: document },
        ),
    }),
    change: async (moment, call, more) =>
      replaced(listOf(call.model, moment), { ...writeContext(call), ...more }, { data: { ...more.data } }),
    tell: (moment, call, more) => run(moment, call.model, { ...writeContext(call), ...more }),
    async afterCommit(call, more) {
      if (listOf(call.model, "afterCommit").length === 0) return;
      const { model, operation, principal, session } = call;
      const { user, requestId } = principal;
      await session.afterCommit((outside) =>
        run("afterCommit", model, {
          collection: model.slug,
          operation,
          user,
          requestId,
          lucent: inside(outside, requestId),
          ...more,
        }),
      );
    },
  };
}

/** Each kind of hook takes a context of its own, which only the one place that runs it knows. */
function anyHooks(hooks: readonly unknown[] | undefined): readonly AnyHook[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the configuration's types say what each list holds
  return (hooks ?? []) as readonly AnyHook[];
}

async function called(hook: AnyHook, context: object): Promise<unknown> {
  try {
    return await hook(context);
  } catch (error) {
    throw hookFailure(error);
  }
}

/**
 * What a hook threw, as a LucentError. An error of drizzle only wraps the reason, in a message with the values of its
 * statement: the reason is kept, and it has its own code where a client had better come again.
 */
function hookFailure(error: unknown): LucentError {
  if (isLucentError(error)) return error;
  const isQuery = error instanceof Error && "query" in error && "params" in error;
  return isQuery ? queryFailure(error.cause) : new LucentError("INTERNAL", { cause: error });
}

/** Runs hooks over one value, each getting what the one before it answered; one that answers nothing keeps it. */
async function replaced(
  hooks: readonly AnyHook[],
  context: object,
  of: { readonly doc: Record<string, unknown> } | { readonly data: Record<string, unknown> },
): Promise<Record<string, unknown>> {
  const [name, first] = "doc" in of ? (["doc", of.doc] as const) : (["data", of.data] as const);
  let value = first;
  for (const hook of hooks) {
    const answer = await called(hook, { ...context, [name]: value });
    if (answer !== undefined && answer !== null) value = recordOf(answer);
  }
  return value;
}

function recordOf(answer: unknown): Record<string, unknown> {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
    throw new LucentError("INTERNAL", { cause: new TypeError("a hook must answer an object, or nothing") });
  }
  return { ...answer };
}
