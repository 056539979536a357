import { Elysia } from "elysia";

import type { Collection } from "./contract/collection.ts";
import type { Lucent } from "./contract/lucent.ts";
import type { Peer } from "./contract/peer.ts";
import type { RouteTree } from "./contract/routes.ts";

interface Decorated<C extends readonly Collection[]> {
  decorator: { lucent: Lucent<C> };
  store: {};
  derive: {};
  resolve: {};
}

interface NoDefinitions {
  typebox: {};
  error: {};
}

interface NoMetadata {
  schema: {};
  standaloneSchema: {};
  macro: {};
  macroFn: {};
  parser: {};
  response: {};
}

interface NoScope {
  derive: {};
  resolve: {};
  schema: {};
  standaloneSchema: {};
  response: {};
}

/** The plugin's type: an Elysia instance that decorates the context with `lucent` and publishes the route tree to Eden. */
export type LucentPlugin<C extends readonly Collection[], P extends string> = Elysia<
  "",
  Decorated<C>,
  NoDefinitions,
  NoMetadata,
  RouteTree<C, P>,
  NoScope,
  NoScope
>;

const isBun = "bun" in process.versions;

interface HandlerContext {
  readonly request: Request;
  /** Only on Bun. */
  readonly server: { requestIP(request: Request): { readonly address: string } | null } | null;
}

/** The sender as Bun knows it; asked only where something asks for the address. */
function bunPeer({ request, server }: HandlerContext): Peer {
  return {
    get address() {
      return server?.requestIP(request)?.address;
    },
  };
}

/** The sender as srvx knows it, the server below Elysia's adapter for Node; a plain Request has no such member. */
function nodePeer(request: Request): Peer {
  return {
    get address() {
      const address: unknown = Reflect.get(request, "ip");
      return typeof address === "string" ? address : undefined;
    },
  };
}

/**
 * Mounts a running application: one wildcard below the prefix hands the raw request over, so that Elysia neither parses
 * nor compiles anything of ours. The host check runs before routing, for the host app's own routes too. Where Elysia
 * tells its plugins that the server stopped, the engine stops with it.
 */
export function mount<C extends readonly Collection[], P extends string>(
  engine: Lucent<C>,
): LucentPlugin<C, P> {
  const { prefix } = engine.blueprint;
  const handler = isBun
    ? ({ request, server }: HandlerContext) => engine.handle(request, bunPeer({ request, server }))
    : ({ request }: HandlerContext) => engine.handleLazily(request, nodePeer(request));
  const app = new Elysia({ name: `lucent:${prefix}` })
    .decorate("lucent", engine)
    .onRequest(({ request }) => engine.refuseHost(request))
    .onStop(() => engine.stop())
    .all(`${prefix}/*`, handler, { parse: "none" })
    .all(prefix, handler, { parse: "none" });
  for (const path of engine.paths) app.all(path, handler, { parse: "none" });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the route tree is stated, not inferred from 1,600 chained calls
  return app as unknown as LucentPlugin<C, P>;
}
