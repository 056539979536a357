import type { Blueprint } from "./blueprint.ts";
import type { Collection } from "./collection.ts";
import type { Database } from "./database.ts";
import type { CreateOf, DocumentOf, FieldName, Flat, HasTimestamps, SortKey, UpdateOf } from "./document.ts";
import type { Services } from "./plugin.ts";
import type { User } from "./rule.ts";
import type { TableOf } from "./table-type.ts";
import type { Where } from "./where.ts";

/** A collection's own filter type. */
export type WhereOf<C extends Collection> = Where<C["fields"], HasTimestamps<C>>;

/** The parameters of a list. */
export interface FindParameters<C extends Collection, S extends FieldName<C> = FieldName<C>> {
  readonly where?: WhereOf<C>;
  /** At most 3 keys; `id` is always the last one. Default: the collection's own order. */
  readonly sort?: SortKey<C> | readonly SortKey<C>[];
  /** Field names; `id` always comes. Default: all. */
  readonly select?: readonly S[] | S;
  /** 1–100. Default 20. */
  readonly perPage?: number;
  /** From 1; `page * perPage` at most 10,000. */
  readonly page?: number;
  /** `nextCursor` of the page before; not together with `page`. */
  readonly cursor?: string;
  /** Default `none`. */
  readonly count?: "none" | "exact" | "estimated";
}

/** A page of documents. */
export interface PageOf<D> {
  readonly data: readonly D[];
  readonly meta: {
    readonly perPage: number;
    readonly hasNextPage: boolean;
    /** `null` on the last page. */
    readonly nextCursor: string | null;
    /** Absent in cursor mode. */
    readonly page?: number;
    /** Only where a count was asked for. */
    readonly total?: number;
    readonly totalPages?: number;
  };
}

/** A document with the selected fields; `id` always comes. */
export type SelectedOf<C extends Collection, S extends FieldName<C>> = Flat<{
  [K in keyof DocumentOf<C> as K extends S | "id" ? K : never]: DocumentOf<C>[K];
}>;

/** A row that was just written: only `id` where its writer may not read it. */
export type WrittenOf<C extends Collection> = Flat<
  { readonly id: string } & { [K in keyof DocumentOf<C> as K extends "id" ? never : K]?: DocumentOf<C>[K] }
>;

/** A collection's in-process API. `W` is what a write answers. Every failure is a LucentError. */
export interface LocalCollectionOf<C extends Collection, W> {
  find<const S extends FieldName<C> = FieldName<C>>(
    parameters?: FindParameters<C, S>,
  ): Promise<PageOf<SelectedOf<C, S>>>;
  count(where?: WhereOf<C>): Promise<number>;
  /** @throws LucentError `NOT_FOUND`. */
  findById<const S extends FieldName<C> = FieldName<C>>(
    id: string,
    options?: { readonly select?: readonly S[] | S },
  ): Promise<SelectedOf<C, S>>;
  create(data: CreateOf<C>): Promise<W>;
  /** @throws LucentError `NOT_FOUND`. */
  update(id: string, data: UpdateOf<C>): Promise<W>;
  /** @throws LucentError `NOT_FOUND`. */
  delete(id: string): Promise<void>;
}

/** The collections of an application by slug, acting for one caller. */
export type LocalAccess<C extends readonly Collection[]> = {
  readonly [X in C[number] as X["slug"]]: LocalCollectionOf<X, WrittenOf<X>>;
};

/** The same, acting for the system: no rule is asked, so a write always answers the document. */
export type SystemAccess<C extends readonly Collection[]> = {
  readonly [X in C[number] as X["slug"]]: LocalCollectionOf<X, DocumentOf<X>>;
};

/** A running application. */
export interface Lucent<C extends readonly Collection[] = readonly Collection[]> {
  readonly blueprint: Blueprint;
  readonly services: Services;
  /** The collections as one caller sees them; `null` for an anonymous one. Rules apply. */
  as(user: User | null): LocalAccess<C>;
  /** The collections without access rules. */
  asSystem(): SystemAccess<C>;
  /** The drizzle tables by slug. */
  readonly tables: { readonly [X in C[number] as X["slug"]]: TableOf<X> };
  /** A drizzle database over the same pool. */
  readonly drizzle: Database["drizzle"];
  /** Answers a request under the prefix. */
  handle(request: Request): Promise<Response>;
  /** The same; on Node the response is built only when something other than the server looks at it. */
  handleLazily(request: Request): Promise<Response>;
  /** The 421 for a request to a host that is not ours, or `undefined`. */
  refuseHost(request: Request): Response | undefined;
  /** Stops the plugins in reverse order and closes the pool. */
  stop(): Promise<void>;
}
