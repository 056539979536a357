import type { Collection } from "./collection.ts";
import type { CreateOf, DocumentOf, HasSoftDelete, UpdateOf } from "./document.ts";
import type { FindByIdParameters, FindParameters, PageOf, WhereOf } from "./read.ts";
import type { BatchOperation, BatchResult, WrittenOf } from "./write.ts";

/** A problem as a client reads it (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly path: string; readonly rule: string }[];
  /** In a batch: the position of the operation that failed. */
  readonly operation?: number;
}

/** One route in the form that Elysia's own types have, so that Eden reads it. */
interface RouteOf<Body, Query, Params, Status extends number, Success> {
  body: Body;
  params: Params;
  query: Query;
  headers: unknown;
  response: { [S in Status]: Success } & {
    [S in 400 | 401 | 403 | 404 | 409 | 412 | 413 | 415 | 421 | 422 | 429 | 500 | 503]: ProblemBody;
  };
}

type NoParams = {};

/** A route that takes no parameters refuses any, so a name here has no value that would fit (Eden leaves null out). */
type NoQuery = { readonly [name: string]: null };

interface IdParams {
  id: string;
}

/** Routes that plugins add to a collection, by declaration merging: one member per plugin. */
export interface PluginRoutes<C extends Collection> {
  core: CollectionRoutes<C>;
}

type Intersection<T> = (T extends unknown ? (each: T) => void : never) extends (all: infer I) => void
  ? I
  : never;

interface RestoreRoute<C extends Collection> {
  restore: { post: RouteOf<unknown, NoQuery, IdParams, 200, WrittenOf<C>> };
}

/**
 * The routes of one collection. What a request asks for can't change its answer's type here, so a relationship field says
 * id; `PopulatedOf` is the type of a document that was asked for with `depth` or `populate`.
 */
export interface CollectionRoutes<C extends Collection> {
  get: RouteOf<unknown, FindParameters<C>, NoParams, 200, PageOf<DocumentOf<C>>>;
  post: RouteOf<CreateOf<C>, NoQuery, NoParams, 201, WrittenOf<C>>;
  query: { post: RouteOf<FindParameters<C>, NoQuery, NoParams, 200, PageOf<DocumentOf<C>>> };
  count: {
    get: RouteOf<unknown, { readonly where?: WhereOf<C> }, NoParams, 200, { readonly count: number }>;
  };
  ":id": {
    get: RouteOf<unknown, FindByIdParameters<C>, IdParams, 200, DocumentOf<C>>;
    patch: RouteOf<UpdateOf<C>, NoQuery, IdParams, 200, WrittenOf<C>>;
    /** Eden reads an answer without a body as an empty text. */
    delete: RouteOf<unknown, NoQuery, IdParams, 204, "">;
  } & (HasSoftDelete<C> extends true ? RestoreRoute<C> : unknown);
}

interface Readiness {
  readonly status: "ok" | "unavailable";
  readonly checks: Readonly<Record<string, "ok" | "unavailable">>;
}

/** A load balancer reads the status alone, so an application that is not ready still says which check failed. */
interface ReadyRoute extends Omit<RouteOf<unknown, unknown, NoParams, 200, Readiness>, "response"> {
  response: { 200: Readiness; 500: ProblemBody; 503: Readiness };
}

interface HealthRoutes {
  live: { get: RouteOf<unknown, unknown, NoParams, 200, { readonly status: "ok" }> };
  ready: { get: ReadyRoute };
}

interface BatchRoute<C extends readonly Collection[]> {
  post: RouteOf<
    { readonly operations: readonly BatchOperation<C>[] },
    NoQuery,
    NoParams,
    200,
    { readonly results: readonly BatchResult[] }
  >;
}

type ApiRoutes<C extends readonly Collection[]> = {
  [X in C[number] as X["slug"]]: Intersection<PluginRoutes<X>[keyof PluginRoutes<X>]>;
} & { batch: BatchRoute<C>; health: HealthRoutes };

type Nested<Path extends string, Tree> = Path extends `/${infer Rest}`
  ? Nested<Rest, Tree>
  : Path extends `${infer Head}/${infer Tail}`
    ? { [K in Head]: Nested<Tail, Tree> }
    : { [K in Path]: Tree };

/** The route tree of an application under its prefix: one mapped type, whatever the number of collections. */
export type RouteTree<C extends readonly Collection[], P extends string> = Nested<P, ApiRoutes<C>>;
