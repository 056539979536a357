import type { Database } from "./database.ts";
import type { Operation, User } from "./rule.ts";

/** A document or a body as a hook sees it where its type is not known. */
export type HookData = Readonly<Record<string, unknown>>;

/** A collection as a hook reaches it. Every failure is a LucentError. */
export interface HookCollection {
  find(parameters?: object): Promise<{ readonly data: readonly HookData[]; readonly meta: HookData }>;
  count(where?: object): Promise<number>;
  findById(id: string, options?: object): Promise<HookData>;
  create(data: object): Promise<HookData & { readonly id: string }>;
  update(id: string, data: object): Promise<HookData & { readonly id: string }>;
  delete(id: string): Promise<void>;
  /** Only with `softDelete`; else NOT_FOUND. */
  restore(id: string): Promise<HookData & { readonly id: string }>;
}

/** The collections by slug, and `batch`, as a hook reaches them. */
export type HookAccess = Readonly<Record<string, HookCollection>> & {
  /** Creates, updates and deletes in order, all of them or none. Answers a document or an id for each. */
  batch(operations: readonly object[]): Promise<readonly unknown[]>;
};

/** The application inside a hook: what it does runs in the same transaction as the write that the hook belongs to. */
export interface HookLucent {
  /** The collections by slug as one caller sees them. Rules apply. */
  as(user: User | null): HookAccess;
  /** The collections by slug without access rules. */
  asSystem(): HookAccess;
  /**
   * The document of an account as its owner sees it: the rule of the collection's rows is not asked, those of its fields
   * are.
   * @throws LucentError `NOT_FOUND`; `FORBIDDEN` where an API key was not made for it.
   */
  own(user: User & { readonly collection: string }): Promise<HookData>;
}

/** What every hook gets. */
export interface HookContext {
  /** Slug of the collection. */
  readonly collection: string;
  /** What is being done; a restore is an update. */
  readonly operation: Operation;
  /** `null` for an anonymous caller, and for `asSystem()`. */
  readonly user: User | null;
  readonly requestId: string;
  readonly lucent: HookLucent;
}

/** What hooks get beside a write: its transaction. */
export interface WriteHookContext extends HookContext {
  /**
   * drizzle on the transaction of the write. Queries must go through it: one sent through the pool from inside a hook is
   * refused, since it would wait for a connection that the hook itself holds.
   */
  readonly tx: Database["drizzle"];
}

type Hook<Context, Result = void> = (context: Context) => Result | void | Promise<Result | void>;

/**
 * Functions that run around the operations of a collection, or of all (`hooks` of the configuration; those run first).
 * They run in the order they are listed, and a throw ends the operation: a LucentError becomes its problem, anything
 * else INTERNAL. Around a write they share its transaction, so a throw undoes everything. `D` is a whole document, `C` the
 * body of a create, `U` that of an update, `R` a document on its way out.
 */
export interface Hooks<D = HookData, C = HookData, U = HookData, R = HookData> {
  /** Before anything else, once the operation's rule has been asked. */
  readonly beforeOperation?: readonly Hook<HookContext & { readonly id: string | undefined }>[];
  /** Before a list, a count or a single document is read. */
  readonly beforeRead?: readonly Hook<HookContext & { readonly id: string | undefined }>[];
  /** For each document on its way out, populated ones too, with the fields that the caller may read. Its answer replaces the document. */
  readonly afterRead?: readonly Hook<HookContext & { readonly doc: R }, HookData>[];
  /** With the checked body; its answer replaces it and is checked again. May supply required fields. */
  readonly beforeCreate?: readonly Hook<WriteHookContext & { readonly data: C }, HookData>[];
  /** With the whole new document. */
  readonly afterCreate?: readonly Hook<WriteHookContext & { readonly doc: D }>[];
  /** With the checked body and the whole stored document; its answer replaces the body and is checked again. */
  readonly beforeUpdate?: readonly Hook<
    WriteHookContext & { readonly data: U; readonly doc: D; readonly id: string },
    HookData
  >[];
  /** With the whole document as it is now and as it was. */
  readonly afterUpdate?: readonly Hook<
    WriteHookContext & { readonly doc: D; readonly previous: D; readonly id: string }
  >[];
  /** With the whole document that is going to be deleted. */
  readonly beforeDelete?: readonly Hook<WriteHookContext & { readonly doc: D; readonly id: string }>[];
  /** With the whole document that was deleted. */
  readonly afterDelete?: readonly Hook<WriteHookContext & { readonly doc: D; readonly id: string }>[];
  /**
   * When the transaction is committed: for what can't be undone, such as sending a mail. With the written document,
   * after a delete with what it was; after an update also with what it was before. A throw is logged and changes nothing
   * any more.
   */
  readonly afterCommit?: readonly Hook<
    HookContext & { readonly id: string; readonly doc: D; readonly previous?: D }
  >[];
}
