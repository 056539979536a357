import type { Blueprint } from "./blueprint.ts";
import type { Collection } from "./collection.ts";
import type { Database } from "./database.ts";
import type { CreateOf, DocumentOf, FieldName, HasSoftDelete, UpdateOf } from "./document.ts";
import type { Peer } from "./peer.ts";
import type { Facts, Services } from "./plugin.ts";
import type {
  BySlug,
  Depth,
  FindByIdParameters,
  FindParameters,
  PageOf,
  PopulatePath,
  ReadOf,
  WhereOf,
} from "./read.ts";
import type { User } from "./rule.ts";
import type { Secrets } from "./secrets.ts";
import type { TableOf } from "./table-type.ts";
import type { Batch, WrittenOf } from "./write.ts";

/** What every collection can do in the process. */
interface LocalOperations<C extends Collection, W, A> {
  find<
    const S extends FieldName<C> = FieldName<C>,
    const P extends PopulatePath<C> = never,
    const N extends Depth = 0,
  >(
    parameters?: FindParameters<C, S, P, N>,
  ): Promise<PageOf<ReadOf<C, A, S, P, N>>>;
  count(where?: WhereOf<C>): Promise<number>;
  /** @throws LucentError `NOT_FOUND`. */
  findById<
    const S extends FieldName<C> = FieldName<C>,
    const P extends PopulatePath<C> = never,
    const N extends Depth = 0,
  >(
    id: string,
    options?: FindByIdParameters<C, S, P, N>,
  ): Promise<ReadOf<C, A, S, P, N>>;
  create(data: CreateOf<C>): Promise<W>;
  /** @throws LucentError `NOT_FOUND`. */
  update(id: string, data: UpdateOf<C>): Promise<W>;
  /** @throws LucentError `NOT_FOUND`. */
  delete(id: string): Promise<void>;
}

/** What a collection with `softDelete` can do beside that. */
interface Restoring<W> {
  /**
   * Undoes a delete; a document that is not deleted is answered as it is.
   * @throws LucentError `NOT_FOUND`.
   */
  restore(id: string): Promise<W>;
}

/**
 * A collection's in-process API. `W` is what a write answers, `A` holds the collections by slug, for what is populated.
 * Every failure is a LucentError.
 */
export type LocalCollectionOf<C extends Collection, W, A = {}> = LocalOperations<C, W, A> &
  (HasSoftDelete<C> extends true ? Restoring<W> : unknown);

/** What stands at the slug of a collection; where that is not known by type, it may also be `batch`. */
type Standing<C extends Collection, W, A> =
  | LocalCollectionOf<C, W, A>
  | (string extends C["slug"] ? Batch<readonly Collection[]>["batch"] : never);

/**
 * The collections of an application by slug, acting for one caller; beside them `batch`, which no collection can be called.
 */
export type LocalAccess<C extends readonly Collection[]> = {
  readonly [X in C[number] as X["slug"]]: Standing<X, WrittenOf<X>, BySlug<C>>;
} & Batch<C>;

/** The same, acting for the system: no rule is asked, so a write always answers the document. */
export type SystemAccess<C extends readonly Collection[]> = {
  readonly [X in C[number] as X["slug"]]: Standing<X, DocumentOf<X>, BySlug<C>>;
} & Batch<C>;

/** A running application. */
export interface Lucent<C extends readonly Collection[] = readonly Collection[]> {
  readonly blueprint: Blueprint;
  readonly services: Services;
  /** Credentials that the application keeps for itself. @throws TypeError without the plugin `secrets()`. */
  readonly secrets: Secrets;
  /** The collections as one caller sees them; `null` for an anonymous one. Rules apply. */
  as(user: User | null): LocalAccess<C>;
  /** The collections without access rules. */
  asSystem(): SystemAccess<C>;
  /** The drizzle tables by slug. */
  readonly tables: { readonly [X in C[number] as X["slug"]]: TableOf<X> };
  /** A drizzle database over the same pool. */
  readonly drizzle: Database["drizzle"];
  /** Paths outside of the prefix that it answers too, such as `/.well-known/jwks.json`. */
  readonly paths: readonly string[];
  /** Answers a request under the prefix, or to one of `paths`. Without a `peer` its address is unknown, and limits count it with all such. */
  handle(request: Request, peer?: Peer): Promise<Response>;
  /** The same; on Node the response is built only when something other than the server looks at it. */
  handleLazily(request: Request, peer?: Peer): Promise<Response>;
  /**
   * What the plugins know of a request's caller: for routes of your own. Rejects with a LucentError for a bad credential.
   */
  facts(request: Request): Promise<Facts>;
  /** The 421 for a request to a host that is not ours, or `undefined`. */
  refuseHost(request: Request): Response | undefined;
  /** Stops the plugins in reverse order and closes the pool. */
  stop(): Promise<void>;
}
